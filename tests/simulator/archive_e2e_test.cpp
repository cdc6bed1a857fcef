#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_scan.h"
#include "simulator_process.h"

namespace polyhouse {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// The ids of archived markets as the world has them; placeholders are archived from the start, and
/// listed all the same, as on the real API.
std::set<std::string> ArchivedIds(const SimulatorProcess& simulator) {
  std::set<std::string> ids;
  for (const std::string& line : LinesOf(simulator.Get("/simulator/now?listing=markets").body)) {
    const std::string_view record = FindField(line, "record").value_or("{}");
    if (FindField(record, "archived") == "true" && FindField(record, "conditionId") != "\"\"") {
      ids.insert(Unquoted(std::string(*FindField(record, "id"))));
    }
  }
  return ids;
}

std::set<std::string> ListedIds(const SimulatorProcess& simulator, const std::string& listing) {
  std::set<std::string> ids;
  for (const std::string closed : {"true", "false"}) {
    for (const std::string& record :
         simulator.Walk("/" + listing + "/keyset?limit=100&closed=" + closed, listing)) {
      ids.insert(Unquoted(FieldOf(record, "id")));
    }
  }
  return ids;
}

TEST(ArchiveE2e, TakesMarketsOutOfEveryListingButNotOutOfLookups) {
  const SimulatorProcess simulator({"--markets", "400", "--archive-every", "2"});
  simulator.Get("/markets/keyset?closed=true&order=endDate");  // an index that must follow
  EXPECT_THAT(ArchivedIds(simulator), IsEmpty());
  const std::string world = simulator.Post("/simulator/tick?n=60").body;
  const std::set<std::string> archived = ArchivedIds(simulator);

  EXPECT_EQ(FieldOf(world, "archived_markets"), "30");
  EXPECT_GE(archived.size(), 28U);  // but for placeholders among them
  const auto listed = ListedIds(simulator, "markets");
  EXPECT_EQ(listed.size(), 460U - 30U);
  std::set<std::string> states;
  const std::string clob = simulator.Get("/clob/markets").body;
  for (const std::string& id : archived) {
    EXPECT_THAT(listed, Not(Contains(id)));
    for (const std::string closed : {"true", "false"}) {
      EXPECT_EQ(simulator.Get("/markets?id=" + id + "&closed=" + closed).body, "[]");
    }
    const std::string record = simulator.Get("/markets/" + id).body;
    EXPECT_EQ(FieldOf(record, "archived"), "true");
    EXPECT_THAT(clob, HasSubstr(FieldOf(record, "conditionId")));
    states.insert(FieldOf(record, "closed"));
  }
  EXPECT_EQ(states.size(), 2U);  // open ones and closed ones
}

TEST(ArchiveE2e, LeavesAnArchivedMarketAsItIs) {
  const SimulatorProcess simulator({"--markets", "30", "--archive-every", "1"});
  simulator.Post("/simulator/tick?n=10");
  const std::set<std::string> archived = ArchivedIds(simulator);
  ASSERT_FALSE(archived.empty());
  const std::string target = "/markets/" + *archived.begin();
  const std::string record = WithoutField(simulator.Get(target).body, "events");
  simulator.Post("/simulator/tick?n=100");

  EXPECT_EQ(WithoutField(simulator.Get(target).body, "events"), record);
}

TEST(VanishE2e, MakesARecordUnknownEverywhere) {
  const SimulatorProcess simulator({"--markets", "200"});
  for (const std::string listing : {"markets", "events"}) {
    const std::string id = *ListedIds(simulator, listing).begin();
    const std::string record = simulator.Get("/" + listing + "/" + id).body;
    const std::string vanish = "/simulator/vanish?listing=" + listing + "&id=" + id;
    EXPECT_EQ(simulator.Post(vanish).status, 200);
    EXPECT_EQ(simulator.Post(vanish).status, 404);

    EXPECT_EQ(simulator.Get("/" + listing + "/" + id).status, 404);
    EXPECT_EQ(simulator.Get("/" + listing + "/slug/" + Unquoted(FieldOf(record, "slug"))).status,
              404);
    EXPECT_THAT(ListedIds(simulator, listing), Not(Contains(id)));
    EXPECT_THAT(simulator.Get("/simulator/now").body,
                HasSubstr(R"({"kind":"gone","listing":")" + listing + R"(","id":")" + id + "\"}"));
  }
  EXPECT_EQ(FieldOf(simulator.Get("/simulator/world").body, "gone_markets"), "1");
  EXPECT_EQ(FieldOf(simulator.Get("/simulator/world").body, "gone_events"), "1");
  simulator.Post("/simulator/tick?n=300");  // nothing may trip over it
  EXPECT_EQ(simulator.Post("/simulator/vanish?listing=trades&id=1").status, 422);
  EXPECT_EQ(simulator.Post("/simulator/vanish?listing=markets&id=none").status, 404);
}

TEST(VanishE2e, KeepsTheTruthOfWhatWasServedBefore) {
  const SimulatorProcess simulator({"--markets", "200"});
  simulator.Walk("/events/keyset?limit=100&closed=true", "events");
  const std::string truth = simulator.Get("/simulator/truth").body;
  for (const std::string& id : ListedIds(simulator, "markets")) {
    simulator.Post("/simulator/vanish?listing=markets&id=" + id);
  }

  EXPECT_THAT(simulator.Get("/simulator/truth").body, HasSubstr(truth));
  EXPECT_EQ(FieldOf(simulator.Get("/clob/markets").body, "data"), "[]");
}

}  // namespace
}  // namespace polyhouse
