#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "json_scan.h"
#include "moment.h"
#include "simulator_process.h"

namespace polyhouse {
namespace {

using std::chrono::minutes;

using testing::SizeIs;

constexpr Moment kStart = std::chrono::sys_days(std::chrono::year(2026) / 11 / 1);

/// A market of a series, as the API shows it.
struct FiveMinuteMarket {
  Moment created;
  Moment end;
  bool is_closed = false;
  Moment closed;
  bool is_resolved = false;
};

Moment MomentOf(std::string_view record, std::string_view key) {
  return ParseMoment(Unquoted(std::string(FindField(record, key).value_or("")))).value_or(kStart);
}

/// All of them by their time of creation; they are told by the time they are open for.
std::vector<FiveMinuteMarket> FiveMinuteMarkets(const SimulatorProcess& simulator) {
  std::vector<FiveMinuteMarket> markets;
  for (const std::string& line : LinesOf(simulator.Get("/simulator/now?listing=markets").body)) {
    const std::string_view record = FindField(line, "record").value_or("{}");
    const Moment created = MomentOf(record, "createdAt");
    const Moment end = MomentOf(record, "endDate");
    if (created < kStart || end > created + minutes(5) || end <= created) continue;
    markets.push_back({created,
                       end,
                       FindField(record, "closed") == "true",
                       MomentOf(record, "closedTime"),
                       FindField(record, "umaResolutionStatus") == "\"resolved\""});
  }
  return markets;
}

TEST(FiveMinuteE2e, OpensClosesAndResolvesOnTime) {
  const SimulatorProcess simulator({"--markets", "50", "--five-minute", "6"});
  simulator.Post("/simulator/tick?n=43");
  const Moment now = kStart + minutes(43);
  const auto markets = FiveMinuteMarkets(simulator);
  std::size_t open = 0;
  for (const FiveMinuteMarket& market : markets) {
    EXPECT_LT(market.end - market.created, minutes(5));
    EXPECT_GT(market.end - market.created, minutes(5) - std::chrono::milliseconds(2));
    EXPECT_EQ(market.is_closed, market.end <= now) << FormatIso(market.end);
    EXPECT_EQ(market.is_resolved, market.end <= now - minutes(2)) << FormatIso(market.end);
    open += market.is_closed ? 0U : 1U;
    if (market.is_closed) {
      EXPECT_EQ(market.closed, market.end);
    }
  }

  EXPECT_EQ(open, 6U);
  // Over 43 minutes each of the six has had eight whole markets, or nine for those that began
  // first.
  EXPECT_GE(markets.size(), 6U * 8);
  EXPECT_LE(markets.size(), 6U * 9);
}

TEST(FiveMinuteE2e, ComesOnTopOfTheUsualChanges) {
  const SimulatorProcess usual({"--markets", "50", "--seed", "4"});
  const SimulatorProcess more({"--markets", "50", "--seed", "4", "--five-minute", "5"});
  const std::string before = usual.Post("/simulator/tick?n=10").body;
  const std::string after = more.Post("/simulator/tick?n=10").body;

  EXPECT_THAT(FiveMinuteMarkets(usual), SizeIs(0));
  EXPECT_EQ(FieldOf(before, "markets"), "60");
  EXPECT_EQ(FieldOf(after, "markets"), std::to_string(60 + FiveMinuteMarkets(more).size()));
  EXPECT_EQ(FieldOf(before, "open_markets"),
            std::to_string(std::stoi(FieldOf(after, "open_markets")) - 5));
}

TEST(FiveMinuteE2e, TradesWhileItIsOpen) {
  const SimulatorProcess simulator({"--markets", "0", "--events", "0", "--five-minute", "1"});
  simulator.Post("/simulator/tick?n=1");
  const std::string id = Unquoted(
      FieldOf(simulator.Walk("/markets/keyset?limit=9&order=endDate", "markets").front(), "id"));
  const std::string volume = FieldOf(simulator.Get("/markets/" + id).body, "volumeNum");
  simulator.Post("/simulator/tick?n=3");

  EXPECT_NE(FieldOf(simulator.Get("/markets/" + id).body, "volumeNum"), volume);
}

TEST(LargeWorldE2e, TicksCheaplyWithManyOrdersInUse) {
  const SimulatorProcess simulator({"--markets", "100000", "--five-minute", "50"});
  for (const std::string query : {"", "order=endDate", "order=createdAt", "order=volumeNum"}) {
    for (const std::string closed : {"true", "false"}) {
      simulator.Get("/markets/keyset?limit=1&closed=" + closed + "&" + query);
    }
  }
  const auto start = SteadyNow();
  EXPECT_EQ(simulator.Post("/simulator/tick?n=20").status, 200);

  EXPECT_LT(SteadyNow() - start, 20 * std::chrono::milliseconds(100));
}

}  // namespace
}  // namespace polyhouse
