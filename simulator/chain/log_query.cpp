#include "chain/log_query.h"

#include <algorithm>

namespace polyhouse {
namespace {

constexpr int kInvalidParams = -32602;
constexpr std::size_t kMostTopics = 4;

RpcResult<EvmWord> ParseWord(simdjson::dom::element value, std::size_t digits) {
  std::string_view text;
  EvmWord word;
  if (value.get(text) != simdjson::SUCCESS || text.size() != digits + 2 ||
      !ParseHexWord(text, word)) {
    return Refuse(kInvalidParams,
                  "invalid argument 0: hex string has length " +
                      std::to_string(text.size() < 2 ? 0 : text.size() - 2) + ", want " +
                      std::to_string(digits));
  }
  return word;
}

/// One word, or an array of them; null is none.
RpcResult<std::vector<EvmWord>> ParseWords(simdjson::dom::element value, std::size_t digits) {
  std::vector<EvmWord> words;
  if (value.is_null()) return words;
  simdjson::dom::array items;
  if (value.get(items) != simdjson::SUCCESS) {
    RpcResult<EvmWord> word = ParseWord(value, digits);
    if (!word) return tl::unexpected(word.error());
    return std::vector{*word};
  }
  for (const simdjson::dom::element item : items) {
    RpcResult<EvmWord> word = ParseWord(item, digits);
    if (!word) return tl::unexpected(word.error());
    words.push_back(*word);
  }
  return words;
}

RpcResult<std::vector<std::vector<EvmWord>>> ParseTopics(simdjson::dom::element value) {
  std::vector<std::vector<EvmWord>> topics;
  simdjson::dom::array places;
  if (value.is_null()) return topics;
  if (value.get(places) != simdjson::SUCCESS || places.size() > kMostTopics) {
    return Refuse(kInvalidParams, "invalid argument 0: invalid topics");
  }
  for (const simdjson::dom::element place : places) {
    RpcResult<std::vector<EvmWord>> words = ParseWords(place, 64);
    if (!words) return tl::unexpected(words.error());
    topics.push_back(*std::move(words));
  }
  return topics;
}

bool HasText(simdjson::dom::element filter, const char* key, std::string& text) {
  std::string_view found;
  if (filter[key].get(found) != simdjson::SUCCESS) return false;
  text = found;
  return true;
}

}  // namespace

RpcResult<LogQuery> LogQuery::Parse(simdjson::dom::element filter) {
  LogQuery query;
  const bool has_from = HasText(filter, "fromBlock", query.from);
  const bool has_to = HasText(filter, "toBlock", query.to);
  simdjson::dom::element value;
  if (filter["blockHash"].get(value) == simdjson::SUCCESS && !value.is_null()) {
    if (has_from || has_to) {
      return Refuse(kInvalidParams,
                    "invalid argument 0: cannot specify both BlockHash and FromBlock/ToBlock, "
                    "choose one or the other");
    }
    const RpcResult<EvmWord> hash = ParseWord(value, 64);
    if (!hash) return tl::unexpected(hash.error());
    query.block_hash = *hash;
  }
  if (filter["address"].get(value) == simdjson::SUCCESS) {
    auto addresses = ParseWords(value, 40);
    if (!addresses) return tl::unexpected(addresses.error());
    query.addresses = *std::move(addresses);
  }
  if (filter["topics"].get(value) == simdjson::SUCCESS) {
    auto topics = ParseTopics(value);
    if (!topics) return tl::unexpected(topics.error());
    query.topics = *std::move(topics);
  }
  return query;
}

bool LogQuery::Matches(const MinedLog& log) const {
  if (!addresses.empty() && std::ranges::count(addresses, AddressOf(log.contract)) == 0) {
    return false;
  }
  if (topics.size() > log.topics.size()) return false;
  for (std::size_t i = 0; i < topics.size(); ++i) {
    if (!topics[i].empty() && std::ranges::count(topics[i], log.topics[i]) == 0) return false;
  }
  return true;
}

}  // namespace polyhouse
