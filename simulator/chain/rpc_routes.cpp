#include "chain/rpc_routes.h"

#include <optional>
#include <vector>

#include "dice.h"
#include "json_object.h"

namespace polyhouse {
namespace {

constexpr std::string_view kPath = "/rpc";
constexpr std::uint64_t kTurnsPerFallBack = 5;

/// The number of the endpoint; empty when the path has none.
std::optional<std::size_t> EndpointOf(std::string_view path) {
  if (path == kPath) return 0;
  if (path.size() != kPath.size() + 2 || !path.starts_with("/rpc/")) return std::nullopt;
  const char digit = path.back();
  if (digit < '1' || digit > '9') return std::nullopt;
  return static_cast<std::size_t>(digit - '0');
}

std::string ErrorJson(std::string_view id, const RpcError& error) {
  std::string out;
  JsonObject json(out);
  json.Text("jsonrpc", "2.0");
  json.Raw("id", id);
  json.Key("error");
  JsonObject inner(out);
  inner.Integer("code", error.code);
  inner.Text("message", error.message);
  inner.Close();
  json.Close();
  return out;
}

/// An answer with this result.
std::string ResultJson(std::string_view id, std::string_view result) {
  std::string out;
  JsonObject json(out);
  json.Text("jsonrpc", "2.0");
  json.Raw("id", id);
  json.Raw("result", result);
  json.Close();
  return out;
}

/// In place of an answer about an address: one that a client must not believe, or none.
std::vector<std::string> FlawedAnswers(std::string_view id,
                                       std::string answer,
                                       std::uint64_t kind) {
  switch (kind % 6) {
    case 0:
      return {ErrorJson(id, {-32603, "internal error"})};
    case 1:
      return {ResultJson(id, "null")};
    case 2:
      return {ResultJson(id, R"("0x1g3")")};
    case 3:
      return {std::move(answer), ResultJson(id, R"("0x")")};
    case 4:
      return {ResultJson(id, "\"\"")};
    default:
      return {};
  }
}

bool IsOfAddress(simdjson::dom::element call) {
  std::string_view method;
  return call["method"].get(method) == simdjson::SUCCESS &&
         (method == "eth_getCode" || method == "eth_getTransactionCount");
}

/// Answers one call of a request, or gives `refusal` in place of every answer.
class CallAnswerer {
 public:
  CallAnswerer(const RpcMethods& methods, Stats& stats, std::optional<RpcError> refusal)
      : methods_(methods), stats_(stats), refusal_(std::move(refusal)) {}

  std::string Answer(simdjson::dom::element call) const {
    simdjson::dom::element value;
    std::string id = "null";
    if (call["id"].get(value) == simdjson::SUCCESS) id = simdjson::minify(value);
    std::string_view method;
    if (call["method"].get(method) != simdjson::SUCCESS) {
      return ErrorJson(id, {-32600, "invalid request"});
    }
    stats_.CountCall(method);
    if (refusal_) return ErrorJson(id, *refusal_);
    simdjson::dom::element params;
    if (call["params"].get(params) != simdjson::SUCCESS) params = call;
    const RpcResult<std::string> result = methods_.Call(method, params);
    if (!result) return ErrorJson(id, result.error());
    return ResultJson(id, *result);
  }

  /// The answers of a batch, in an order that only its number knows.
  std::string AnswerAll(simdjson::dom::array calls, std::uint64_t turn, double flaw) const {
    std::vector<std::string> answers;
    Dice flaws(~turn);
    for (const simdjson::dom::element call : calls) {
      std::string answer = Answer(call);
      if (flaw <= 0 || !IsOfAddress(call) || flaws.Fraction() >= flaw) {
        answers.push_back(std::move(answer));
        continue;
      }
      simdjson::dom::element id;
      if (call["id"].get(id) != simdjson::SUCCESS) continue;
      for (auto& each : FlawedAnswers(simdjson::minify(id), std::move(answer), flaws.Below(6))) {
        answers.push_back(std::move(each));
      }
    }
    Dice dice(turn);
    std::string out = "[";
    for (std::size_t left = answers.size(); left > 0; --left) {
      std::swap(answers[dice.Below(left)], answers[left - 1]);
      if (out.size() > 1) out += ',';
      out += answers[left - 1];
    }
    return out += ']';
  }

 private:
  const RpcMethods& methods_;
  Stats& stats_;
  std::optional<RpcError> refusal_;
};

/// What stands in place of every answer when a fault is an error with status 200.
std::optional<RpcError> RefusalFor(std::optional<FaultKind> fault) {
  if (fault == FaultKind::kError200) return RpcError{-32000, "header not found"};
  if (fault == FaultKind::kErrorObject200) {
    return RpcError{-32005, "daily request count exceeded, request rate limited"};
  }
  return std::nullopt;
}

}  // namespace

RpcRoutes::RpcRoutes(Simulation& simulation, Misbehaviour& misbehaviour, Specs specs)
    : simulation_(simulation), misbehaviour_(misbehaviour) {
  for (std::size_t i = 0; i < kEndpoints; ++i) endpoints_[i].spec = std::move(specs[i]);
}

bool RpcRoutes::IsRpc(const Request& request) {
  return request.path == kPath || request.path.starts_with("/rpc/");
}

std::string RpcRoutes::RouteOf(const Request& request) {
  return EndpointOf(request.path) ? request.path : "unknown";
}

void RpcRoutes::Replace(std::size_t endpoint, EndpointSpec spec) {
  const std::lock_guard lock(mutex_);
  endpoints_[endpoint].spec = std::move(spec);
}

Response RpcRoutes::Handle(const Request& request) {
  const std::optional<std::size_t> number = EndpointOf(request.path);
  if (!number) return ErrorResponse(404, "not found error", "endpoints are /rpc, /rpc/1 to /rpc/9");
  if (request.method != "POST") {
    return ErrorResponse(405, "method error", "only POST is allowed");
  }
  std::optional<Fault> fault;
  const EndpointView view = Arrive(*number, fault);
  if (fault) simulation_.stats().CountFault(fault->kind);
  const auto kind = fault ? std::optional(fault->kind) : std::nullopt;
  Response response = Answer(request, view, kind);
  if (view.spec.size && response.body.size() > *view.spec.size) {
    response = {413, "application/json", ErrorJson("null", {-32008, "response is too big"})};
  }
  if (!kind || RefusalFor(kind) || IsPageFault(*kind)) return response;
  return misbehaviour_.Apply(std::move(response), *kind);
}

EndpointView RpcRoutes::Arrive(std::size_t number, std::optional<Fault>& fault) {
  const BlockNumber head = simulation_.chain().State().head;
  const std::lock_guard lock(mutex_);
  Endpoint& endpoint = endpoints_[number];
  fault = endpoint.spec.faults.Next();
  EndpointView view{.spec = endpoint.spec, .endpoint = number, .turn = endpoint.requests++};
  const bool falls_back = view.turn % kTurnsPerFallBack == kTurnsPerFallBack - 1;
  const std::uint64_t behind = view.spec.lag + (falls_back ? view.spec.back : 0);
  view.head = head - std::min(head, behind);
  view.hides_logs = fault && fault->kind == FaultKind::kEmpty;
  return view;
}

Response RpcRoutes::Answer(const Request& request,
                           const EndpointView& view,
                           std::optional<FaultKind> fault) {
  const RpcMethods methods(simulation_.chain(), view);
  const CallAnswerer answerer(methods, simulation_.stats(), RefusalFor(fault));
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  Response response;
  simdjson::dom::array calls;
  if (parser.parse(request.body).get(root) != simdjson::SUCCESS) {
    response.body = ErrorJson("null", {-32700, "parse error"});
  } else if (root.get(calls) != simdjson::SUCCESS) {
    response.body = answerer.Answer(root);
  } else if (!view.spec.takes_batches) {
    response.body = ErrorJson("null", {-32600, "batch requests are not allowed"});
  } else if (calls.size() == 0) {
    response.body = ErrorJson("null", {-32600, "empty batch"});
  } else {
    response.body = answerer.AnswerAll(calls, Draw(view.endpoint, view.turn), view.spec.flaw);
  }
  return response;
}

}  // namespace polyhouse
