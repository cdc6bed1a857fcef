#include "domain/market.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

/// A closed, resolved market with these final prices.
Market AResolvedMarket(std::vector<std::string> outcomes, const std::vector<std::string>& prices) {
  Market market;
  market.closed = true;
  market.resolution_status = "resolved";
  market.outcomes = std::move(outcomes);
  for (const std::string& price : prices) market.outcome_prices.push_back({price});
  return market;
}

TEST(WinnerIndexOf, IsTheOutcomeWhosePriceIsOne) {
  EXPECT_EQ(WinnerIndexOf(AResolvedMarket({"Yes", "No"}, {"1", "0"})), 0);
  EXPECT_EQ(WinnerIndexOf(AResolvedMarket({"Yes", "No"}, {"0", "1"})), 1);
  EXPECT_EQ(WinnerIndexOf(AResolvedMarket({"Up", "Down"}, {"1.0", "0.000"})), 0);
  EXPECT_EQ(WinnerIndexOf(AResolvedMarket({"Up", "Down"}, {"1e0", "0e5"})), 0);
  EXPECT_EQ(WinnerIndexOf(AResolvedMarket({"A", "B", "C"}, {"0", "0", "1"})), 2);
  EXPECT_EQ(WinnerIndexOf(AResolvedMarket({"", "Other"}, {"1", "0"})), 0) << "a nameless one wins";
}

struct Undecided {
  const char* why;
  std::vector<std::string> outcomes;
  std::vector<std::string> prices;
};

TEST(WinnerIndexOf, IsNoneWhilePricesDoNotDecide) {
  const std::vector<Undecided> table = {
      {"old AMM markets end at zero", {"Yes", "No"}, {"0", "0"}},
      {"a near miss is not a fact", {"Yes", "No"}, {"0.9999", "0.0001"}},
      {"a near miss beside a zero", {"Yes", "No"}, {"0.9999989", "0"}},
      {"a near miss that a double cannot tell", {"Yes", "No"}, {"0.9999999999999999999", "0"}},
      {"a little more than one", {"Yes", "No"}, {"1.0000000000000000001", "0"}},
      {"one and less than a double holds", {"Yes", "No"}, {"1", "1e-400"}},
      {"minus one", {"Yes", "No"}, {"-1", "0"}},
      {"a split", {"Yes", "No"}, {"0.5", "0.5"}},
      {"one and a rest", {"Yes", "No"}, {"1", "0.01"}},
      {"two ones", {"Yes", "No"}, {"1", "1"}},
      {"three outcomes, undecided", {"A", "B", "C"}, {"0.3", "0.3", "0.4"}},
      {"fewer prices than outcomes", {"Yes", "No"}, {"1"}},
      {"more prices than outcomes", {"Yes"}, {"1", "0"}},
      {"an unknown price beside a one", {"Yes", "No"}, {"1", ""}},
      {"nothing", {}, {}},
  };
  for (const Undecided& row : table) {
    EXPECT_EQ(WinnerIndexOf(AResolvedMarket(row.outcomes, row.prices)), -1) << row.why;
  }
}

TEST(WinnerIndexOf, IsNoneWhileTheMarketIsOpen) {
  Market market = AResolvedMarket({"Yes", "No"}, {"1", "0"});
  market.closed = false;

  EXPECT_EQ(WinnerIndexOf(market), -1);
}

TEST(WinnerIndexOf, IsNoneUntilTheResolutionIsFinal) {
  Market market = AResolvedMarket({"Yes", "No"}, {"1", "0"});
  for (const char* status : {"requested", "proposed", "disputed", "active", "anything new"}) {
    market.resolution_status = status;
    EXPECT_EQ(WinnerIndexOf(market), -1) << status;
  }
  for (const char* status : {"", "settled", "resolved"}) {
    market.resolution_status = status;
    EXPECT_EQ(WinnerIndexOf(market), 0) << status;
  }
}

TEST(FillFromOlder, FindsTheWinnerByItsLabelWhereThatIsUnique) {
  Market market = AResolvedMarket({"Yes", "No"}, {"0", "1"});
  market.winner = "No";
  market.event_id = EventId("7");
  FillFromOlder(market);
  EXPECT_EQ(market.winner_index, 1);
  EXPECT_EQ(market.event_ids, std::vector{EventId("7")});

  Market twins = AResolvedMarket({"Ymer", "Ymer"}, {"0", "1"});
  twins.winner = "Ymer";
  FillFromOlder(twins);
  EXPECT_EQ(twins.winner_index, -1) << "not to be guessed";
}

}  // namespace
}  // namespace polyhouse
