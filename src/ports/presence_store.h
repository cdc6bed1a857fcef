#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"

namespace polyhouse {

/// The last sign of life of a role, such as "ingest-markets".
struct RolePresence {
  std::string role;
  std::chrono::milliseconds age{0};  ///< Since the sign.
  bool has_ended = false;            ///< It said itself that it ends.
  std::string doing;                 ///< What it had done by then, for people.
};

/// Where roles leave signs of life, beside the streams, so that others can tell who lives. Ages are
/// measured on one clock for all, not on that of whoever asks. Used from one thread. Errors:
/// kTransient, kConfig.
class PresenceStore {
 public:
  virtual ~PresenceStore() = default;
  enum class Sign { kAlive, kEnded };
  virtual Status Leave(const std::string& role, Sign sign, const std::string& doing) = 0;
  /// All roles that left a sign within a week.
  virtual Result<std::vector<RolePresence>> All() = 0;
};

/// Older signs are forgotten: that role is not missed any more.
inline constexpr std::chrono::hours kPresenceKept{24 * 7};

}  // namespace polyhouse
