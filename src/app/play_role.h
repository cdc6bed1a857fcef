#pragma once

#include <functional>
#include <stop_token>
#include <string>

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

/// Claims the role, works with signs of life, and stands by again when another process has taken it
/// over. Success when it is done or `stop` was requested.
Status PlayRole(const Role& role,
                const Environment& environment,
                Streams& streams,
                const std::stop_token& stop,
                const RoleTurn& turn);

}  // namespace polyhouse
