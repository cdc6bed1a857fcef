#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"

namespace polyhouse {

/// The last sign of life of a role, such as "ingest-markets", or of a process.
struct RolePresence {
  std::string role;
  std::chrono::milliseconds age{0};  ///< Since the sign.
  bool has_ended = false;            ///< It said itself that it ends.
  std::string doing;                 ///< What it had done by then; of a process its report.
};

/// Where roles leave signs of life, beside the streams, so that others can tell who lives. Ages are
/// measured on one clock for all, not on that of whoever asks. Used from one thread. Errors:
/// kTransient, kConfig.
class PresenceStore {
 public:
  virtual ~PresenceStore() = default;
  enum class Sign { kAlive, kEnded };
  virtual Status Leave(const std::string& role, Sign sign, const std::string& doing) = 0;
  /// All that left a sign within the time that signs are kept.
  virtual Result<std::vector<RolePresence>> All() = 0;
};

/// Older signs are forgotten: that role is not missed any more.
inline constexpr std::chrono::hours kPresenceKept{24 * 7};
/// And those of processes, of which each start makes a new one.
inline constexpr std::chrono::hours kReportKept{1};

}  // namespace polyhouse
