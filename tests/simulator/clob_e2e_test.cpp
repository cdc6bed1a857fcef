#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "json_scan.h"
#include "simulator_process.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

/// All pages of the order book's listing, by the cursor's rules.
std::vector<std::string> WalkClob(const SimulatorProcess& simulator) {
  std::vector<std::string> pages;
  std::string cursor;
  while (cursor != "LTE=" && pages.size() < 100) {
    pages.push_back(simulator.Get("/clob/markets?next_cursor=" + cursor).body);
    cursor = Unquoted(FieldOf(pages.back(), "next_cursor"));
  }
  return pages;
}

std::map<std::string, std::string> ByConditionId(const std::vector<std::string>& pages) {
  std::map<std::string, std::string> markets;
  for (const std::string& page : pages) {
    for (const std::string_view market : ElementsOf(FindField(page, "data").value_or(""))) {
      const std::string id(FindField(market, "condition_id").value_or(""));
      EXPECT_TRUE(markets.emplace(id, market).second) << id << " came twice";
    }
  }
  return markets;
}

class ClobE2eTest : public testing::Test {
 protected:
  void Inject(const std::string& name) {
    EXPECT_EQ(simulator_.Post("/simulator/fault?spec=" + name + "%3D1").status, 200);
  }

  SimulatorProcess simulator_{{"--markets", "2500", "--events", "700"}};
};

TEST_F(ClobE2eTest, ListsEveryMarketThatHasAConditionId) {
  const auto pages = WalkClob(simulator_);
  const auto markets = ByConditionId(pages);
  std::size_t expected = 0;
  for (const std::string& line : LinesOf(simulator_.Get("/simulator/now?listing=markets").body)) {
    const std::string_view record = FindField(line, "record").value_or("");
    const std::string id(FindField(record, "conditionId").value_or("\"\""));
    if (id == "\"\"") continue;
    ++expected;
    ASSERT_TRUE(markets.contains(id)) << id;
    EXPECT_EQ(FindField(markets.at(id), "closed"), FindField(record, "closed"));
    EXPECT_EQ(FindField(markets.at(id), "market_slug"), FindField(record, "slug"));
  }

  EXPECT_THAT(markets, SizeIs(expected));
  EXPECT_LT(expected, 2500U);
  EXPECT_THAT(pages, SizeIs(3));
  EXPECT_EQ(FieldOf(pages[0], "count"), "1000");
  EXPECT_EQ(FieldOf(pages[0], "limit"), "1000");
  EXPECT_EQ(FieldOf(pages[2], "next_cursor"), "\"LTE=\"");
}

TEST_F(ClobE2eTest, NamesTheWinnerOfAFinalResultOnly) {
  const auto markets = ByConditionId(WalkClob(simulator_));
  std::size_t won = 0;
  for (const auto& [id, market] : markets) {
    std::size_t winners = 0;
    for (const std::string_view token : ElementsOf(FindField(market, "tokens").value_or(""))) {
      if (FindField(token, "winner") != "true") continue;
      ++winners;
      EXPECT_EQ(FindField(token, "price"), "1");
    }
    EXPECT_LE(winners, 1U);
    won += winners;
    EXPECT_TRUE(winners == 0 || FindField(market, "closed") == "true") << market;
  }
  EXPECT_GT(won, 1000U);
}

TEST_F(ClobE2eTest, StartsAgainFromACursorItCannotRead) {
  const std::string first = simulator_.Get("/clob/markets").body;

  EXPECT_EQ(simulator_.Get("/clob/markets?next_cursor=nonsense").body, first);
  EXPECT_EQ(simulator_.Get("/clob/markets?next_cursor=MTAwMA%3D%3D").body, first);
  EXPECT_EQ(FieldOf(simulator_.Get("/clob/markets?next_cursor=LTE%3D").body, "data"), "[]");
  EXPECT_EQ(simulator_.Get("/clob/orders").status, 404);
}

TEST_F(ClobE2eTest, MisbehavesAsTheOtherListingsDo) {
  const std::string first = simulator_.Get("/clob/markets").body;
  const std::string cursor = FieldOf(first, "next_cursor");
  const std::string next = "/clob/markets?next_cursor=" + Unquoted(cursor);
  Inject("stuck");
  EXPECT_EQ(FieldOf(simulator_.Get(next).body, "next_cursor"), cursor);
  Inject("repeat");
  EXPECT_EQ(FieldOf(simulator_.Get(next).body, "data"), FieldOf(first, "data"));
  EXPECT_NE(FieldOf(simulator_.Get(next).body, "next_cursor"), cursor);
  Inject("empty");
  EXPECT_EQ(simulator_.Get(next).body,
            R"({"data":[],"next_cursor":"LTE=","limit":1000,"count":0})");
  Inject("duplicate");
  EXPECT_EQ(FieldOf(simulator_.Get(next).body, "count"), "1001");
  Inject("429");
  EXPECT_EQ(simulator_.Get(next).status, 429);
  EXPECT_EQ(FieldOf(FieldOf(simulator_.Get("/simulator/stats").body, "requests"), "/clob/markets"),
            R"({"200":6,"429":1})");
}

TEST(RecordedClobE2e, TellsTheRecordedFacts) {
  const ScratchDir directory;
  std::filesystem::create_directories(directory / "gamma_markets");
  std::ofstream(directory / "gamma_markets/m.json")
      << R"([{"id":"5","question":"Q?","conditionId":"0xa","slug":"q","closed":true,"active":true,)"
      << R"("clobTokenIds":"[\"7\", \"8\"]","outcomes":"[\"Yes\", \"No\"]","negRisk":true,)"
      << R"("outcomePrices":"[\"0\", \"1\"]","questionID":"0xq","endDate":"2025-03-01T12:00:00Z"},)"
      << R"({"id":"6","question":"none","conditionId":""}])";
  const SimulatorProcess simulator({"--recordings", directory.path()});
  const std::string page = simulator.Get("/clob/markets").body;
  const std::string_view market = ElementsOf(*FindField(page, "data"))[0];

  EXPECT_EQ(FieldOf(page, "count"), "1");
  EXPECT_EQ(FindField(market, "condition_id"), R"("0xa")");
  EXPECT_EQ(FindField(market, "question_id"), R"("0xq")");
  EXPECT_EQ(FindField(market, "neg_risk"), "true");
  EXPECT_EQ(FindField(market, "end_date_iso"), R"("2025-03-01T00:00:00Z")");
  EXPECT_THAT(ElementsOf(*FindField(market, "tokens")),
              ElementsAre(R"({"token_id":"7","outcome":"Yes","price":0,"winner":false})",
                          R"({"token_id":"8","outcome":"No","price":1,"winner":true})"));
}

}  // namespace
}  // namespace polyhouse
