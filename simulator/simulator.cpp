#include "simulator.h"

#include "base/clock.h"

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kLongestSettling{500};

/// Only these end soon enough to be waited for.
bool IsAwaited(const Response& response) {
  return response.served && response.delivery == Delivery::kWhole;
}

}  // namespace

SimulatedApi::SimulatedApi(std::unique_ptr<World> world,
                           FaultPlan faults,
                           Drift drift,
                           const TrafficOptions& traffic,
                           const ChainOptions& chain,
                           RpcRoutes::Specs endpoints)
    : simulation_(std::move(world), std::move(faults), std::move(drift), chain),
      limiter_(traffic.rate_limits, traffic.rate_mode),
      latency_(traffic.latency),
      cache_(traffic.cdn),
      gamma_(simulation_, misbehaviour_, cache_),
      clob_(simulation_, misbehaviour_),
      rpc_(simulation_, misbehaviour_, std::move(endpoints)),
      trades_(simulation_, misbehaviour_),
      chain_control_(simulation_, rpc_, chain.seed),
      control_(simulation_, cache_, chain.seed) {}

Response SimulatedApi::Handle(const Request& request, std::stop_token stop) {
  if (ControlRoutes::IsControl(request)) return HandleControl(request);
  const std::string route = RouteOf(request);
  std::optional<Response> refusal = Admit(request, route, std::move(stop));
  Response response = refusal ? *std::move(refusal) : Route(request);
  simulation_.stats().CountRequest(route,
                                   response.delivery == Delivery::kReset ? 0 : response.status);
  if (IsAwaited(response)) {
    const std::lock_guard lock(mutex_);
    ++under_way_;
  }
  return response;
}

Response SimulatedApi::HandleControl(const Request& request) {
  if (ChainControl::Handles(request)) return chain_control_.Handle(request);
  if (!ControlRoutes::IsAboutTheWorld(request)) Settle();
  return control_.Handle(request);
}

std::string SimulatedApi::RouteOf(const Request& request) {
  if (RpcRoutes::IsRpc(request)) return RpcRoutes::RouteOf(request);
  if (TradesRoutes::IsData(request)) return TradesRoutes::RouteOf(request);
  if (ClobRoutes::IsClob(request)) return ClobRoutes::RouteOf(request);
  return GammaRoutes::RouteOf(request);
}

Response SimulatedApi::Route(const Request& request) {
  if (RpcRoutes::IsRpc(request)) return rpc_.Handle(request);
  if (TradesRoutes::IsData(request)) return trades_.Handle(request);
  if (ClobRoutes::IsClob(request)) return clob_.Handle(request);
  return gamma_.Handle(request);
}

std::optional<Response> SimulatedApi::Admit(const Request& request,
                                            const std::string& route,
                                            std::stop_token stop) {
  Admission admission{.at = SteadyNow()};
  simulation_.stats().CountArrival(route, admission.at);
  if (const auto group = GroupOf(request.path)) {
    simulation_.stats().CountArrival(ToString(*group), admission.at);
    admission = limiter_.Admit(*group, admission.at);
    if (admission.is_over_limit) simulation_.stats().CountOverLimit(ToString(*group));
  }
  SystemClock clock;
  const auto left = admission.at + latency_ - SteadyNow();
  if (left > left.zero()) {
    clock.SleepFor(std::chrono::ceil<std::chrono::milliseconds>(left), std::move(stop));
  }
  if (admission.is_refused) return TooManyRequests(admission.retry_after);
  return std::nullopt;
}

void SimulatedApi::Finished(const Response& response, Outcome outcome) {
  if (response.served && outcome == Outcome::kSentWhole) simulation_.Commit(*response.served);
  if (!IsAwaited(response)) return;
  const std::lock_guard lock(mutex_);
  if (--under_way_ == 0) settled_.notify_all();
}

void SimulatedApi::Settle() {
  std::unique_lock lock(mutex_);
  settled_.wait_for(lock, kLongestSettling, [this] { return under_way_ == 0; });
}

}  // namespace polyhouse
