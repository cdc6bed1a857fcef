#pragma once

#include <stop_token>
#include <string_view>

#include "base/result.h"

namespace polyhouse {

enum class LaneProgress {
  kMore,   ///< There is another page to fetch now.
  kPart,   ///< As kMore; and a part is done, so what was refused before does not count any more.
  kRound,  ///< This round is done; the next one is due after the lane's interval.
};

/// One of an ingester's walks, cut into steps of one page. A step leaves nothing half done: its
/// page is in the stream together with its cursor, or it never happened. Used from one thread,
/// which is the lane's own.
class Lane {
 public:
  virtual ~Lane() = default;
  virtual std::string_view name() const = 0;
  /// Loads what the last run left behind; called once, before the first step.
  virtual Status Load() = 0;
  /// True when there is nothing left for this lane, ever.
  virtual bool IsDone() const = 0;
  /// True when its next round should begin now, whatever its interval. Does not wait.
  virtual bool IsUrgent() const { return false; }
  /// Errors: kTransient: call again after a pause; kRejected: the walk is given up, Restart to
  /// begin it anew; kConfig; kStopping.
  virtual Result<LaneProgress> Step(std::stop_token stop) = 0;
  /// Forgets the position of the current walk.
  virtual Status Restart() = 0;
};

}  // namespace polyhouse
