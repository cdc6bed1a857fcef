#include "app/progress.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

telemetry::Counts CountsWith(double markets_share, double events_share) {
  telemetry::Counts counts;
  counts.ingesters["markets"] = {.pages = 1'200, .records = 120'000};
  counts.ingesters["markets"].backfill_share = markets_share;
  counts.ingesters["events"] = {.pages = 34, .records = 3'400};
  counts.ingesters["events"].backfill_share = events_share;
  counts.tables["markets"].rows = 100'000;
  return counts;
}

TEST(ProgressLine, ShowsPagesRecordsRowsRateAndTheTimeLeftOfTheSlowerListing) {
  EXPECT_EQ(ProgressLine(CountsWith(0.25, 0.5), std::chrono::seconds(10)),
            "1,234 pages, 123,400 records read, 100,000 rows stored, 10,000 rows/s, "
            "about 31 s left");
  EXPECT_TRUE(ProgressLine(CountsWith(0.25, 0.5), std::chrono::minutes(10))
                  .ends_with(", about 31 min left"));
}

TEST(ProgressLine, GuessesNoTimeAtTheStartAndNoneAtTheEnd) {
  EXPECT_TRUE(ProgressLine(CountsWith(0.01, 1), std::chrono::seconds(10)).ends_with("rows/s"));
  EXPECT_TRUE(ProgressLine(CountsWith(1, 1), std::chrono::seconds(10)).ends_with("rows/s"));
}

}  // namespace
}  // namespace polyhouse
