#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "chain_client.h"
#include "json_scan.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class TradesE2eTest : public testing::Test {
 protected:
  /// All pages, walked by the cursor: token, side, wallet and transaction of each trade.
  std::vector<std::string> Walk(const std::string& filter) const {
    std::vector<std::string> trades;
    std::string cursor;
    do {
      const std::string body =
          simulator_.Get("/data/v2/trades?" + filter + "&limit=37" + cursor).body;
      for (const std::string_view trade : ElementsOf(FindField(body, "data").value_or(""))) {
        trades.push_back(Text(trade, "token_id") + Text(trade, "side") +
                         Text(trade, "proxy_wallet") + Text(trade, "transaction_hash"));
      }
      const std::string next = FieldOf(FieldOf(body, "pagination"), "next_cursor");
      cursor = next.starts_with('"') ? "&cursor=" + Unquoted(next) : "";
    } while (!cursor.empty() && trades.size() < 10'000);
    return trades;
  }

  /// What the truth says they must be.
  std::vector<std::string> Expected(const std::string& condition, bool taker_only) const {
    std::vector<std::string> trades;
    for (const TruthRow& row : TruthOf(simulator_)) {
      const bool is_taker = row.at("is_taker_leg") == "true" || row.at("match_type") == "direct";
      if (row.at("condition_id").empty() || (taker_only && !is_taker)) continue;
      if (!condition.empty() && row.at("condition_id") != condition) continue;
      if (std::stoull(row.at("price_collateral")) < 10'000) continue;
      const bool buys = row.at("maker_direction") == "BUY";
      trades.push_back(row.at(buys ? "taker_asset_id" : "maker_asset_id") +
                       row.at("maker_direction") + row.at("maker") + row.at("transaction_hash"));
    }
    std::ranges::reverse(trades);
    return trades;
  }

  static std::string Text(std::string_view json, std::string_view key) {
    return Unquoted(std::string(FindField(json, key).value_or("")));
  }

  SimulatorProcess simulator_{{"--markets", "300", "--fills", "2000", "--unlisted-tokens", "2"}};
};

TEST_F(TradesE2eTest, ShowsTakersUnlessAskedForAll) {
  EXPECT_EQ(Walk(""), Expected("", true));
  EXPECT_EQ(Walk("taker_only=false"), Expected("", false));
}

TEST_F(TradesE2eTest, ShowsTheTradesOfAMarket) {
  std::map<std::string, std::size_t> counts;
  for (const TruthRow& row : TruthOf(simulator_)) ++counts[row.at("condition_id")];
  const auto most = std::ranges::max_element(
      counts, {}, [](const auto& count) { return count.first.empty() ? 0 : count.second; });
  const std::string condition = most->first;
  EXPECT_EQ(Walk("taker_only=false&condition=" + condition), Expected(condition, false));
  EXPECT_EQ(Walk("condition=" + condition), Expected(condition, true));
}

TEST_F(TradesE2eTest, LooksLikeTheDataApi) {
  const Reply reply = simulator_.Get("/data/v2/trades?taker_only=false&limit=1000");
  bool has_unknown = false;
  for (const std::string_view trade : ElementsOf(*FindField(reply.body, "data"))) {
    for (const char* key : {"size", "price", "timestamp", "title", "slug", "outcome", "bio"}) {
      EXPECT_TRUE(FindField(trade, key)) << key;
    }
    has_unknown = has_unknown || FindField(trade, "outcome_index") == "999";
  }
  EXPECT_TRUE(has_unknown) << "tokens of no listing";
  EXPECT_EQ(reply.headers.at("cache-control"), "public, max-age=300");
  EXPECT_THAT(reply.body, HasSubstr(R"("pagination":{"limit":1000,"offset":0,"has_more":true,)"));
}

TEST_F(TradesE2eTest, RefusesWith400) {
  const std::string pagination =
      FieldOf(simulator_.Get("/data/v2/trades?limit=2").body, "pagination");
  const std::string cursor = Unquoted(FieldOf(pagination, "next_cursor"));
  EXPECT_EQ(simulator_.Get("/data/v2/trades?cursor=" + cursor).status, 200);
  for (const std::string& query : {std::string("offset=0"),
                                   std::string("limit=1001"),
                                   std::string("cursor=x"),
                                   "taker_only=false&cursor=" + cursor}) {
    const Reply reply = simulator_.Get("/data/v2/trades?" + query);
    EXPECT_EQ(reply.status, 400) << query;
    EXPECT_THAT(reply.body, HasSubstr(R"({"error":")"));
  }
  EXPECT_EQ(simulator_.Get("/data/v2/positions").status, 404);
}

}  // namespace
}  // namespace polyhouse
