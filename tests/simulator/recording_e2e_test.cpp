#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "simulator_process.h"

namespace polyhouse {
namespace {

namespace fs = std::filesystem;

/// A directory of small recordings in every form they come in.
class RecordingE2eTest : public testing::Test {
 protected:
  RecordingE2eTest()
      : directory_(fs::path(testing::TempDir()) /
                   ("simulator_recordings_" + std::to_string(getpid()))) {
    fs::remove_all(directory_);
    fs::create_directories(directory_ / "gamma_markets");
    fs::create_directories(directory_ / "gamma_events");
  }
  ~RecordingE2eTest() override { fs::remove_all(directory_); }

  void Record(const std::string& name, const std::string& json) {
    std::ofstream(directory_ / name) << json;
  }

  fs::path directory_;
};

TEST_F(RecordingE2eTest, ServesEveryRecordByteForByte) {
  const std::string market =
      R"({ "id": "7",  "question": "sp\u00e4t \/ ü?", "closed": true, "volume": "1.50" })";
  Record("gamma_markets/bare.json", "[" + market + "]");
  Record("gamma_markets/envelope.json",
         R"({"$schema":"x","markets":[{"id":"8","conditionId":""}],"next_cursor":"c"})");
  Record("gamma_markets/single.json", R"({"id":"9","outcomes":"[]","events":[{"id":"3"}]})");
  const SimulatorProcess simulator({"--recordings", directory_.string()});

  EXPECT_EQ(simulator.Get("/markets?closed=true").body, "[" + market + "]");
  EXPECT_EQ(simulator.Get("/markets").body,
            R"([{"id":"8","conditionId":""},{"id":"9","outcomes":"[]","events":[{"id":"3"}]}])");
  EXPECT_EQ(simulator.Get("/events").body, "[]");
}

TEST_F(RecordingE2eTest, KeepsTheNewestOfDuplicates) {
  Record(
      "gamma_markets/a.json",
      R"([{"id":"1","question":"old","updatedAt":"2024"},{"id":"1","question":"new","updatedAt":"2026"}])");
  Record(
      "gamma_markets/b.json",
      R"([{"id":"1","question":"older","updatedAt":"2023"},{"id":"2","question":"x"},{"id":"2","question":"y"}])");
  const SimulatorProcess simulator({"--recordings", directory_.string()});

  EXPECT_EQ(FieldOf(simulator.Get("/markets/1").body, "question"), "\"new\"");
  EXPECT_EQ(FieldOf(simulator.Get("/markets/2").body, "question"), "\"y\"");
}

TEST_F(RecordingE2eTest, ServesMarketsFromInsideEvents) {
  Record(
      "gamma_events/e.json",
      R"([{"id":"50","slug":"e","markets":[{"id":"1","question":"a"},{"id":"2","question":"b"}],"tags":[{"id":"4"}]}])");
  Record("gamma_markets/m.json", R"([{"id":"2","question":"top","events":[{"id":"50"}]}])");
  const SimulatorProcess simulator({"--recordings", directory_.string()});

  EXPECT_EQ(simulator.Get("/markets/1").body,
            R"({"id":"1","question":"a","events":[{"id":"50","slug":"e","tags":[{"id":"4"}]}]})");
  EXPECT_EQ(FieldOf(simulator.Get("/markets/2").body, "question"), "\"top\"");
  EXPECT_EQ(simulator.Get("/markets?id=2&include_tag=true").body,
            R"([{"id":"2","question":"top","events":[{"id":"50"}],"tags":[{"id":"4"}]}])");
  EXPECT_EQ(simulator.Get("/events?include_markets=false").body,
            R"([{"id":"50","slug":"e","tags":[{"id":"4"}]}])");
}

TEST_F(RecordingE2eTest, OrdersAndFindsRecordedRows) {
  Record(
      "gamma_markets/m.json",
      R"([{"id":"10","question":"","volumeNum":5,"endDate":"2026-05-01","clobTokenIds":"[\"77\", \"88\"]"},)"
      R"({"id":"9","question":"","volumeNum":40,"endDate":"2025-01-01T00:00:00Z","conditionId":"0xa"},)"
      R"({"id":"11","question":""}])");
  const SimulatorProcess simulator({"--recordings", directory_.string()});
  const auto ids = [&](const std::string& query) {
    std::string joined;
    for (const std::string& row : simulator.Walk("/markets/keyset?limit=1&" + query, "markets"))
      joined += FieldOf(row, "id");
    return joined;
  };

  EXPECT_EQ(ids("order=id"), R"("9""10""11")");
  EXPECT_EQ(ids("order=volumeNum"), R"("10""9""11")");
  EXPECT_EQ(ids("order=endDate&ascending=false"), R"("11""10""9")");
  EXPECT_EQ(ids("clob_token_ids=88"), R"("10")");
  EXPECT_EQ(ids("condition_ids=0xa"), R"("9")");
  EXPECT_EQ(ids("end_date_min=2026-01-01"), R"("10")");
}

TEST_F(RecordingE2eTest, NamesAFileThatIsNoJson) {
  Record("gamma_markets/broken.json", "[{]");
  const RunResult run = RunSimulator({"--recordings", directory_.string()});

  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, testing::HasSubstr("broken.json is not readable JSON"));
}

}  // namespace
}  // namespace polyhouse
