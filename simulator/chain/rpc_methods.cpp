#include "chain/rpc_methods.h"

#include <algorithm>
#include <array>

#include "base/number_text.h"
#include "dice.h"
#include "json_object.h"

namespace polyhouse {
namespace {

constexpr int kInvalidParams = -32602;
constexpr int kServerError = -32000;

std::string Quoted(std::string_view text) {
  return '"' + std::string(text) + '"';
}

/// 10000 as "10,000".
std::string WithCommas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string Replaced(std::string_view wording, const std::string& number) {
  std::string text(wording);
  const std::size_t place = text.find('#');
  return place == std::string::npos ? text : text.replace(place, 1, number);
}

RpcResult<simdjson::dom::element> ParamAt(simdjson::dom::element params, std::size_t place) {
  simdjson::dom::array values;
  simdjson::dom::element value;
  if (params.get(values) != simdjson::SUCCESS || values.at(place).get(value) != simdjson::SUCCESS) {
    return Refuse(kInvalidParams, "missing value for required argument " + std::to_string(place));
  }
  return value;
}

RpcResult<EvmWord> AddressAt(simdjson::dom::element params) {
  const auto value = ParamAt(params, 0);
  if (!value) return tl::unexpected(value.error());
  std::string_view text;
  EvmWord address;
  if (value->get(text) != simdjson::SUCCESS || text.size() != 42 || !ParseHexWord(text, address)) {
    return Refuse(kInvalidParams, "invalid argument 0: not an address");
  }
  return address;
}

std::string HeaderJson(const BlockHeader& header) {
  std::string out;
  JsonObject json(out);
  json.Text("number", QuantityHex(header.number));
  json.Text("hash", WordHex(header.hash));
  json.Text("parentHash", WordHex(header.parent_hash));
  json.Text("timestamp", QuantityHex(header.time));
  json.Close();
  return out;
}

}  // namespace

RpcResult<std::string> RpcMethods::Call(std::string_view method,
                                        simdjson::dom::element params) const {
  if (method == "eth_chainId") return Quoted(QuantityHex(view_.spec.chain));
  if (method == "net_version") return Quoted(std::to_string(view_.spec.chain));
  if (method == "eth_blockNumber") return Quoted(QuantityHex(view_.head + view_.spec.lie));
  if (method == "eth_getLogs") return GetLogs(params);
  if (method == "eth_getBlockByNumber") return GetBlock(params);
  if (method == "eth_getCode") return GetCode(params);
  if (method == "eth_getTransactionCount") return GetTransactionCount(params);
  return Refuse(-32601, "the method " + std::string(method) + " does not exist/is not available");
}

RpcResult<std::string> RpcMethods::GetLogs(simdjson::dom::element params) const {
  const auto filter = ParamAt(params, 0);
  if (!filter) return tl::unexpected(filter.error());
  if (!filter->is_object()) {
    return Refuse(kInvalidParams, "invalid argument 0: the filter must be an object");
  }
  const RpcResult<LogQuery> query = LogQuery::Parse(*filter);
  if (!query) return tl::unexpected(query.error());
  const RpcResult<Range> range = RangeOf(*query);
  if (!range) return tl::unexpected(range.error());
  if (view_.spec.range && range->from <= range->to &&
      range->to - range->from >= *view_.spec.range) {
    return tl::unexpected(RangeRefusal());
  }
  if (range->from < view_.spec.pruned) return tl::unexpected(PrunedRefusal());
  if (view_.hides_logs) return "[]";
  return CollectLogs(*query, *range);
}

RpcResult<RpcMethods::Range> RpcMethods::RangeOf(const LogQuery& query) const {
  if (query.block_hash) {
    const auto block = chain_.BlockOf(*query.block_hash);
    if (!block || *block > view_.head) return Refuse(kServerError, "unknown block");
    return Range{*block, *block};
  }
  const RpcResult<BlockNumber> from = BlockAt(query.from);
  if (!from) return tl::unexpected(from.error());
  const RpcResult<BlockNumber> to = BlockAt(query.to);
  if (!to) return tl::unexpected(to.error());
  if (*from > *to && query.from.starts_with("0x") && query.to.starts_with("0x")) {
    return Refuse(kServerError, "invalid block range params");
  }
  return Range{*from, *to};
}

RpcResult<BlockNumber> RpcMethods::BlockAt(std::string_view text) const {
  if (text == "latest" || text == "pending") return view_.head;
  if (text == "finalized" || text == "safe") {
    return view_.head - std::min(view_.head, kDeepestFinality);
  }
  if (text == "earliest") return BlockNumber{0};
  BlockNumber block = 0;
  if (!text.starts_with("0x") || !ReadNumber(text.substr(2), block, 16)) {
    return Refuse(kInvalidParams, "invalid argument 0: not a block number or tag");
  }
  return block;
}

RpcResult<std::string> RpcMethods::CollectLogs(const LogQuery& query, const Range& range) const {
  std::string out = "[";
  std::uint64_t count = 0;
  const std::uint64_t most = view_.spec.results.value_or(~std::uint64_t{0});
  chain_.VisitLogs(range.from, std::min(range.to, view_.head), [&](const PlacedLog& placed) {
    if (!query.Matches(placed.log) || Drops(placed)) return true;
    if (count++ == most) return false;
    if (out.size() > 1) out += ',';
    AppendLog(out, placed);
    return true;
  });
  if (count > most) return tl::unexpected(ResultsRefusal());
  return out += ']';
}

bool RpcMethods::Drops(const PlacedLog& placed) const {
  if (view_.spec.drop <= 0) return false;
  const std::uint64_t bits = Draw(placed.block.hash.words[1], view_.endpoint);
  return Unit(Draw(bits, placed.index)) < view_.spec.drop;
}

void RpcMethods::AppendLog(std::string& out, const PlacedLog& placed) const {
  JsonObject json(out);
  json.Text("address", AddressHex(AddressOf(placed.log.contract)));
  json.Key("topics");
  char before = '[';
  for (const EvmWord& topic : placed.log.topics) {
    ((out += before) += "\"0x");
    AppendWordHex(out, topic);
    out += '"';
    before = ',';
  }
  out += ']';
  json.Key("data");
  out += "\"0x";
  for (const EvmWord& word : placed.log.data) AppendWordHex(out, word);
  out += '"';
  json.Text("blockNumber", QuantityHex(placed.block.number));
  json.Text("transactionHash", WordHex(TransactionHash(placed.transaction)));
  json.Text("transactionIndex", QuantityHex(placed.transaction_index));
  json.Text("blockHash", WordHex(placed.block.hash));
  if (view_.spec.has_timestamps && chain_.HasTimestamps())
    json.Text("blockTimestamp", QuantityHex(placed.block.time));
  json.Text("logIndex", QuantityHex(placed.index));
  json.Bool("removed", false);
  json.Close();
}

RpcResult<std::string> RpcMethods::GetBlock(simdjson::dom::element params) const {
  const auto value = ParamAt(params, 0);
  if (!value) return tl::unexpected(value.error());
  std::string_view text;
  if (value->get(text) != simdjson::SUCCESS) {
    return Refuse(kInvalidParams, "invalid argument 0: not a block number or tag");
  }
  const RpcResult<BlockNumber> block = BlockAt(text);
  if (!block) return tl::unexpected(block.error());
  if (*block < view_.spec.pruned) return tl::unexpected(PrunedRefusal());
  const auto header = *block > view_.head ? std::nullopt : chain_.Header(*block);
  return header ? HeaderJson(*header) : "null";
}

RpcResult<std::string> RpcMethods::GetCode(simdjson::dom::element params) const {
  const RpcResult<EvmWord> address = AddressAt(params);
  if (!address) return tl::unexpected(address.error());
  if (auto refusal = StateRefusal(params)) return tl::unexpected(*std::move(refusal));
  return Quoted(CodeOf(*address));
}

RpcResult<std::string> RpcMethods::GetTransactionCount(simdjson::dom::element params) const {
  const RpcResult<EvmWord> address = AddressAt(params);
  if (!address) return tl::unexpected(address.error());
  if (auto refusal = StateRefusal(params)) return tl::unexpected(*std::move(refusal));
  return Quoted(QuantityHex(TransactionCountOf(*address)));
}

std::optional<RpcError> RpcMethods::StateRefusal(simdjson::dom::element params) const {
  const auto value = ParamAt(params, 1);
  if (!value) return value.error();
  std::string_view text;
  if (value->get(text) != simdjson::SUCCESS) {
    return RpcError{kInvalidParams, "invalid argument 1: not a block number or tag"};
  }
  const RpcResult<BlockNumber> block = BlockAt(text);
  if (!block) return block.error();
  if (*block > view_.head) return RpcError{kServerError, "header not found"};
  if (*block < view_.spec.pruned) return PrunedRefusal();
  return std::nullopt;
}

RpcError RpcMethods::RangeRefusal() const {
  static constexpr std::array<std::pair<int, std::string_view>, 7> kWordings{
      std::pair{-32005, "query exceeds max block range #"},
      std::pair{-32062, "block range is too large"},
      std::pair{-32602, "eth_getLogs is limited to a # range"},
      std::pair{-32000, "Block range limit exceeded"},
      std::pair{35, "ranges over # blocks are not supported on freetier"},
      std::pair{-32600, "You can make eth_getLogs requests with up to a # block range."},
      std::pair{-32614, "eth_getLogs is limited to a # range"}};
  const auto& [code, wording] = kWordings[Wording() % kWordings.size()];
  const std::uint64_t most = *view_.spec.range;
  return {code, Replaced(wording, code == -32602 ? WithCommas(most) : std::to_string(most))};
}

RpcError RpcMethods::ResultsRefusal() const {
  static constexpr std::array<std::pair<int, std::string_view>, 3> kWordings{
      std::pair{-32005, "query returned more than # results"},
      std::pair{-32008, "response size exceeded"},
      std::pair{-32602, "Log response size exceeded. Query returned more than # results."}};
  const auto& [code, wording] = kWordings[Wording() % kWordings.size()];
  return {code, Replaced(wording, std::to_string(*view_.spec.results))};
}

RpcError RpcMethods::PrunedRefusal() const {
  static constexpr std::array<std::pair<int, std::string_view>, 3> kWordings{
      std::pair{-32701, "History has been pruned for this block"},
      std::pair{-32000, "missing trie node 1f1e9a2c (path ) state 0x1f1e9a2c is not available"},
      std::pair{4444, "pruned history unavailable"}};
  const auto& [code, wording] = kWordings[Wording() % kWordings.size()];
  return {code, std::string(wording)};
}

}  // namespace polyhouse
