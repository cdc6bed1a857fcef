#include "app/server_wait.h"

#include "base/backoff.h"

namespace polyhouse {
namespace {

constexpr BackoffPolicy kPauses{std::chrono::milliseconds(200), std::chrono::milliseconds(10'000)};

}  // namespace

Status WaitForServer(const Environment& environment,
                     AwaitedServer server,
                     const std::function<Status()>& work,
                     std::stop_token stop) {
  Jitter jitter(1);
  const auto begun = SteadyNow();
  const auto has_patience = [&] {
    if (server.patience == Patience::kForever) return true;
    return server.patience == Patience::kAWhile &&
           SteadyNow() - begun < environment.config.schema_retry_for;
  };
  for (std::uint32_t failures = 1;; ++failures) {
    auto status = work();
    if (status || status.error().kind != ErrorKind::kTransient || !has_patience()) return status;
    const auto wait = BackoffDelay(kPauses, failures, jitter.Next(), std::chrono::milliseconds(0));
    environment.events.ServerAway(server.name, status.error(), wait);
    environment.clock.SleepFor(wait, stop);
    if (stop.stop_requested()) return StoppingError();
  }
}

}  // namespace polyhouse
