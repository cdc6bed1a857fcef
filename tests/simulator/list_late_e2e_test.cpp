#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "chain_client.h"

namespace polyhouse {
namespace {

using testing::IsEmpty;
using testing::Not;

/// The ids of all markets that a program could find now.
std::set<std::string> ListedIds(const SimulatorProcess& simulator) {
  std::set<std::string> ids;
  for (const std::string closed : {"true", "false"}) {
    const std::string target = "/markets/keyset?limit=100&closed=" + closed;
    for (const std::string& record : simulator.Walk(target, "markets")) {
      ids.insert(Unquoted(FieldOf(record, "id")));
    }
  }
  return ids;
}

/// Condition ids that trade, by whether their market has been listed.
std::map<bool, std::set<std::string>> Traded(const SimulatorProcess& simulator) {
  std::map<bool, std::set<std::string>> conditions;
  for (const TruthRow& row : TruthOf(simulator)) {
    if (row.at("condition_id").empty()) continue;  // token for token
    conditions[!row.at("market_id").empty()].insert(row.at("condition_id"));
  }
  return conditions;
}

TEST(ListLateE2e, TradesMarketsBeforeTheyAreListed) {
  const SimulatorProcess simulator({"--markets", "300", "--fills", "2000", "--list-late", "10"});
  const auto early = Traded(simulator).at(false);
  const std::size_t listed = ListedIds(simulator).size();
  EXPECT_THAT(early, Not(IsEmpty()));
  EXPECT_EQ(FieldOf(simulator.Get("/simulator/world").body, "awaited_markets"), "10");
  for (const std::string& condition : early) {
    const std::string found = "/markets?condition_ids=" + condition;
    EXPECT_EQ(simulator.Get(found).body, "[]");
    EXPECT_EQ(simulator.Get(found + "&closed=true").body, "[]");
    EXPECT_THAT(simulator.Get("/clob/markets").body, Not(testing::HasSubstr(condition)));
  }

  simulator.Post("/simulator/tick?n=10");

  const auto later = Traded(simulator);
  const std::set<std::string> ids = ListedIds(simulator);
  EXPECT_EQ(ids.size(), listed + 10);
  for (const std::string& condition : early) EXPECT_TRUE(later.at(true).contains(condition));
  EXPECT_THAT(later.at(false), Not(IsEmpty())) << "those of the ten ticks wait in their turn";
  for (const TruthRow& row : TruthOf(simulator)) {
    const std::string& id = row.at("market_id");
    EXPECT_TRUE(id.empty() || ids.contains(id)) << id;
  }
}

TEST(ListLateE2e, ListsInTheOrderOfIds) {
  const SimulatorProcess simulator({"--markets", "300", "--list-late", "5"});
  std::set<std::string> before = ListedIds(simulator);
  std::uint64_t newest = 0;
  for (int tick = 0; tick < 12; ++tick) {
    simulator.Post("/simulator/tick");
    for (const std::string& id : ListedIds(simulator)) {
      if (!before.insert(id).second) continue;
      EXPECT_GT(std::stoull(id), newest);
      newest = std::stoull(id);
    }
  }
  EXPECT_GT(newest, 0U);
}

}  // namespace
}  // namespace polyhouse
