#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>

#include "base/backoff.h"
#include "base/clock.h"
#include "flow/lane.h"
#include "flow/source_state.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// What there is a setting for has its default in config/config.h; here nothing is limited.
struct LaneRunnerOptions {
  BackoffPolicy backoff;
  /// From the beginning of a round to that of the next, which comes at once when the round took
  /// longer.
  std::chrono::milliseconds interval{60'000};
  bool one_round = false;  ///< Ends after one round.
  /// False for a lane that goes to its end, and is merely idle between rounds.
  bool goes_round = true;
  /// The first round begins after one interval.
  bool wait_first = false;
  /// Reading pauses while the slowest writer is more rows behind than this.
  std::uint64_t max_backlog = UINT64_MAX;
  /// And while more than this share of the streams' memory is used, where there is a limit to it.
  double max_memory_share = 0.8;
  /// Give up when nothing has succeeded for `give_up_after` (zero: never), or when a walk does not
  /// get to its end.
  bool may_give_up = false;
  std::chrono::milliseconds give_up_after{};
};

/// Runs one lane on the calling thread. It never gives up on the network: every failure is repeated
/// with growing pauses, and only what an operator must mend (kConfig) ends it.
class LaneRunner {
 public:
  /// All references must outlive the runner.
  LaneRunner(Lane& lane,
             LaneRunnerOptions options,
             SourceState& source,
             telemetry::PipelineEvents& events,
             Clock& clock,
             std::uint64_t jitter_seed)
      : lane_(lane),
        options_(options),
        source_(source),
        events_(events),
        clock_(clock),
        jitter_(jitter_seed) {}

  /// Runs until it is done, stopped (success) or fails: kConfig, or kTransient when it gave up.
  Status Run(std::stop_token stop);

 private:
  bool HasWaitedTooLong() const;
  telemetry::LaneName Name() const { return {source_.names().ingester, lane_.name()}; }
  void SleepUntilDue(std::stop_token stop);
  bool IsTooMuch(const StreamLoad& load) const;
  void ReportPause(const StreamLoad& load);
  bool MeetsLoss(const std::stop_token& stop);
  void WaitForWriters(std::stop_token stop);
  Status StepOnce(std::stop_token stop, bool& ended);
  Status AfterFailure(Error error, std::stop_token stop);

  Lane& lane_;
  LaneRunnerOptions options_;
  SourceState& source_;
  telemetry::PipelineEvents& events_;
  Clock& clock_;
  Jitter jitter_;
  SteadyTime due_{};
  SteadyTime round_begun_{};
  bool between_rounds_ = false;  ///< Waiting for the next round, and not after a failure.
  std::uint32_t failures_ = 0;   ///< Transient ones in a row.
  std::uint32_t restarts_ = 0;   ///< Walks given up since the last complete round.
  SteadyTime last_success_{};
};

}  // namespace polyhouse
