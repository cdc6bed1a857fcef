#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "json_scan.h"
#include "moment.h"
#include "simulator_process.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

using testing::IsSupersetOf;

struct Row {
  std::string id;
  std::optional<Moment> end;
};

std::vector<Row> RowsOf(const std::vector<std::string>& records) {
  std::vector<Row> rows;
  for (const std::string& record : records) {
    const std::string end(FindField(record, "endDate").value_or("null"));
    rows.push_back({Unquoted(FieldOf(record, "id")),
                    end == "null" ? std::nullopt : ParseMoment(Unquoted(end))});
  }
  return rows;
}

std::vector<Row> WalkRows(const SimulatorProcess& simulator,
                          const std::string& listing,
                          const std::string& query) {
  return RowsOf(simulator.Walk("/" + listing + "/keyset?limit=20&" + query, listing));
}

/// PostgreSQL's order: missing values last when ascending, so first when descending; ids decide.
bool IsAscending(const Row& a, const Row& b) {
  if (a.end.has_value() != b.end.has_value()) return a.end.has_value();
  if (a.end && *a.end != *b.end) return *a.end < *b.end;
  return std::stoul(a.id) < std::stoul(b.id);
}

std::vector<std::string> IdsOf(const std::vector<Row>& rows) {
  std::vector<std::string> ids;
  for (const Row& row : rows) ids.push_back(row.id);
  return ids;
}

void CheckOrderAndWindows(const SimulatorProcess& simulator, const std::string& listing) {
  for (const std::string half : {"closed=true", "closed=false"}) {
    auto rows = WalkRows(simulator, listing, half);
    std::ranges::sort(rows, &IsAscending);
    ASSERT_GT(rows.size(), 5U);
    const std::string order = half + "&order=endDate&ascending=";
    EXPECT_EQ(IdsOf(WalkRows(simulator, listing, order + "true")), IdsOf(rows));
    const Moment low = *rows[rows.size() / 4].end;
    const Moment high = *rows[rows.size() / 2].end;
    std::ranges::reverse(rows);
    EXPECT_EQ(IdsOf(WalkRows(simulator, listing, order + "false")), IdsOf(rows));

    std::erase_if(rows,
                  [&](const Row& row) { return !row.end || *row.end < low || *row.end > high; });
    const std::string window =
        "&end_date_min=" + FormatIso(low) + "&end_date_max=" + FormatIso(high);
    EXPECT_EQ(IdsOf(WalkRows(simulator, listing, order + "false" + window)), IdsOf(rows));
    std::ranges::reverse(rows);
    EXPECT_EQ(IdsOf(WalkRows(simulator, listing, order + "true" + window)), IdsOf(rows));
  }
}

TEST(DateOrderE2e, OrdersAndFiltersAGeneratedWorld) {
  const SimulatorProcess simulator({"--markets", "700", "--events", "400"});
  for (const std::string listing : {"markets", "events"}) CheckOrderAndWindows(simulator, listing);
}

TEST(DateOrderE2e, OrdersAndFiltersARecordedWorld) {
  const ScratchDir directory;
  for (const std::string listing : {"markets", "events"}) {
    std::filesystem::create_directories(directory / ("gamma_" + listing));
    std::ofstream file(directory / ("gamma_" + listing + "/all.json"));
    const std::string own = listing == "markets" ? R"("question":"q")" : R"("title":"t")";
    for (int i = 1; i <= 90; ++i) {
      file << (i == 1 ? "[" : ",") << R"({"id":")" << i << R"(",)" << own << R"(,"closed":)"
           << (i % 2 == 0 ? "true" : "false");
      const int day = 1 + i * 7 % 28;
      if (i % 9 != 0) {
        file << R"(,"endDate":"2025-03-)" << day / 10 << day % 10
             << (i % 5 == 0 ? "" : "T12:00:00Z") << '"';
      }
      file << '}';
    }
    file << ']';
  }
  const SimulatorProcess simulator({"--recordings", directory.path()});
  for (const std::string listing : {"markets", "events"}) CheckOrderAndWindows(simulator, listing);
}

TEST(DateOrderE2e, LosesAndRepeatsNothingWhileTheWorldMoves) {
  for (const std::string ascending : {"true", "false"}) {
    const SimulatorProcess simulator(
        {"--markets", "900", "--archive-every", "4", "--five-minute", "2"});
    const std::string target =
        "/markets/keyset?limit=10&closed=false&order=endDate&ascending=" + ascending;
    const auto before = IdsOf(WalkRows(simulator, "markets", "closed=false"));
    std::vector<std::string> seen;
    std::string cursor;
    do {
      const std::string page =
          simulator.Get(target + (cursor.empty() ? "" : "&after_cursor=" + cursor)).body;
      for (const std::string_view record : ElementsOf(FindField(page, "markets").value_or(""))) {
        seen.push_back(Unquoted(std::string(*FindField(record, "id"))));
      }
      cursor = Unquoted(FieldOf(page, "next_cursor"));
      simulator.Post("/simulator/tick?n=2");
    } while (!cursor.empty());
    auto stayed = IdsOf(WalkRows(simulator, "markets", "closed=false"));
    std::erase_if(stayed,
                  [&](const std::string& id) { return std::ranges::count(before, id) == 0; });

    EXPECT_THAT(seen, IsSupersetOf(stayed));
    EXPECT_LT(stayed.size(), before.size());  // some did close meanwhile
    std::ranges::sort(seen);
    EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end());
  }
}

}  // namespace
}  // namespace polyhouse
