#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "flow/lane_crew.h"
#include "flow/lane_runner.h"
#include "flow/listing/page_lane.h"
#include "flow/listing/range_book.h"
#include "flow/listing/settle_lane.h"

namespace polyhouse {

/// When an ingester ends by itself.
enum class RunMode {
  kForever,
  kOnce,      ///< When the backfill has reached its end; if it had before, after one round of each.
  kBackfill,  ///< As kOnce, but of the other lanes only the mark that discover sets.
};

/// Whether a lane runs, and how often.
struct LaneSwitch {
  bool on = true;
  std::chrono::milliseconds interval{60'000};
};

/// The defaults of settings are in config/config.h.
struct IngesterOptions {
  RunMode mode = RunMode::kForever;
  bool backfill = true;
  LaneSwitch discover;
  LaneSwitch refresh;
  LaneSwitch settle;
  LaneSwitch canary{.on = false};
  LaneSwitch tokens{.on = false};  ///< Of markets alone.
  SettleOptions settling;
  std::uint32_t walkers = 1;  ///< Of the backfill, each on a thread.
  BackfillShape shape = BackfillShape::kWhole;
  LaneRunnerOptions running;  ///< Backoff and limits; the rest is set here.
};

/// A listing for one lane, with a connection of its own.
using ListingFactory = std::function<std::shared_ptr<Listing>()>;

// One ingester reads one listing into one stream. Each of its lanes runs on a thread of its own, so
// that nothing in one waits for another; docs/freshness.md explains them. Its position is the state
// keys `state:polymarket_<kind>_…`; deleting `…_cursor` makes it read from the beginning, which
// costs time and changes nothing else.

/// All references must outlive the ingester.
class Ingester {
 public:
  Ingester(IngesterOptions options,
           ListingFactory listings,
           PageStore& pages,
           telemetry::PipelineEvents& events,
           Clock& clock,
           std::uint64_t jitter_seed);

  /// Runs until it is done, stopped (success) or fails: kConfig, or kTransient when it gave up,
  /// which it does not in kForever. Ends with success, too, when the state was set back
  /// (PageStore::set_back): another ingester then begins anew.
  Status Run(std::stop_token stop);

 private:
  Status RunUntil(std::stop_token stop);
  LaneTools NewTools();
  Status Load();
  std::vector<LaneCrew::Job> BackfillJobs();
  LaneCrew::Job RoundJob(std::unique_ptr<Lane> lane,
                         const LaneSwitch& lane_switch,
                         bool wait_first);
  std::unique_ptr<Lane> Discover();
  Status RunOnce(std::stop_token stop);
  Status RunForever(std::stop_token stop);

  IngesterOptions options_;
  ListingFactory make_listing_;
  PageStore& pages_;
  std::deque<HalfTrust> halves_;  ///< Of each lane.
  telemetry::PipelineEvents& events_;
  Clock& clock_;
  LaneCrew crew_;
  RangeBook book_;
  std::vector<std::shared_ptr<Listing>> listings_;  ///< One for each lane made so far.
};

}  // namespace polyhouse
