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
  for (std::uint32_t failures = 1;; ++failures) {
    auto status = work();
    if (status || status.error().kind != ErrorKind::kTransient ||
        server.patience == Patience::kFail)
      return status;
    const auto wait = BackoffDelay(kPauses, failures, jitter.Next(), std::chrono::milliseconds(0));
    environment.events.ServerAway(server.name, status.error(), wait);
    environment.clock.SleepFor(wait, stop);
    if (stop.stop_requested()) return StoppingError();
  }
}

}  // namespace polyhouse
