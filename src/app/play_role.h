#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "app/environment.h"
#include "app/streams.h"

namespace polyhouse {

struct Role {
  std::string name;                    ///< As it is claimed: "ingest-markets".
  std::string presence;                ///< Of its signs of life: "write:writer-1".
  std::function<std::string()> doing;  ///< What it has done; called from another thread.
};

/// How a turn of a role ended.
enum class RoleEnd {
  kDone,   ///< There is nothing more to do.
  kAgain,  ///< The role is to be claimed anew: it was lost, or what it goes by has changed.
};

/// A turn: works under the claim until `ending` is requested, which it may do itself; it is when
/// the caller's stop is, or the role was lost. An error ends the role.
using RoleTurn = std::function<Result<RoleEnd>(RoleClaim& claim, std::stop_source& ending)>;

/// How the turn of an ingester ended that was run with `status`: its role was lost, its state was
/// set back, or it is done; whatever has failed in the first two, has failed because of them.
Result<RoleEnd> EndOfIngesting(const Status& status,
                               std::string_view ingester,
                               bool was_set_back,
                               const RoleClaim& claim,
                               const std::stop_token& stop,
                               telemetry::PipelineEvents& events);

/// For the pauses of one player, which shall not be those of another.
std::uint64_t JitterSeed();

/// Claims the role, works with signs of life, and stands by again when another process has taken it
/// over. Success when it is done or `stop` was requested.
Status PlayRole(const Role& role,
                const Environment& environment,
                Streams& streams,
                const std::stop_token& stop,
                const RoleTurn& turn);

}  // namespace polyhouse
