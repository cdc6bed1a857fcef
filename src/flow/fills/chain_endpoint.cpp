#include "flow/fills/chain_endpoint.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "base/clock.h"
#include "base/lower_case.h"
#include "base/one_line.h"
#include "base/url.h"
#include "codec/action_log.h"
#include "codec/fill_log.h"
#include "flow/fills/adapter_owners.h"

namespace polyhouse {
namespace {

/// Blocks asked for in one batch; providers refuse batches of more than 100 to 1,000.
constexpr std::size_t kBatch = 50;
constexpr std::size_t kShown = 120;
/// Below the head, that may still be replaced.
constexpr std::uint64_t kNewBlocks = 256;
/// Below the head, that some of the machines behind one URL may not have yet.
constexpr std::uint64_t kUnsettled = 5;

std::string Hex(std::uint64_t number) {
  std::array<char, 20> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(number));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string Call(std::size_t id, std::string_view method, const std::string& parameters) {
  return "{\"jsonrpc\":\"2.0\",\"id\":" + std::to_string(id) + ",\"method\":\"" +
         std::string(method) + "\",\"params\":[" + parameters + "]}";
}

std::string HeaderCall(std::size_t id, std::uint64_t block) {
  return Call(id, "eth_getBlockByNumber", "\"" + Hex(block) + "\",false");
}

void AppendQuoted(std::string& list, std::string_view text) {
  list.append(list.empty() ? "\"" : ",\"").append(text).append("\"");
}

std::string AddressFilter(const ChainEndpoint::Options& options, bool of_what_is_read) {
  std::string addresses;
  for (const ExchangeContract& each : options.exchanges) AppendQuoted(addresses, each.address);
  for (const ActionContract& each : options.contracts) {
    // ConditionalTokens logs every transfer: too much to be looked through for what is new.
    const bool is_wanted = of_what_is_read ? each.kind != ActionContractKind::kProtocolV2
                                           : each.kind != ActionContractKind::kConditionalTokens;
    if (is_wanted) AppendQuoted(addresses, each.address);
  }
  return "\"address\":[" + addresses + "]";
}

/// Fills and matches, and actions.
std::string TopicFilter(const ChainEndpoint::Options& options) {
  std::string topics;
  if (!options.exchanges.empty()) {
    for (const std::string_view topic :
         {kFilledV1Topic, kFilledV2Topic, kMatchedV1Topic, kMatchedV2Topic}) {
      AppendQuoted(topics, topic);
    }
  }
  if (!options.contracts.empty()) {
    for (const std::string_view topic : ActionTopics()) AppendQuoted(topics, topic);
  }
  return ",\"topics\":[[" + topics + "]]";
}

bool IsKnownTopic(std::string_view topic) {
  for (const auto& known : {KnownTopics(), ActionTopics(), OtherActionTopics()}) {
    if (std::find(known.begin(), known.end(), topic) != known.end()) return true;
  }
  return false;
}

/// What adapters of collateral do with tokens.
std::string TransferFilter(const ChainEndpoint::Options& options) {
  std::string addresses;
  for (const ActionContract& each : options.contracts) {
    if (each.kind == ActionContractKind::kConditionalTokens) AppendQuoted(addresses, each.address);
  }
  std::string topics;
  for (const std::string_view topic : {kTransferSingleTopic, kTransferBatchTopic}) {
    AppendQuoted(topics, topic);
  }
  std::string adapters;
  for (const std::string_view adapter : CollateralAdapters()) {
    AppendQuoted(adapters, "0x" + std::string(24, '0') + std::string(adapter.substr(2)));
  }
  return "\"address\":[" + addresses + "],\"topics\":[[" + topics + "],[" + adapters + "]]";
}

std::string LogsCall(const BlockRange& range, const std::string& filter) {
  return Call(0,
              "eth_getLogs",
              "{\"fromBlock\":\"" + Hex(range.from) + "\",\"toBlock\":\"" + Hex(range.to) + "\"," +
                  filter + "}");
}

/// What a status means before the body is read. Nodes answer errors of their own with 200, and
/// some with 4xx, whose bodies say more.
Status ClassifyStatus(const HttpResponse& response) {
  if (response.status == 200) return Ok();
  Error error = TransientError("HTTP " + std::to_string(response.status) + " " +
                               OneLine(response.body, kShown));
  error.retry_after = response.retry_after;
  error.too_much = response.status == 413 || response.status == 408 || response.status == 504;
  if (response.status == 400) error.too_much = ChainErrorOf(0, response.body).too_much;
  return error;
}

/// Which orders were matched in which transactions, by a hash of both.
class Matches {
 public:
  void Add(const ChainLog& log, std::string_view exchange) {
    std::string order = LowerCase(log.transaction_hash);
    order += exchange;
    order += LowerCase(log.topics[1]);
    const XXH128_hash_t hash = XXH3_128bits(order.data(), order.size());
    hashes_.emplace_back(hash.high64, hash.low64);
  }
  const std::vector<std::pair<std::uint64_t, std::uint64_t>>& Distinct() {
    std::sort(hashes_.begin(), hashes_.end());
    hashes_.erase(std::unique(hashes_.begin(), hashes_.end()), hashes_.end());
    return hashes_;
  }

 private:
  std::vector<std::pair<std::uint64_t, std::uint64_t>> hashes_;
};

bool IsMatch(const ChainLog& log) {
  return log.topics[0] == kMatchedV1Topic || log.topics[0] == kMatchedV2Topic;
}

}  // namespace

ChainEndpoint::ChainEndpoint(Options options, HttpClient& http)
    : options_(std::move(options)),
      http_(http),
      read_(AddressFilter(options_, true) + TopicFilter(options_)),
      watched_(AddressFilter(options_, false)),
      transfers_(TransferFilter(options_)) {
  const auto url = ParseUrl(options_.url);
  host_ = url ? url->hosts : "a node";
}

Result<std::string> ChainEndpoint::Send(const std::string& request, std::stop_token stop) {
  const std::array<std::string_view, 1> body = {request};
  const HttpRequest http{.url = options_.url,
                         .body = body,
                         .headers = {"Content-Type: application/json"},
                         .timeout = options_.timeout,
                         .may_be_silent = true,
                         .has_secret_url = true};
  ++requests_;
  auto response = http_.Send(http, std::move(stop));
  if (!response) return std::move(response).error().WithContext(host_);
  if (auto status = ClassifyStatus(*response); !status) {
    return std::move(status).error().WithContext(host_);
  }
  bytes_ += response->body.size();
  return std::move(response->body);
}

/// Once: a wrong chain has blocks of the same numbers.
Status ChainEndpoint::CheckChain(std::stop_token stop) {
  if (is_checked_) return Ok();
  auto body = Send(Call(0, "eth_chainId", ""), std::move(stop));
  if (!body) return std::move(body).error();
  const auto chain = parser_.Quantity(*body);
  if (!chain) return Error(chain.error()).WithContext(host_);
  if (*chain != kChainId) {
    return ConfigError(host_ + " is a node of chain " + std::to_string(*chain) +
                       ", not of Polygon, which is " + std::to_string(kChainId) +
                       ": name another one in --rpc-url");
  }
  is_checked_ = true;
  return Ok();
}

Result<std::uint64_t> ChainEndpoint::Head(std::stop_token stop) {
  if (auto status = CheckChain(stop); !status) return std::move(status).error();
  auto body = Send(Call(0, "eth_blockNumber", ""), std::move(stop));
  if (!body) return std::move(body).error();
  auto head = parser_.Quantity(*body);
  if (!head) return std::move(head).error().WithContext(host_);
  head_ = std::max(head_, *head);
  return head;
}

Result<std::optional<ChainBlock>> ChainEndpoint::Header(std::uint64_t block, std::stop_token stop) {
  if (auto status = CheckChain(stop); !status) return std::move(status).error();
  const std::array blocks = {block};
  auto headers = Headers(blocks, std::move(stop));
  if (!headers) return std::move(headers).error();
  return std::move(headers->front());
}

/// In batches; one by one from a node that refuses those.
Result<std::vector<std::optional<ChainBlock>>> ChainEndpoint::Headers(
    std::span<const std::uint64_t> blocks, std::stop_token stop) {
  std::vector<std::optional<ChainBlock>> headers;
  while (headers.size() < blocks.size()) {
    const std::size_t most = takes_batches_ ? kBatch : 1;
    const auto part =
        blocks.subspan(headers.size(), std::min(most, blocks.size() - headers.size()));
    std::string request;
    for (std::size_t i = 0; i < part.size(); ++i) {
      request += (i == 0 ? "" : ",") + HeaderCall(i, part[i]);
    }
    if (part.size() > 1) request = "[" + request + "]";
    auto body = Send(request, stop);
    if (!body) return std::move(body).error();
    auto read = parser_.Headers(*body, part.size());
    if (!read && part.size() > 1) {
      takes_batches_ = false;
      continue;
    }
    if (!read) return std::move(read).error().WithContext(host_);
    for (auto& header : *read) headers.push_back(std::move(header));
  }
  return headers;
}

/// The answers to questions about addresses: two of each, in turn.
struct ChainEndpoint::AddressAnswers {
  std::vector<std::optional<std::uint32_t>> code_sizes;
  std::vector<std::optional<std::uint64_t>> transaction_counts;
  std::size_t asked = 0;  ///< Questions.
  Status problem = Ok();  ///< The first that an answer had.

  void Put(const ChainTexts& texts) {
    for (const auto& text : texts.texts) {
      const std::size_t address = asked / 2;
      const bool is_code = asked++ % 2 == 0;
      if (!text) continue;
      if (is_code) code_sizes[address] = ReadCodeSize(*text);
      if (!is_code) transaction_counts[address] = ReadChainNumber(*text);
    }
    if (problem) problem = texts.problem;
  }
};

Status ChainEndpoint::AskOfAddresses(std::span<const std::string> addresses,
                                     std::uint64_t block,
                                     AddressAnswers& answers,
                                     std::stop_token stop) {
  const std::size_t count = std::min(most_calls_, 2 * addresses.size() - answers.asked);
  std::string request;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t question = answers.asked + i;
    request +=
        (i == 0 ? "" : ",") + Call(i,
                                   question % 2 == 0 ? "eth_getCode" : "eth_getTransactionCount",
                                   "\"" + addresses[question / 2] + "\",\"" + Hex(block) + "\"");
  }
  if (count > 1) request = "[" + request + "]";
  auto body = Send(request, std::move(stop));
  const auto texts = body ? parser_.Texts(*body, count) : Result<ChainTexts>(body.error());
  if (texts) {
    answers.Put(*texts);
    return Ok();
  }
  if (count == 1 || !texts.error().too_much) return Error(texts.error()).WithContext(host_);
  most_calls_ = count / 2;
  return Ok();
}

Result<AddressStates> ChainEndpoint::Addresses(std::span<const std::string> addresses,
                                               std::uint64_t at_least,
                                               std::stop_token stop) {
  const auto head = Head(stop);
  if (!head) return head.error();
  if (*head < at_least) return NotThereYet(at_least);
  AddressStates states{.block = std::max(at_least, *head - std::min(*head, kUnsettled))};
  AddressAnswers answers;
  answers.code_sizes.resize(addresses.size());
  answers.transaction_counts.resize(addresses.size());
  Status status = Ok();
  while (status && answers.asked < 2 * addresses.size()) {
    status = AskOfAddresses(addresses, states.block, answers, stop);
  }
  if (!status && status.error().kind == ErrorKind::kStopping) return std::move(status).error();
  bool is_any = false;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    auto& state = states.states.emplace_back();
    const auto& code_size = answers.code_sizes[i];
    const auto& transactions = answers.transaction_counts[i];
    if (code_size && transactions) state = AddressState{*code_size, *transactions};
    is_any = is_any || state;
  }
  if (is_any) return states;  // Also of those that came before it broke off.
  if (!status) return std::move(status).error();
  return TransientError(
      host_ + " says nothing of addresses: " +
      (answers.problem ? "its answers are none" : answers.problem.error().message));
}

Error ChainEndpoint::NotThereYet(std::uint64_t block) const {
  return TransientError(host_ + " has not got to block " + std::to_string(block) + " yet");
}

bool ChainEndpoint::ReadsAction(const ChainLog& log,
                                std::string_view address,
                                FetchedRange& fetched) const {
  const auto contract = std::find_if(options_.contracts.begin(),
                                     options_.contracts.end(),
                                     [&](const auto& known) { return known.address == address; });
  if (contract == options_.contracts.end()) return false;
  auto action = ReadAction(log, contract->kind);
  if (!action) {
    fetched.bad.push_back({ToJson(log), std::move(action).error()});
    return true;
  }
  if (log.block_time) action->block_time = Timestamp(std::chrono::seconds(*log.block_time));
  fetched.actions.push_back(std::move(*action));
  return true;
}

Status ChainEndpoint::ReadLogs(std::span<const ChainLog> logs, FetchedRange& fetched) const {
  Matches matched;
  Matches taken;
  FillReader reader;
  for (const ChainLog& log : logs) {
    const std::string address = LowerCase(log.address);
    const auto exchange = std::find_if(options_.exchanges.begin(),
                                       options_.exchanges.end(),
                                       [&](const auto& known) { return known.address == address; });
    const bool is_inside =
        log.block_number >= fetched.range.from && log.block_number <= fetched.range.to;
    if (is_inside && exchange == options_.exchanges.end() && ReadsAction(log, address, fetched))
      continue;
    if (exchange == options_.exchanges.end() || !is_inside) {
      return TransientError(host_ + " answers with logs that were not asked for");
    }
    if (IsMatch(log)) {
      matched.Add(log, exchange->address);
      continue;
    }
    auto fill = reader.Read(log, exchange->generation);
    if (!fill) {
      fetched.bad.push_back({ToJson(log), std::move(fill).error()});
      continue;
    }
    if (fill->taker == fill->exchange) taken.Add(log, exchange->address);
    if (log.block_time) {
      fill->block_time = Timestamp(std::chrono::seconds(*log.block_time));
    }
    fetched.fills.push_back(std::move(*fill));
  }
  if (fetched.bad.empty() && matched.Distinct() != taken.Distinct()) {
    return TransientError(host_ + " answers with a part of the logs of " + ToText(fetched.range) +
                          ": there are matches without their taker's fill, or the other way round");
  }
  return Ok();
}

Status ChainEndpoint::FindOwners(FetchedRange& fetched, const std::stop_token& stop) {
  constexpr int kTimes = 2;
  const auto count = [&] {
    return static_cast<std::size_t>(std::count_if(
        fetched.actions.begin(), fetched.actions.end(), [](const TokenAction& action) {
          return action.wallet_kind == kCollateralAdapterKind;
        }));
  };
  fetched.unassigned = count();
  for (int i = 0; i < kTimes && fetched.unassigned > 0; ++i) {
    if (auto status = AskForOwners(fetched, stop); !status) return status;
    fetched.unassigned = count();
  }
  return Ok();
}

Status ChainEndpoint::AskForOwners(FetchedRange& fetched, std::stop_token stop) {
  auto body = Send(LogsCall(fetched.range, transfers_), std::move(stop));
  if (!body) return std::move(body).error();
  const auto logs = parser_.Logs(*body);
  if (!logs) return Error(logs.error()).WithContext(host_);
  std::vector<TokenTransfer> transfers;
  for (const ChainLog& log : *logs) {
    auto transfer = ReadTransfer(log);
    if (!transfer) {
      return TransientError(
          host_ + " answers with logs that were not asked for: " + transfer.error().message);
    }
    transfers.push_back(std::move(*transfer));
  }
  AssignAdapters(transfers, fetched.actions);
  return Ok();
}

Status ChainEndpoint::Complete(FetchedRange& fetched, std::stop_token stop) {
  std::vector<std::uint64_t> blocks = {fetched.range.from, fetched.range.to};
  std::unordered_map<std::uint64_t, Timestamp> times;
  const auto ask_for = [&](const auto& row) {
    const bool is_known = row.block_time != Timestamp{};
    if (!is_known && times.emplace(row.block_number, Timestamp{}).second) {
      blocks.push_back(row.block_number);
    }
  };
  std::for_each(fetched.fills.begin(), fetched.fills.end(), ask_for);
  std::for_each(fetched.actions.begin(), fetched.actions.end(), ask_for);
  const auto headers = Headers(blocks, std::move(stop));
  if (!headers) return headers.error();
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto& header = (*headers)[i];
    if (!header || header->number != blocks[i]) {
      return NotThereYet(blocks[i]);
    }
    times[blocks[i]] = Timestamp(std::chrono::seconds(header->time));
  }
  fetched.parent_hash = headers->front()->parent_hash;
  fetched.last_hash = (*headers)[1]->hash;
  const auto complete = [&](auto& row) {
    if (row.block_time == Timestamp{}) row.block_time = times[row.block_number];
  };
  std::for_each(fetched.fills.begin(), fetched.fills.end(), complete);
  std::for_each(fetched.actions.begin(), fetched.actions.end(), complete);
  return Ok();
}

Result<FetchedRange> ChainEndpoint::Fetch(const BlockRange& range, std::stop_token stop) {
  const auto begun = SteadyNow();
  const std::uint64_t requests = requests_;
  const std::uint64_t bytes = bytes_;
  if (head_ < range.to) {
    if (const auto head = Head(stop); !head) return head.error();
  }
  if (auto status = CheckChain(stop); !status) return std::move(status).error();
  if (head_ < range.to) {
    return TransientError(host_ + " is at block " + std::to_string(head_) +
                          ", and has not got to block " + std::to_string(range.to) + " yet");
  }
  // The logs and the block's hash must be of one chain: near the head, where blocks are replaced,
  // the hash is asked for before and after.
  std::optional<ChainBlock> before;
  if (head_ - range.to < kNewBlocks) {
    auto header = Header(range.to, stop);
    if (!header) return std::move(header).error();
    if (!*header) return NotThereYet(range.to);
    before = std::move(*header);
  }
  auto body = Send(LogsCall(range, read_), stop);
  if (!body) return std::move(body).error();
  const auto logs = parser_.Logs(*body);
  if (!logs) return Error(logs.error()).WithContext(host_);
  FetchedRange fetched{.range = range, .endpoint = host_};
  // Of the range's last block, where that has a log: what else is asked overwrites the texts.
  std::string hash_in_logs;
  if (!logs->empty() && logs->back().block_number == range.to) {
    hash_in_logs = LowerCase(logs->back().block_hash);
  }
  if (auto status = ReadLogs(*logs, fetched); !status) return std::move(status).error();
  if (auto status = FindOwners(fetched, stop); !status) return std::move(status).error();
  if (auto status = Complete(fetched, stop); !status) return std::move(status).error();
  const bool fits = (!before || before->hash == fetched.last_hash) &&
                    (hash_in_logs.empty() || hash_in_logs == fetched.last_hash);
  if (!fits) {
    return TransientError(host_ + " has changed its mind about the newest blocks");
  }
  fetched.took = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyNow() - begun);
  fetched.requests = requests_ - requests;
  fetched.bytes = bytes_ - bytes;
  return fetched;
}

Result<std::map<std::string, std::uint64_t>> ChainEndpoint::UnknownTopics(const BlockRange& range,
                                                                          std::stop_token stop) {
  if (auto status = CheckChain(stop); !status) return std::move(status).error();
  auto body = Send(LogsCall(range, watched_), std::move(stop));
  if (!body) return std::move(body).error();
  const auto logs = parser_.Logs(*body);
  if (!logs) return Error(logs.error()).WithContext(host_);
  std::map<std::string, std::uint64_t> unknown;
  for (const ChainLog& log : *logs) {
    const std::string topic = LowerCase(log.topics[0]);
    if (!IsKnownTopic(topic)) ++unknown[topic];
  }
  return unknown;
}

}  // namespace polyhouse
