#include "flow/lane_runner.h"

#include <algorithm>
#include <utility>

#include "codec/timestamp.h"
#include "flow/retrier.h"

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kBacklogPause{200};
/// How often a waiting lane is asked whether it has become urgent.
constexpr std::chrono::milliseconds kUrgencyPause{100};
/// A walk that was given up this often will not get to its end this time.
constexpr std::uint32_t kMaxRestarts = 3;

}  // namespace

Status LaneRunner::Run(std::stop_token stop) {
  last_success_ = clock_.Steady();
  due_ = options_.wait_first ? clock_.Steady() + options_.interval : SteadyTime{};
  between_rounds_ = options_.wait_first;
  bool ended = false;
  while (!stop.stop_requested() && !ended && !lane_.IsDone()) {
    SleepUntilDue(stop);
    WaitForWriters(stop);
    if (stop.stop_requested()) break;
    if (auto status = StepOnce(stop, ended); !status) return status;
  }
  return Ok();
}

void LaneRunner::SleepUntilDue(std::stop_token stop) {
  while (!stop.stop_requested() && clock_.Steady() < due_) {
    if (between_rounds_ && (lane_.IsUrgent() || lane_.IsDone())) return;
    const SteadyTime soon = clock_.Steady() + kUrgencyPause;
    clock_.SleepUntil(between_rounds_ ? std::min(due_, soon) : due_, stop);
  }
}

bool LaneRunner::IsTooMuch(const StreamLoad& load) const {
  return load.backlog > options_.max_backlog || load.memory_share > options_.max_memory_share;
}

void LaneRunner::ReportPause(const StreamLoad& load) {
  if (load.backlog > options_.max_backlog) {
    events_.BacklogFull(source_.names().ingester, load.backlog, options_.max_backlog);
  } else {
    events_.MemoryFull(source_.names().ingester, load.memory_share, options_.max_memory_share);
  }
}

/// True when a stream was lost: what was in it is read again, which ends this run.
bool LaneRunner::MeetsLoss(const std::stop_token& stop) {
  const auto lost = source_.LostStreams();
  if (lost.empty()) return false;
  std::string why = FormatTime(clock_.Now());
  for (const std::string& stream : lost) why += " " + stream;
  const auto status = source_.ReadAgain(why);
  if (status) events_.StreamLost(source_.names().ingester, lost.front());
  if (!status) clock_.SleepFor(kBacklogPause, stop);
  return true;
}

void LaneRunner::WaitForWriters(std::stop_token stop) {
  bool waited = false;
  while (!stop.stop_requested()) {
    const auto load = source_.StoreLoad();
    // A store that is busy will be met again, and retried, by the next step.
    if (load && MeetsLoss(stop)) continue;
    if (!load || !IsTooMuch(*load)) break;
    if (!std::exchange(waited, true)) ReportPause(*load);
    clock_.SleepFor(kBacklogPause, stop);
  }
  if (waited) {
    last_success_ = clock_.Steady();
    events_.BacklogDrained(source_.names().ingester);
  }
}

Status LaneRunner::StepOnce(std::stop_token stop, bool& ended) {
  if (between_rounds_ || round_begun_ == SteadyTime{}) round_begun_ = clock_.Steady();
  const auto progress = lane_.Step(stop);
  if (!progress) return stop.stop_requested() ? Ok() : AfterFailure(progress.error(), stop);
  last_success_ = clock_.Steady();
  failures_ = 0;
  // A walker that found nothing to do has got nowhere: others may have the part that is refused.
  const bool idle = *progress == LaneProgress::kRound && !options_.goes_round;
  if (*progress != LaneProgress::kMore && !idle) restarts_ = 0;
  between_rounds_ = *progress == LaneProgress::kRound;
  if (!between_rounds_) return Ok();
  ended = options_.one_round;
  due_ = round_begun_ + options_.interval;
  if (!options_.goes_round) return Ok();
  events_.RoundFinished(Name());
  // For people; the next round says it again if it is lost.
  (void)source_.Append({.set = {{source_.Key(LaneState(lane_.name())), FormatTime(clock_.Now())}}})
      .has_value();
  return Ok();
}

bool LaneRunner::HasWaitedTooLong() const {
  return options_.may_give_up && options_.give_up_after.count() > 0 &&
         clock_.Steady() - last_success_ > options_.give_up_after;
}

Status LaneRunner::AfterFailure(Error error, std::stop_token stop) {
  if (error.kind == ErrorKind::kStopping) {
    // Nothing more can be stored here; whoever runs the lane knows why.
    if (!stop.stop_requested()) clock_.SleepFor(kBacklogPause, stop);
    return Ok();
  }
  if (error.kind == ErrorKind::kConfig) return error;
  if (HasWaitedTooLong()) return GaveUp(std::move(error), options_.give_up_after);
  if (error.kind != ErrorKind::kTransient && ++restarts_ == kMaxRestarts && options_.may_give_up) {
    return std::move(error).WithContext("the " + std::string(lane_.name()) + " of " +
                                        std::string(source_.names().ingester) +
                                        " does not get to its end");
  }
  const auto wait = BackoffDelay(options_.backoff,
                                 ++failures_ + restarts_,
                                 jitter_.Next(),
                                 error.retry_after.value_or(std::chrono::milliseconds(0)));
  due_ = clock_.Steady() + wait;
  between_rounds_ = false;
  if (error.kind == ErrorKind::kTransient) {
    events_.RequestRetried(Name(), error, wait);
    return Ok();
  }
  events_.WalkRestarted(Name(), error);
  auto status = lane_.Restart();
  // A store that is busy now: the old position is refused again, and given up again.
  if (!status && status.error().kind == ErrorKind::kTransient) return Ok();
  return status;
}

}  // namespace polyhouse
