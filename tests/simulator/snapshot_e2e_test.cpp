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
  const SimulatorProcess simulator({"--markets", "600", "--tick", "0.002"});
  const std::string now = simulator.Get("/simulator/now").body;
  std::size_t children = 0;
  std::size_t with_parent = 0;
  for (const std::string& record : RecordsOf(now, "event")) {
    children += ElementsOf(FindField(record, "markets").value_or("")).size();
  }
  for (const std::string& record : RecordsOf(now, "market")) {
    with_parent += FindField(record, "events") ? 1U : 0U;
  }

  // A market of a later moment would stand in its event, but not for itself.
  EXPECT_EQ(children, with_parent);
  EXPECT_GT(RecordsOf(simulator.Get("/simulator/now?listing=markets").body, "market").size(),
            RecordsOf(now, "market").size());
}

}  // namespace
}  // namespace polyhouse
