#include "app/play_role.h"

#include <random>

#include "app/heartbeat.h"
#include "base/either_stop.h"

namespace polyhouse {
namespace {

/// Tells that a role is played here, as long as it lives.
class Played {
 public:
  Played(const Role& role, const Environment& environment)
      : role_(role), events_(environment.events) {
    events_.RolePlayed(role_.presence, true);
  }
  ~Played() { events_.RolePlayed(role_.presence, false); }
  Played(const Played&) = delete;
  Played& operator=(const Played&) = delete;

 private:
  const Role& role_;
  telemetry::PipelineEvents& events_;
};

}  // namespace

Result<RoleEnd> EndOfIngesting(const Status& status,
                               std::string_view ingester,
                               bool was_set_back,
                               const RoleClaim& claim,
                               const std::stop_token& stop,
                               telemetry::PipelineEvents& events) {
  const bool goes_on = !stop.stop_requested();
  if (goes_on && claim.lost().stop_requested()) return RoleEnd::kAgain;
  if (goes_on && was_set_back) {
    events.PositionsSetBack(ingester);
    return RoleEnd::kAgain;
  }
  if (!status) return status.error();
  return RoleEnd::kDone;
}

std::uint64_t JitterSeed() {
  return std::random_device()();
}

Status PlayRole(const Role& role,
                const Environment& environment,
                Streams& streams,
                const std::stop_token& stop,
                const RoleTurn& turn) {
  while (true) {
    const auto claim = streams.Claim(role.name, stop);
    if (!claim) return claim.error().kind == ErrorKind::kStopping ? Ok() : Status(claim.error());
    EitherStop either(stop, (*claim)->lost());
    const Heartbeat heartbeat(streams.OpenPresence(), role.presence, role.doing);
    const Played played(role, environment);
    const auto end = turn(**claim, either.source());
    if (!end) return end.error();
    if (*end == RoleEnd::kDone || stop.stop_requested()) return Ok();
    if ((*claim)->lost().stop_requested()) environment.events.RoleLost(role.name);
  }
}

}  // namespace polyhouse
