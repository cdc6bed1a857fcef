#include "flow/ingester.h"

#include <algorithm>

#include "flow/backfill_lane.h"
#include "flow/discover_lane.h"

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kBacklogPause{200};
/// In kOnce: a walk that was given up this often will not get to its end this time.
constexpr std::uint32_t kMaxRestarts = 3;

}  // namespace

Ingester::Ingester(IngesterOptions options,
                   LaneTools tools,
                   Clock& clock,
                   std::uint64_t jitter_seed)
    : options_(options), tools_(tools), clock_(clock), jitter_(jitter_seed) {
  // Discover first: its first round sets the mark up to which the backfill is responsible.
  if (options_.discover) {
    slots_.push_back(
        {.lane = std::make_unique<DiscoverLane>(tools_), .interval = options_.discover_interval});
  }
  if (options_.backfill) slots_.push_back({.lane = std::make_unique<BackfillLane>(tools_)});
  tools_.listing.OnUnknownField([this](std::string_view field, std::uint64_t times) {
    tools_.events.UnknownFieldSeen(tools_.pages.names().ingester, field, times);
  });
}

Status Ingester::Load() {
  if (auto status = tools_.pages.Load(); !status) return status;
  for (Slot& slot : slots_) {
    if (auto status = slot.lane->Load(); !status) return status;
  }
  return Ok();
}

/// Streams that are away now, as when Redis dies while this begins, are asked again as in a step.
Status Ingester::LoadPatiently(std::stop_token stop) {
  last_success_ = clock_.Now();
  for (std::uint32_t failures = 1; !stop.stop_requested(); ++failures) {
    auto status = Load();
    if (status || status.error().kind != ErrorKind::kTransient) return status;
    if (HasWaitedTooLong()) return GaveUp(std::move(status).error());
    const auto wait =
        BackoffDelay(options_.backoff, failures, jitter_.Next(), std::chrono::milliseconds(0));
    tools_.events.ServerAway("streams", status.error(), wait);
    clock_.SleepUntil(clock_.Now() + wait, stop);
  }
  return Ok();
}

Status Ingester::Run(std::stop_token stop) {
  if (auto status = LoadPatiently(stop); !status) return status;
  last_success_ = clock_.Now();
  while (!stop.stop_requested() && !IsFinished()) {
    if (auto status = WaitForWriters(stop); !status) return status;
    Slot* slot = NextSlot(clock_.Now());
    if (slot == nullptr) {
      clock_.SleepUntil(NextDue(), stop);
    } else if (auto status = StepOf(*slot, stop); !status) {
      return status;
    }
  }
  return Ok();
}

/// In kOnce a lane has one round; the backfill's lasts until it is done.
bool Ingester::IsFinished() const {
  return std::all_of(slots_.begin(), slots_.end(), [this](const Slot& slot) {
    return slot.lane->IsDone() || (options_.mode == RunMode::kOnce && slot.had_round);
  });
}

Ingester::Slot* Ingester::NextSlot(Timestamp now) {
  for (Slot& slot : slots_) {
    if (slot.lane->IsDone() || (options_.mode == RunMode::kOnce && slot.had_round)) continue;
    if (slot.due <= now) return &slot;
    // The first round of discover comes before anything else, even while it fails.
    if (!slot.had_round && slot.lane->name() == "discover") return nullptr;
  }
  return nullptr;
}

Timestamp Ingester::NextDue() const {
  Timestamp due = Timestamp::max();
  for (const Slot& slot : slots_) {
    if (slot.lane->IsDone() || (options_.mode == RunMode::kOnce && slot.had_round)) continue;
    due = std::min(due, slot.due);
    if (!slot.had_round && slot.lane->name() == "discover") break;
  }
  return due;
}

bool Ingester::IsTooMuch(const StreamLoad& load) const {
  return load.backlog > options_.max_backlog || load.memory_share > options_.max_memory_share;
}

void Ingester::ReportPause(const StreamLoad& load) {
  const auto ingester = tools_.pages.names().ingester;
  if (load.backlog > options_.max_backlog) {
    tools_.events.BacklogFull(ingester, load.backlog, options_.max_backlog);
  } else {
    tools_.events.MemoryFull(ingester, load.memory_share, options_.max_memory_share);
  }
}

Status Ingester::WaitForWriters(std::stop_token stop) {
  bool waited = false;
  while (!stop.stop_requested()) {
    const auto load = tools_.pages.StoreLoad();
    // A store that is busy will be met again, and retried, by the next step.
    if (!load || !IsTooMuch(*load)) break;
    if (!std::exchange(waited, true)) ReportPause(*load);
    clock_.SleepUntil(clock_.Now() + kBacklogPause, stop);
  }
  if (waited) {
    last_success_ = clock_.Now();
    tools_.events.BacklogDrained(tools_.pages.names().ingester);
  }
  return Ok();
}

Status Ingester::StepOf(Slot& slot, std::stop_token stop) {
  const auto progress = slot.lane->Step(stop);
  if (!progress) return stop.stop_requested() ? Ok() : AfterFailure(slot, progress.error());
  last_success_ = clock_.Now();
  slot.failures = 0;
  if (*progress == LaneProgress::kRound) {
    slot.had_round = true;
    slot.restarts = 0;
    slot.due = clock_.Now() + slot.interval;
  }
  return Ok();
}

bool Ingester::HasWaitedTooLong() const {
  return options_.mode == RunMode::kOnce && options_.give_up_after.count() > 0 &&
         clock_.Now() - last_success_ > options_.give_up_after;
}

Error Ingester::GaveUp(Error error) const {
  return std::move(error).WithContext("gave up after " +
                                      std::to_string(options_.give_up_after.count() / 1000) +
                                      " s without success");
}

Status Ingester::AfterFailure(Slot& slot, Error error) {
  const telemetry::LaneName name{tools_.pages.names().ingester, slot.lane->name()};
  if (error.kind == ErrorKind::kStopping) return Ok();
  if (error.kind == ErrorKind::kConfig) return error;
  if (HasWaitedTooLong()) return GaveUp(std::move(error));
  if (error.kind != ErrorKind::kTransient && ++slot.restarts == kMaxRestarts &&
      options_.mode == RunMode::kOnce) {
    return std::move(error).WithContext("the " + std::string(slot.lane->name()) + " of " +
                                        std::string(tools_.pages.names().ingester) +
                                        " does not get to its end");
  }
  const auto wait = BackoffDelay(options_.backoff,
                                 ++slot.failures + slot.restarts,
                                 jitter_.Next(),
                                 error.retry_after.value_or(std::chrono::milliseconds(0)));
  slot.due = clock_.Now() + wait;
  if (error.kind == ErrorKind::kTransient) {
    tools_.events.RequestRetried(name, error, wait);
    return Ok();
  }
  tools_.events.WalkRestarted(name, error);
  auto status = slot.lane->Restart();
  // A store that is busy now: the old position is refused again, and given up again.
  if (!status && status.error().kind == ErrorKind::kTransient) return Ok();
  return status;
}

}  // namespace polyhouse
