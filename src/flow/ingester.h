#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "flow/lane.h"

namespace polyhouse {

/// When an ingester ends by itself.
enum class RunMode {
  kForever,
  kOnce,  ///< When every lane has done one round and the backfill has reached its end.
};

struct IngesterOptions {
  RunMode mode = RunMode::kForever;
  BackoffPolicy backoff;
  std::chrono::milliseconds discover_interval{30'000};
  bool backfill = true;
  bool discover = true;
  /// Reading pauses while the slowest writer is more entries behind than this.
  std::uint64_t max_backlog = 500'000;
  /// And while more than this share of the streams' memory is used, where there is a limit to it.
  double max_memory_share = 0.8;
  /// In kOnce: give up when nothing has succeeded for this long; zero means never.
  std::chrono::milliseconds give_up_after{600'000};
};

// One ingester reads one listing into one stream, on one thread: its lanes take turns, page by
// page. It never gives up on the network: every failure is repeated with growing pauses, and only
// what an operator must mend (kConfig) ends it. Its position is the state keys
// `state:polymarket_<kind>_…`; deleting them makes it read from the beginning, which costs time and
// changes nothing else.

/// All references must outlive the ingester.
class Ingester {
 public:
  Ingester(IngesterOptions options, LaneTools tools, Clock& clock, std::uint64_t jitter_seed);

  /// Runs until it is done, stopped (success) or fails: kConfig, or in kOnce kTransient when it
  /// gave up.
  Status Run(std::stop_token stop);

 private:
  struct Slot {
    std::unique_ptr<Lane> lane;
    std::chrono::milliseconds interval{};
    Timestamp due{};
    std::uint32_t failures = 0;  ///< Transient ones in a row.
    std::uint32_t restarts = 0;  ///< Walks given up since the last complete round.
    bool had_round = false;
  };

  Status Load();
  Status LoadPatiently(std::stop_token stop);
  Slot* NextSlot(Timestamp now);
  bool IsFinished() const;
  Timestamp NextDue() const;
  bool IsTooMuch(const StreamLoad& load) const;
  void ReportPause(const StreamLoad& load);
  Status WaitForWriters(std::stop_token stop);
  Status StepOf(Slot& slot, std::stop_token stop);
  bool HasWaitedTooLong() const;
  Error GaveUp(Error error) const;
  Status AfterFailure(Slot& slot, Error error);

  IngesterOptions options_;
  LaneTools tools_;
  Clock& clock_;
  Jitter jitter_;
  std::vector<Slot> slots_;  ///< The order is the priority.
  Timestamp last_success_{};
};

}  // namespace polyhouse
