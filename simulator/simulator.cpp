#include "simulator.h"

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kLongestSettling{500};

/// Only these end soon enough to be waited for.
bool IsAwaited(const Response& response) {
  return response.served && response.delivery == Delivery::kWhole;
}

}  // namespace

Simulator::Simulator(std::unique_ptr<World> world, FaultPlan faults, std::uint64_t seed)
    : simulation_(std::move(world), std::move(faults)),
      gamma_(simulation_, misbehaviour_),
      clob_(simulation_, misbehaviour_),
      control_(simulation_, seed) {}

Response Simulator::Handle(const Request& request) {
  if (ControlRoutes::IsControl(request)) {
    if (!ControlRoutes::IsAboutTheWorld(request)) Settle();
    return control_.Handle(request);
  }
  std::string route;
  Response response =
      ClobRoutes::IsClob(request) ? clob_.Handle(request, route) : gamma_.Handle(request, route);
  simulation_.stats().CountRequest(route,
                                   response.delivery == Delivery::kReset ? 0 : response.status);
  if (IsAwaited(response)) {
    const std::lock_guard lock(mutex_);
    ++under_way_;
  }
  return response;
}

void Simulator::Finished(const Response& response, Outcome outcome) {
  if (response.served && outcome == Outcome::kSentWhole) simulation_.Commit(*response.served);
  if (!IsAwaited(response)) return;
  const std::lock_guard lock(mutex_);
  if (--under_way_ == 0) settled_.notify_all();
}

void Simulator::Settle() {
  std::unique_lock lock(mutex_);
  settled_.wait_for(lock, kLongestSettling, [this] { return under_way_ == 0; });
}

}  // namespace polyhouse
