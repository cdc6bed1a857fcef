#include "app/top_screen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

/// One process, after one look and after the next.
struct Looks {
  explicit Looks(std::uint64_t requests) {
    auto& report = facts.processes["one-1"].report;
    report.metrics =
        "# TYPE polyhouse_requests_total counter\n"
        "polyhouse_requests_total{ingester=\"markets\",lane=\"discover\"} " +
        std::to_string(requests) + "\npolyhouse_rows_inserted_total{table=\"markets\"} " +
        std::to_string(10 * requests) + "\n";
    report.log = {"2026-11-27T10:00:00.000Z I Zürich.", "2026-11-27T10:00:01.000Z W Later."};
    facts.stored["markets"] = {.rows = 1'512'044, .bytes = 1};
    facts.streams.push_back({.stream = StreamName("stream:markets")});
  }
  StatusFacts facts;
};

std::vector<std::string> Shown(const Looks& was, const Looks& is, const ScreenSize& size) {
  const MetricValues before = CountedBy(was.facts);
  const MetricValues now = CountedBy(is.facts);
  const Condition condition{.say = "All is well."};
  return TopScreen({is.facts, condition, before, now, 2, Timestamp(milliseconds(1))}, size);
}

TEST(TopScreen, ShowsWhatWasDoneASecond) {
  const auto lines = Shown(Looks(100), Looks(150), {40, 120});
  EXPECT_EQ(lines[1], "All is well.");
  EXPECT_THAT(lines, Contains(testing::MatchesRegex("markets/discover +25.0 +0.0 +0.0")));
  EXPECT_THAT(lines, Contains(testing::MatchesRegex("markets +250.0 +1,512,044 ")));
  EXPECT_EQ(lines.back(), "2026-11-27T10:00:01.000Z W Later.");
}

TEST(TopScreen, MakesNoLeapWhenAProcessBeginsAnew) {
  const auto lines = Shown(Looks(1'000), Looks(3), {40, 120});
  EXPECT_THAT(lines, testing::Not(Contains(StartsWith("markets/discover")))) << "it rests";
}

TEST(TopScreen, FitsItsTerminal) {
  const auto lines = Shown(Looks(1), Looks(2), {5, 30});
  EXPECT_THAT(lines, SizeIs(5));
  for (const std::string& line : lines) EXPECT_LE(line.size(), 30U) << line;
  const auto all = Shown(Looks(1), Looks(2), {40, 28});
  EXPECT_THAT(all, Contains("2026-11-27T10:00:00.000Z I Z")) << "and not half of a letter";
}

TEST(LabelOf, KnowsALabelFromTheEndOfAnother) {
  const std::string metric = R"(polyhouse_insert_seconds_bucket{table="markets",le="0.005"})";
  EXPECT_EQ(LabelOf(metric, "le"), "0.005");
  EXPECT_EQ(LabelOf(metric, "table"), "markets");
  EXPECT_EQ(LabelOf(metric, "able"), "");
}

}  // namespace
}  // namespace polyhouse
