#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "ports/stream_admin.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// Trims one stream on a thread of its own whenever it is woken, so that batches need not wait for
/// it, and once more when it is destroyed. A trim that fails loses nothing: the next one removes
/// more. The references must outlive it; nobody else uses `admin` meanwhile.
class StreamTrimmer {
 public:
  StreamTrimmer(StreamAdmin& admin, StreamName stream, telemetry::PipelineEvents& events);
  ~StreamTrimmer();
  StreamTrimmer(const StreamTrimmer&) = delete;
  StreamTrimmer& operator=(const StreamTrimmer&) = delete;

  /// To be called when entries were acknowledged. Does not wait.
  void Wake();

 private:
  void Run(std::stop_token stop);
  void Trim();

  StreamAdmin& admin_;
  StreamName stream_;
  telemetry::PipelineEvents& events_;
  std::mutex mutex_;
  std::condition_variable_any woken_;
  bool due_ = false;  ///< Guarded by mutex_.
  std::jthread thread_;
};

}  // namespace polyhouse
