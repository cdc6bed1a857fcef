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

TEST(WinnerOf, IsTheOutcomeWhosePriceIsOne) {
  EXPECT_EQ(WinnerOf(AResolvedMarket({"Yes", "No"}, {"1", "0"})), "Yes");
  EXPECT_EQ(WinnerOf(AResolvedMarket({"Yes", "No"}, {"0", "1"})), "No");
  EXPECT_EQ(WinnerOf(AResolvedMarket({"Up", "Down"}, {"1.0", "0.000"})), "Up");
  EXPECT_EQ(WinnerOf(AResolvedMarket({"A", "B", "C"}, {"0", "0", "1"})), "C");
}

struct Undecided {
  const char* why;
  std::vector<std::string> outcomes;
  std::vector<std::string> prices;
};

TEST(WinnerOf, IsEmptyWhilePricesDoNotDecide) {
  const std::vector<Undecided> table = {
      {"old AMM markets end at zero", {"Yes", "No"}, {"0", "0"}},
      {"a near miss is not a fact", {"Yes", "No"}, {"0.9999", "0.0001"}},
      {"a near miss beside a zero", {"Yes", "No"}, {"0.9999989", "0"}},
      {"a split", {"Yes", "No"}, {"0.5", "0.5"}},
      {"one and a rest", {"Yes", "No"}, {"1", "0.01"}},
      {"two ones", {"Yes", "No"}, {"1", "1"}},
      {"three outcomes, undecided", {"A", "B", "C"}, {"0.3", "0.3", "0.4"}},
      {"fewer prices than outcomes", {"Yes", "No"}, {"1"}},
      {"more prices than outcomes", {"Yes"}, {"1", "0"}},
      {"nothing", {}, {}},
  };
  for (const Undecided& row : table) {
    EXPECT_EQ(WinnerOf(AResolvedMarket(row.outcomes, row.prices)), "") << row.why;
  }
}

TEST(WinnerOf, IsEmptyWhileTheMarketIsOpen) {
  Market market = AResolvedMarket({"Yes", "No"}, {"1", "0"});
  market.closed = false;

  EXPECT_EQ(WinnerOf(market), "");
}

TEST(WinnerOf, IsEmptyUntilTheResolutionIsFinal) {
  Market market = AResolvedMarket({"Yes", "No"}, {"1", "0"});
  for (const char* status : {"requested", "proposed", "disputed", "active", "anything new"}) {
    market.resolution_status = status;
    EXPECT_EQ(WinnerOf(market), "") << status;
  }
  for (const char* status : {"", "settled", "resolved"}) {
    market.resolution_status = status;
    EXPECT_EQ(WinnerOf(market), "Yes") << status;
  }
}

}  // namespace
}  // namespace polyhouse
