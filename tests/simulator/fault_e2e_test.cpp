#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "simulator_process.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kPage = "/markets/keyset?limit=3";

class FaultE2eTest : public testing::Test {
 protected:
  void Inject(const std::string& name) {
    EXPECT_EQ(simulator_.Post("/simulator/fault?spec=" + name + "%3D1").status, 200);
  }

  std::string Truth() const { return simulator_.Get("/simulator/truth").body; }

  SimulatorProcess simulator_{{"--markets", "300"}};
};

TEST_F(FaultE2eTest, AsksForPatience) {
  Inject("429");
  EXPECT_EQ(simulator_.Get(kPage).status, 429);
  EXPECT_FALSE(simulator_.Get(kPage).headers.contains("retry-after"));
  Inject("429ra");
  EXPECT_EQ(simulator_.Get(kPage).headers.at("retry-after"), "1");
  Inject("429date");
  EXPECT_THAT(simulator_.Get(kPage).headers.at("retry-after"), HasSubstr(" GMT"));
}

TEST_F(FaultE2eTest, FailsWithOtherStatuses) {
  Inject("500");
  EXPECT_EQ(simulator_.Get(kPage).status, 500);
  Inject("503");
  EXPECT_EQ(simulator_.Get(kPage).status, 503);
  Inject("403");
  EXPECT_EQ(simulator_.Get(kPage).status, 403);
  EXPECT_THAT(simulator_.Get(kPage).body, StartsWith("<!DOCTYPE html>"));
}

TEST_F(FaultE2eTest, LiesWithStatus200) {
  Inject("error200");
  EXPECT_EQ(simulator_.Get(kPage).body, R"({"error":"Too Many Requests"})");
  Inject("errorobject200");
  EXPECT_EQ(simulator_.Get(kPage).body, R"({"type":"error","error":"internal"})");
  Inject("html200");
  EXPECT_EQ(simulator_.Get(kPage).status, 200);
  EXPECT_THAT(simulator_.Get(kPage).body, StartsWith("<!DOCTYPE html>"));
  Inject("empty");
  EXPECT_EQ(FieldOf(simulator_.Get(kPage).body, "markets"), "[]");
  EXPECT_EQ(FieldOf(simulator_.Get(kPage).body, "next_cursor"), "");
}

TEST_F(FaultE2eTest, CutsBodiesInTwoWays) {
  const std::string whole = simulator_.Get("/markets/keyset?limit=9").body;
  Inject("truncate");
  const Reply shorter = simulator_.Get("/markets/keyset?limit=9");
  const Reply announced = simulator_.Get("/markets/keyset?limit=9");

  EXPECT_EQ(shorter.curl_code, CURLE_PARTIAL_FILE);
  EXPECT_EQ(shorter.body, whole.substr(0, whole.size() / 2));
  EXPECT_EQ(announced.curl_code, CURLE_OK);
  EXPECT_EQ(announced.body, whole.substr(0, whole.size() / 2));
}

TEST_F(FaultE2eTest, StallsResetsAndDribbles) {
  Inject("stall");
  const Reply stalled = simulator_.Get(kPage, 300);
  EXPECT_EQ(stalled.curl_code, CURLE_OPERATION_TIMEDOUT);
  EXPECT_FALSE(stalled.body.empty());
  Inject("reset");
  EXPECT_EQ(simulator_.Get(kPage).curl_code, CURLE_RECV_ERROR);
  Inject("slow");
  EXPECT_EQ(simulator_.Get(kPage, 300).curl_code, CURLE_OPERATION_TIMEDOUT);
  EXPECT_EQ(simulator_.Get(kPage).curl_code, CURLE_OK);
}

TEST_F(FaultE2eTest, LeadsWalksAstray) {
  const std::string first = simulator_.Get(kPage).body;
  const std::string cursor = FieldOf(first, "next_cursor");
  const std::string next =
      std::string(kPage) + "&after_cursor=" + cursor.substr(1, cursor.size() - 2);
  Inject("stuck");
  EXPECT_EQ(FieldOf(simulator_.Get(next).body, "next_cursor"), cursor);
  Inject("repeat");
  EXPECT_EQ(FieldOf(simulator_.Get(next).body, "markets"), FieldOf(first, "markets"));
  EXPECT_NE(FieldOf(simulator_.Get(next).body, "next_cursor"), cursor);
}

TEST_F(FaultE2eTest, SpoilsRecords) {
  const std::size_t size = simulator_.Get(kPage).body.size();
  Inject("bad_record");
  EXPECT_NE(simulator_.Get(kPage).body.size(), size);
  Inject("duplicate");
  EXPECT_GT(simulator_.Get(kPage).body.size(), size + 1000);
  Inject("huge");
  EXPECT_GT(simulator_.Get(kPage).body.size(), 10'000'000U);
  Inject("unknown_field");
  EXPECT_THAT(simulator_.Get(kPage).body, HasSubstr("brandNewKey"));
  Inject("move");
  const std::string open = FieldOf(simulator_.Get("/simulator/world").body, "open_markets");
  simulator_.Get(kPage);
  EXPECT_NE(FieldOf(simulator_.Get("/simulator/world").body, "open_markets"), open);
}

TEST_F(FaultE2eTest, LeavesTheControlRoutesAlone) {
  Inject("500");
  EXPECT_EQ(simulator_.Get("/simulator/world").status, 200);
  EXPECT_EQ(simulator_.Get("/markets/1").status, 500);
  EXPECT_EQ(simulator_.Post("/simulator/fault?spec=teapot%3D1").status, 422);
  EXPECT_EQ(simulator_.Post("/simulator/fault?spec=").status, 200);
  EXPECT_EQ(simulator_.Get("/markets/1").status, 404);
}

TEST_F(FaultE2eTest, CountsInTheTruthOnlyWhatWentOutWhole) {
  Inject("truncate");
  simulator_.Get(kPage);
  simulator_.Get(kPage);
  Inject("stall");
  simulator_.Get(kPage, 300);
  Inject("slow");
  simulator_.Get(kPage, 300);
  Inject("500");
  simulator_.Get(kPage);
  EXPECT_EQ(Truth(), "");

  EXPECT_EQ(simulator_.Post("/simulator/fault?spec=").status, 200);
  const std::string record = FieldOf(simulator_.Get("/markets/keyset?limit=1").body, "markets");
  const std::string truth = Truth();
  EXPECT_EQ(std::ranges::count(truth, '\n'), 1);
  EXPECT_EQ("[" + FieldOf(truth, "record") + "]", record);
}

TEST_F(FaultE2eTest, CountsRequestsRowsAndFaults) {
  simulator_.Get("/markets/keyset?limit=5");
  simulator_.Get("/markets/12345678");
  Inject("503");
  simulator_.Get(kPage);
  const std::string stats = simulator_.Get("/simulator/stats").body;

  EXPECT_EQ(FieldOf(stats, "requests"),
            R"({"/markets/keyset":{"200":1,"503":1},"/markets/{id}":{"404":1}})");
  EXPECT_EQ(FieldOf(stats, "faults"), R"({"503":1})");
  EXPECT_EQ(FieldOf(stats, "rows_served"), R"({"markets":5,"events":0})");
}

TEST(TruthE2e, IsWrittenOnTermination) {
  const std::string path = testing::TempDir() + "simulator_truth_" + std::to_string(getpid());
  SimulatorProcess simulator({"--markets", "300", "--truth", path});
  const auto served = simulator.Walk("/events/keyset?limit=100&closed=true", "events");
  EXPECT_EQ(simulator.Stop(), 0);

  std::ifstream file(path);
  std::size_t lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    ASSERT_LT(lines, served.size());
    EXPECT_EQ(FieldOf(line, "kind"), "\"event\"");
    EXPECT_EQ(FieldOf(line, "record"), served[lines]);
  }
  EXPECT_EQ(lines, served.size());
}

TEST(TruthE2e, EndsEvenWhileAResponseStalls) {
  SimulatorProcess simulator({"--markets", "300", "--fault", "stall=1"});
  EXPECT_EQ(simulator.Get(kPage, 200).curl_code, CURLE_OPERATION_TIMEDOUT);
  EXPECT_EQ(simulator.Stop(), 0);
}

}  // namespace
}  // namespace polyhouse
