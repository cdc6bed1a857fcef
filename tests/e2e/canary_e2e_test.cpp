#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;
using testing::Not;

/// One way in which the outside world changes, and what the canary calls it.
struct Change {
  std::string drift;
  std::string assumption;
  std::string listing = "markets";
};
void PrintTo(const Change& change, std::ostream* out) {
  *out << change.drift << " of " << change.listing;
}

/// The engine, which `status` asks, is one for all tests; the canary's state is each one's own.
class Canary : public testing::TestWithParam<Change> {
 protected:
  static void SetUpTestSuite() { engine_ = std::make_unique<HeldEngine>(); }
  static void TearDownTestSuite() { engine_.reset(); }
  Canary() { engine_->ForgetStreams(); }

  /// One run of an ingester, after which the state says what its canary saw.
  std::string StatusAfterARun(const std::string& listing) {
    run_ = polyhouse_.Run(
        {"ingest", listing, "--once", "--gamma-retry-base", "1ms", "--gamma-retry-cap", "5ms"});
    return polyhouse_.Run({"status"}).out;
  }

  static inline std::unique_ptr<HeldEngine> engine_;
  Simulator simulator_{{"--markets", "1500", "--events", "600", "--seed", "51"}};
  Polyhouse polyhouse_{engine_->data_dir(), simulator_.url(), {"--ingest-canary-interval=15m"}};
  RunResult run_;
};

TEST_P(Canary, SaysWhichAssumptionDoesNotHoldAndThatItHoldsAgain) {
  const Change& change = GetParam();
  simulator_.Post("/simulator/drift?spec=" + change.drift);

  EXPECT_THAT(StatusAfterARun(change.listing), HasSubstr("  " + change.assumption + ": "));
  EXPECT_THAT(run_.err, HasSubstr("The API does not behave as it did."));
  EXPECT_THAT(run_.err, HasSubstr("assumption=" + change.assumption));

  simulator_.Post("/simulator/drift?spec=");
  EXPECT_THAT(StatusAfterARun(change.listing), Not(HasSubstr("does not behave")));
  EXPECT_EQ(run_.exit_code, 0) << run_.err;
}

INSTANTIATE_TEST_SUITE_P(Each,
                         Canary,
                         testing::Values(Change{"page-cap=50", "page_cap"},
                                         Change{"cursor-ignored", "cursor"},
                                         Change{"order-ignored", "order"},
                                         Change{"date-order-ignored", "end_date_order"},
                                         Change{"nulls-last", "end_date_order"},
                                         Change{"date-filter-ignored", "end_date_filter"},
                                         Change{"closed-default", "closed_default"},
                                         Change{"closed-ignored", "closed_filter"},
                                         Change{"id-filter-ignored", "id_filter"},
                                         Change{"new-field", "new_fields"},
                                         Change{"field-gone=conditionId", "missing_fields"},
                                         Change{"field-gone=closedTime", "missing_fields"},
                                         Change{"date-format", "dates"},
                                         Change{"page-cap=50", "page_cap", "events"},
                                         Change{"order-ignored", "order", "events"},
                                         Change{"id-filter-ignored", "id_filter", "events"},
                                         Change{"field-gone=title", "missing_fields", "events"}));

using CanaryAlone = Canary;

/// Where it safely can, the pipeline does without what does not hold.
TEST_F(CanaryAlone, EverythingIsReadThoughOrdersAndFiltersDoNotHold) {
  for (const std::string drift : {"page-cap=50",
                                  "date-order-ignored",
                                  "date-filter-ignored",
                                  "nulls-last",
                                  "closed-default",
                                  "date-format",
                                  "id-filter-ignored",
                                  "new-field"}) {
    std::string name = drift;
    std::replace(name.begin(), name.end(), '-', '_');
    const Polyhouse polyhouse(
        engine_->data_dir(), simulator_.url(), {"--database=" + name.substr(0, name.find('='))});
    engine_->ForgetStreams();
    simulator_.Post("/simulator/drift?spec=" + drift);

    const RunResult up = polyhouse.Run({"up", "--once", "--gamma-retry-base", "1ms"});

    EXPECT_EQ(up.exit_code, 0) << drift << up.err;
    EXPECT_EQ(polyhouse.Query("SELECT count() FROM markets_current"), "1500") << drift;
    EXPECT_EQ(polyhouse.Query("SELECT count() FROM polymarket_events_current"), "600") << drift;
  }
}

TEST_F(CanaryAlone, IsQuietWhileAllIsWellThoughAnswersHaveFaults) {
  simulator_.Post("/simulator/fault?spec=429=0.05,truncate=0.05,repeat=0.05,empty=0.05,stuck=0.05");

  EXPECT_THAT(StatusAfterARun("markets"), Not(HasSubstr("does not behave")));
}

TEST_F(CanaryAlone, CanBeSwitchedOff) {
  simulator_.Post("/simulator/drift?spec=closed-default");

  run_ = polyhouse_.Run({"ingest", "markets", "--once", "--ingest-canary-interval", "0s"});

  EXPECT_THAT(run_.err, Not(HasSubstr("does not behave")));
}

}  // namespace
}  // namespace polyhouse
