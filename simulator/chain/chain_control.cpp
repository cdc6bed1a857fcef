#include "chain/chain_control.h"

#include <array>
#include <optional>
#include <set>

#include "base/number_text.h"
#include "chain/fill_truth.h"
#include "json_object.h"

namespace polyhouse {
namespace {

constexpr std::size_t kTruthPart = 1 << 18;
constexpr std::uint64_t kMostBlocks = 10'000'000;

struct ChainRoute {
  std::string_view method;
  std::string_view path;
};

constexpr ChainRoute kState{"GET", "/simulator/chain"};
constexpr ChainRoute kFills{"GET", "/simulator/fills"};
constexpr ChainRoute kAddresses{"GET", "/simulator/addresses"};
constexpr ChainRoute kAnswers{"GET", "/simulator/answers"};
constexpr ChainRoute kActions{"GET", "/simulator/actions"};
constexpr ChainRoute kMine{"POST", "/simulator/blocks"};
constexpr ChainRoute kReorganise{"POST", "/simulator/reorg"};
constexpr ChainRoute kEndpoint{"POST", "/simulator/rpc"};

bool Is(const Request& request, const ChainRoute& route) {
  return request.method == route.method && request.path == route.path;
}

/// A parameter that is a whole number; `fallback` when it is not there, empty when it is none.
std::optional<std::uint64_t> NumberOf(const Request& request,
                                      std::string_view name,
                                      std::uint64_t fallback) {
  const auto text = request.Param(name);
  std::uint64_t number = fallback;
  if (text && !ReadNumber(*text, number)) return std::nullopt;
  return number;
}

Response Mistake(std::string_view message) {
  return ErrorResponse(422, "validation error", message);
}

}  // namespace

bool ChainControl::Handles(const Request& request) {
  for (const ChainRoute& route :
       {kState, kFills, kActions, kAddresses, kAnswers, kMine, kReorganise, kEndpoint}) {
    if (Is(request, route)) return true;
  }
  return false;
}

Response ChainControl::Handle(const Request& request) {
  if (Is(request, kFills)) return Truth(request, &AppendFillTruth);
  if (Is(request, kActions)) return Truth(request, &AppendActionTruth);
  if (Is(request, kAddresses)) return Addresses(request);
  if (Is(request, kAnswers)) return Answers(request);
  if (Is(request, kMine)) return Mine(request);
  if (Is(request, kReorganise)) return Reorganise(request);
  return Is(request, kEndpoint) ? ReplaceEndpoint(request) : State();
}

Response ChainControl::State() {
  const ChainState state = simulation_.chain().State();
  const auto header = simulation_.chain().Header(state.head);
  Response response;
  JsonObject json(response.body);
  json.Integer("first_block", static_cast<std::int64_t>(state.first));
  json.Integer("head", static_cast<std::int64_t>(state.head));
  json.Text("head_hash", header ? WordHex(header->hash) : "");
  json.Integer("head_time", static_cast<std::int64_t>(BlockTime(state.head)));
  json.Integer("fills", static_cast<std::int64_t>(state.fills));
  json.Integer("transactions", static_cast<std::int64_t>(state.transactions));
  json.Integer("reorganisations", static_cast<std::int64_t>(state.reorganisations));
  json.Close();
  return response;
}

Response ChainControl::Truth(const Request& request,
                             void (*append)(std::string&, const PlacedLog&)) {
  const BlockNumber head = simulation_.chain().State().head;
  const auto from = NumberOf(request, "from", 0);
  const auto to = NumberOf(request, "to", head);
  if (!from || !to) return Mistake("from and to must be numbers of blocks");
  Response response{200, "application/x-ndjson", ""};
  response.more = [truth = FillTruth(simulation_.chain(), *from, std::min(*to, head), append)](
                      std::string& out) mutable { return truth.Read(kTruthPart, out); };
  return response;
}

Response ChainControl::Addresses(const Request& request) {
  const auto to = NumberOf(request, "to", simulation_.chain().State().head);
  if (!to) return Mistake("to must be the number of a block");
  Response response{200, "application/x-ndjson", ""};
  std::set<std::string> written;
  simulation_.chain().VisitLogs(0, *to, [&](const PlacedLog& placed) {
    if (!placed.log.fill) return true;
    for (const EvmWord& wallet : {placed.log.fill->maker, placed.log.fill->taker}) {
      if (IsExchange(wallet) || !written.insert(AddressHex(wallet)).second) continue;
      JsonObject json(response.body);
      json.Text("address", AddressHex(wallet));
      json.Bool("is_contract", IsContractWallet(wallet));
      json.Integer("code_size", static_cast<std::int64_t>(CodeOf(wallet).size() / 2 - 1));
      json.Integer("transaction_count", static_cast<std::int64_t>(TransactionCountOf(wallet)));
      json.Close();
      response.body += '\n';
    }
    return true;
  });
  return response;
}

Response ChainControl::Answers(const Request& request) {
  const auto to = NumberOf(request, "to", simulation_.chain().State().head);
  if (!to) return Mistake("to must be the number of a block");
  Response response{200, "application/x-ndjson", ""};
  simulation_.AppendAnswers(*to, response.body);
  return response;
}

Response ChainControl::Mine(const Request& request) {
  const auto blocks = NumberOf(request, "n", 1);
  if (!blocks || *blocks > kMostBlocks) return Mistake("n must be a whole number up to 10000000");
  simulation_.chain().Mine(*blocks);
  return State();
}

Response ChainControl::Reorganise(const Request& request) {
  const auto depth = NumberOf(request, "depth", 1);
  if (!depth || *depth == 0) return Mistake("depth must be a whole number from 1");
  simulation_.chain().Reorganise(*depth);
  return State();
}

Response ChainControl::ReplaceEndpoint(const Request& request) {
  const auto endpoint = NumberOf(request, "endpoint", 0);
  if (!endpoint || *endpoint >= RpcRoutes::kEndpoints) {
    return Mistake("endpoint must be 0 for /rpc, or 1 to 9 for /rpc/N");
  }
  Result<EndpointSpec> spec =
      EndpointSpec::Parse(request.Param("spec").value_or(""), seed_ + *endpoint);
  if (!spec) return Mistake(spec.error().message);
  rpc_.Replace(*endpoint, *std::move(spec));
  return {200, "application/json", R"({"ok":true})"};
}

}  // namespace polyhouse
