#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "ports/position_store.h"
#include "ports/stream_admin.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// Trims one stream on a thread of its own whenever it is woken, so that batches need not wait for
/// it, and once more when it is destroyed. A trim that fails loses nothing: the next one removes
/// more. Before it trims it saves, every few seconds and at the end, how far the group has got. A
/// save that fails loses nothing either: a position that is too old only makes rows come twice, as
/// the same rows. The references must outlive it; nobody else uses `admin` meanwhile.
class StreamTrimmer {
 public:
  struct Target {
    StreamName stream;
    GroupName group;
    PositionStore* positions = nullptr;  ///< Null: positions are not kept.
  };

  StreamTrimmer(StreamAdmin& admin, Target target, telemetry::PipelineEvents& events);
  ~StreamTrimmer();
  StreamTrimmer(const StreamTrimmer&) = delete;
  StreamTrimmer& operator=(const StreamTrimmer&) = delete;

  /// To be called when entries were acknowledged. Does not wait.
  void Wake();

 private:
  void Run(std::stop_token stop);
  void Trim();
  void SavePosition();

  StreamAdmin& admin_;
  Target target_;
  telemetry::PipelineEvents& events_;
  std::mutex mutex_;
  std::condition_variable_any woken_;
  bool due_ = false;  ///< Guarded by mutex_.
  std::optional<EntryId> saved_;
  std::optional<std::chrono::steady_clock::time_point> saved_at_;
  std::jthread thread_;
};

}  // namespace polyhouse
