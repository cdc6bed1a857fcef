#include "engine/reader_settings.h"

#include <gmock/gmock.h>

namespace polyhouse::engine {
namespace {

using testing::ElementsAre;
using testing::Pair;
using Settings = ReaderSettings::Settings;

ReaderSettings Rules() {
  return {{"format_template_row", "log_comment", "dialect"},
          {.seconds = 60, .memory_bytes = 1000, .usual_memory_bytes = 250, .threads = 2}};
}

TEST(ReaderSettings, RefusesTextThatIsNotKnownToBeHarmless) {
  for (const auto* const name : {"format_template_row", "dialect"}) {
    EXPECT_EQ(Rules().Allow({{"max_threads", "1"}, {name, "x"}}).error().code, 164) << name;
  }
  EXPECT_TRUE(Rules().Allow({{"log_comment", "x"}, {"max_threads", "1"}}));
}

TEST(ReaderSettings, AddsTheLimits) {
  EXPECT_THAT(Rules().Allow({}).value(),
              ElementsAre(Pair("max_execution_time", "60"),
                          Pair("max_memory_usage", "250"),
                          Pair("max_temporary_data_on_disk_size_for_query", "2000"),
                          Pair("max_temporary_data_on_disk_size_for_user", "2000"),
                          Pair("max_threads", "2")));
}

TEST(ReaderSettings, LetsReadersAskForLessAndNotForMore) {
  for (const auto* const asked : {"0", "61", "1e9", "-1", "nan", "inf", "", "60s", "0x1"}) {
    const auto allowed = Rules().Allow({{"max_execution_time", asked}}).value();
    EXPECT_EQ(allowed.front().second, "60") << asked;
  }
  EXPECT_EQ(Rules().Allow({{"max_execution_time", "0.5"}}).value().front().second, "0.5");
  EXPECT_EQ(Rules().Allow({{"max_memory_usage", "999"}}).value().front().second, "999");
}

TEST(ReaderSettings, KeepsToTheLimitsHoweverOftenASettingComes) {
  const auto allowed =
      Rules().Allow({{"max_memory_usage", "1"}, {"max_memory_usage", "0"}}).value();

  EXPECT_EQ(allowed[1].second, "1000");
}

TEST(ReaderSettings, KnowsHowMuchMemoryAQueryMayTake) {
  EXPECT_EQ(Rules().MemoryFor({}), 250);
  EXPECT_EQ(Rules().MemoryFor({{"max_memory_usage", "800"}}), 800);
  EXPECT_EQ(Rules().MemoryFor({{"max_memory_usage", "0"}}), 1000);
  EXPECT_EQ(Rules().MemoryFor({{"max_memory_usage", "1"}, {"max_memory_usage", "5000"}}), 1000);
}

TEST(ReaderSettings, WritesNothingIntoOurLog) {
  EXPECT_EQ(Rules().Allow({{"send_logs_level", "trace"}}).value(), Rules().Allow({}).value());
}

/// But for the disk, which belongs to others too.
TEST(ReaderSettings, HasNoLimitsUnlessTold) {
  EXPECT_THAT(ReaderSettings({}, {}).Allow({{"max_execution_time", "0"}}).value(),
              ElementsAre(Pair("max_execution_time", "0"),
                          Pair("max_temporary_data_on_disk_size_for_query", "8589934592"),
                          Pair("max_temporary_data_on_disk_size_for_user", "8589934592")));
}

}  // namespace
}  // namespace polyhouse::engine
