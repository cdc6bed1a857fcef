#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "flow/lane.h"
#include "flow/lane_runner.h"
#include "flow/source_state.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// The lanes of one ingester, each run on a thread of its own. Used from one thread.
class LaneCrew {
 public:
  struct Job {
    std::unique_ptr<Lane> lane;
    LaneRunnerOptions options;
  };

  /// Streams that are away when something is loaded are asked again as `patience` says; with
  /// `give_up_after` zero, for ever. The references must outlive it.
  LaneCrew(SourceState& source,
           telemetry::PipelineEvents& events,
           Clock& clock,
           BackoffPolicy patience,
           std::chrono::milliseconds give_up_after,
           std::uint64_t jitter_seed)
      : source_(source),
        events_(events),
        clock_(clock),
        patience_(patience),
        give_up_after_(give_up_after),
        next_seed_(jitter_seed) {}

  /// Does `work` until it is done, `stop` is requested or the source's state is set back.
  Status UntilSetBack(const std::function<Status(const std::stop_token&)>& work,
                      const std::stop_token& stop);
  /// Success, too, when `stop` came first.
  Status LoadPatiently(const std::function<Status()>& load, const std::stop_token& stop);
  /// Returns when all are done; the first failure ends the others. A single one runs here.
  Status RunAll(std::vector<Job> jobs, const std::stop_token& stop);

 private:
  Status RunJob(Job& job, std::uint64_t seed, const std::stop_token& stop);
  Status Load(const std::function<Status()>& load, std::uint64_t seed, const std::stop_token& stop);

  SourceState& source_;
  telemetry::PipelineEvents& events_;
  Clock& clock_;
  BackoffPolicy patience_;
  std::chrono::milliseconds give_up_after_;
  std::uint64_t next_seed_;
};

}  // namespace polyhouse
