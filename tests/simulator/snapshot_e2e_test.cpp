#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "json_scan.h"
#include "simulator_process.h"

namespace polyhouse {
namespace {

using testing::ElementsAreArray;
using testing::SizeIs;

/// The records of one kind in NDJSON such as `{"kind":"market","record":{…}}`, as a set of texts.
std::set<std::string> RecordsOf(const std::string& ndjson, const std::string& kind) {
  std::set<std::string> records;
  for (const std::string& line : LinesOf(ndjson)) {
    if (FieldOf(line, "kind") == '"' + kind + '"') records.insert(FieldOf(line, "record"));
  }
  return records;
}

std::set<std::string> WalkBothHalves(const SimulatorProcess& simulator, const std::string& key) {
  std::set<std::string> records;
  for (const std::string closed : {"true", "false"}) {
    records.merge(AsSet(simulator.Walk("/" + key + "/keyset?limit=100&closed=" + closed, key)));
  }
  return records;
}

TEST(SnapshotE2e, ShowsEveryRecordServedOrNotAsTheListingsWould) {
  const SimulatorProcess simulator({"--markets", "300"});
  simulator.Post("/simulator/tick?n=20");
  const std::string now = simulator.Get("/simulator/now").body;

  EXPECT_THAT(RecordsOf(now, "market"), SizeIs(320));
  EXPECT_THAT(RecordsOf(now, "market"), ElementsAreArray(WalkBothHalves(simulator, "markets")));
  EXPECT_THAT(RecordsOf(now, "event"), ElementsAreArray(WalkBothHalves(simulator, "events")));
  EXPECT_THAT(LinesOf(now), SizeIs(320 + RecordsOf(now, "event").size()));
}

TEST(SnapshotE2e, ShowsOneListingInTheFormAskedFor) {
  const SimulatorProcess simulator({"--markets", "300"});
  const std::string events =
      simulator.Get("/simulator/now?listing=events&include_markets=false").body;

  EXPECT_THAT(RecordsOf(events, "market"), SizeIs(0));
  EXPECT_THAT(RecordsOf(events, "event"), SizeIs(100));
  EXPECT_EQ(FieldOf(*RecordsOf(events, "event").begin(), "markets"), "");
  EXPECT_EQ(simulator.Get("/simulator/now?listing=trades").status, 422);
}

TEST(SnapshotE2e, IsOfOneMomentWhileTheWorldMoves) {
  const SimulatorProcess simulator({"--markets", "3000", "--tick", "0.001"});
  const std::string now = simulator.Get("/simulator/now").body;
  std::set<std::string> markets;
  std::vector<std::string> children;
  for (const std::string& line : LinesOf(now)) {
    const std::string_view record = FindField(line, "record").value_or("");
    if (FindField(line, "kind") == "\"market\"") markets.insert(WithoutField(record, "events"));
    for (const std::string_view child : ElementsOf(FindField(record, "markets").value_or(""))) {
      children.emplace_back(child);
    }
  }
  std::size_t different = 0;
  for (const std::string& child : children) different += markets.contains(child) ? 0U : 1U;

  // What a market says stands twice, far apart: for itself, and in its event.
  EXPECT_GT(children.size(), 2900U);
  EXPECT_EQ(different, 0U);
  const std::string later = simulator.Get("/simulator/world").body;
  EXPECT_GT(std::stoul(FieldOf(later, "markets")), markets.size());
}

}  // namespace
}  // namespace polyhouse
