#include "app/server_wait.h"

#include "flow/retrier.h"

namespace polyhouse {
namespace {

constexpr BackoffPolicy kPauses{std::chrono::milliseconds(200), std::chrono::milliseconds(10'000)};
constexpr std::uint64_t kJitterSeed = 1;

}  // namespace

Status WaitForServer(const Environment& environment,
                     AwaitedServer server,
                     const std::function<Status()>& work,
                     std::stop_token stop) {
  const auto limit = environment.config.schema_retry_for;
  const bool waits = server.patience == Patience::kForever ||
                     (server.patience == Patience::kAWhile && limit.count() > 0);
  if (!waits) return work();
  Retrier retrier(
      {kPauses, server.patience == Patience::kForever ? std::chrono::milliseconds(0) : limit},
      [&](const Error& error, auto wait) {
        environment.events.ServerAway(server.name, error, wait);
      },
      environment.clock,
      kJitterSeed);
  auto status = retrier.Do(work, stop);
  if (status) environment.events.ServerBack(server.name);
  return status;
}

}  // namespace polyhouse
