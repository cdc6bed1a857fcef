#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "json_scan.h"
#include "simulator_process.h"

namespace polyhouse {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class DriftE2eTest : public testing::Test {
 protected:
  void Drift(const std::string& spec) {
    EXPECT_EQ(simulator_.Post("/simulator/drift?spec=" + spec).status, 200) << spec;
  }

  /// One page of markets, as raw records.
  std::vector<std::string> Page(const std::string& query, const std::string& listing = "markets") {
    return Split(simulator_.Get("/" + listing + "/keyset?" + query).body, listing);
  }

  static std::vector<std::string> Split(const std::string& body, const std::string& listing) {
    std::vector<std::string> records;
    for (const std::string_view record : ElementsOf(FindField(body, listing).value_or(""))) {
      records.emplace_back(record);
    }
    return records;
  }

  /// The raw values of a field, "-" where it is missing.
  static std::vector<std::string> Values(const std::vector<std::string>& records,
                                         std::string_view key) {
    std::vector<std::string> values;
    for (const std::string& record : records) {
      values.emplace_back(FindField(record, key).value_or("-"));
    }
    return values;
  }

  std::vector<std::string> Walk(const std::string& query) {
    return simulator_.Walk("/markets/keyset?limit=100&" + query, "markets");
  }

  static bool HasRisingIds(const std::vector<std::string>& records) {
    return std::ranges::is_sorted(
        Values(records, "id"), {}, [](const std::string& id) { return std::stoi(Unquoted(id)); });
  }

  SimulatorProcess simulator_{{"--markets", "400", "--events", "120"}};
};

TEST_F(DriftE2eTest, CapsPages) {
  Drift("page-cap%3D7");
  EXPECT_THAT(Page("limit=100&closed=true"), SizeIs(7));
  EXPECT_THAT(Page("limit=3&closed=true"), SizeIs(3));
  EXPECT_THAT(Page("limit=100&closed=true", "events"), SizeIs(7));
  EXPECT_THAT(
      simulator_.Walk("/markets/keyset?limit=50&closed=true", "markets"),
      SizeIs(std::stoul(FieldOf(simulator_.Get("/simulator/world").body, "closed_markets"))));
}

TEST_F(DriftE2eTest, IgnoresTheOrder) {
  const std::string query = "closed=true&order=createdAt&ascending=false";
  const auto by_id = Walk("closed=true");
  EXPECT_NE(Walk(query), by_id);
  Drift("order-ignored");
  EXPECT_EQ(Walk(query), by_id);
}

TEST_F(DriftE2eTest, IgnoresTheOrderOfDatesAlone) {
  const auto by_id = Walk("closed=true");
  const auto by_volume = Walk("closed=true&order=volumeNum&ascending=false");
  Drift("date-order-ignored");

  EXPECT_EQ(Walk("closed=true&order=endDate&ascending=false"), by_id);
  EXPECT_EQ(Walk("closed=true&order=volumeNum&ascending=false"), by_volume);
}

TEST_F(DriftE2eTest, ListsBothHalvesByDefault) {
  Drift("closed-default");
  EXPECT_THAT(Walk(""), SizeIs(400));
  EXPECT_THAT(Values(Walk("closed=true"), "closed"), Not(testing::Contains("false")));
  EXPECT_THAT(Values(Walk("closed=false"), "closed"), Not(testing::Contains("true")));
}

TEST_F(DriftE2eTest, IgnoresTheClosedParameter) {
  const auto open = Walk("closed=false");
  Drift("closed-ignored");
  EXPECT_EQ(Walk("closed=true"), open);
  Drift("closed-ignored,closed-default");
  EXPECT_THAT(Walk("closed=true"), SizeIs(400));
}

TEST_F(DriftE2eTest, IgnoresTheCursor) {
  Drift("cursor-ignored");
  const std::string target = "/markets/keyset?limit=10&closed=true";
  const std::string first = simulator_.Get(target).body;
  const std::string cursor = Unquoted(FieldOf(first, "next_cursor"));

  EXPECT_NE(cursor, "");
  EXPECT_EQ(simulator_.Get(target + "&after_cursor=" + cursor).body, first);
  const std::string id = Unquoted(Values(Page("closed=true"), "id")[0]);
  EXPECT_NE(FieldOf(simulator_.Get("/markets/keyset?closed=true&id=" + id).body, "next_cursor"),
            "");
}

TEST_F(DriftE2eTest, IgnoresFilters) {
  const auto all = Page("limit=5&closed=true");
  const std::string third = Unquoted(Values(all, "id")[2]);
  const std::string window = "limit=5&closed=true&end_date_min=2026-01-01&end_date_max=2026-01-31";
  EXPECT_NE(Page(window), all);
  Drift("id-filter-ignored");
  EXPECT_EQ(Page("limit=5&closed=true&id=" + third), all);
  EXPECT_NE(Page(window), all);
  Drift("date-filter-ignored");
  EXPECT_THAT(Page("limit=5&closed=true&id=" + third), SizeIs(1));
  EXPECT_EQ(Page(window), all);
}

TEST_F(DriftE2eTest, ChangesRecordsInListingsAndLookups) {
  const std::string id = Unquoted(Values(Page("closed=true"), "id")[0]);
  for (const auto& [spec, present, absent] : std::vector<std::array<std::string, 3>>{
           {"new-field", "driftedField", "none"},
           {"field-gone%3DclosedTime", "slug", "closedTime"},
           {"field-gone%3Dslug,new-field", "driftedField", "slug"}}) {
    Drift(spec);
    const std::string lookup = simulator_.Get("/markets/" + id).body;
    auto records = Page("limit=20&closed=true");
    records.push_back(lookup);
    for (const std::string& record : records) {
      EXPECT_TRUE(FindField(record, present)) << spec;
      EXPECT_FALSE(FindField(record, absent)) << spec;
    }
  }
  EXPECT_THAT(simulator_.Get("/simulator/now").body, Not(HasSubstr("driftedField")));
}

TEST_F(DriftE2eTest, WritesDatesAsMilliseconds) {
  const auto before = Values(Page("limit=100&closed=true"), "createdAt");
  Drift("date-format");
  const auto records = Page("limit=100&closed=true");
  for (const char* key : {"createdAt", "closedTime", "endDate"}) {
    for (const std::string& value : Values(records, key)) {
      EXPECT_TRUE(value == "-" || value.find_first_not_of("0123456789") == std::string::npos)
          << key << value;
    }
  }
  EXPECT_EQ(FindField(Page("limit=1", "events")[0], "createdAt").value_or("\"").find('"'),
            std::string::npos);
  Drift("");
  EXPECT_THAT(Values(Page("limit=100&closed=true"), "createdAt"), ElementsAreArray(before));
}

TEST_F(DriftE2eTest, PutsMissingDatesLastInDescendingOrder) {
  const std::string query = "closed=true&order=endDate&ascending=";
  const auto descending = Values(Walk(query + "false"), "endDate");
  ASSERT_EQ(descending.front(), "-");
  ASSERT_NE(descending.back(), "-");
  const auto ascending = Walk(query + "true");
  Drift("nulls-last");
  const auto drifted = Values(Walk(query + "false"), "endDate");

  const auto missing = static_cast<std::ptrdiff_t>(std::ranges::count(descending, "-"));
  auto expected = descending;
  std::rotate(expected.begin(), expected.begin() + missing, expected.end());
  EXPECT_EQ(drifted, expected);
  EXPECT_EQ(Walk(query + "true"), ascending);
}

TEST_F(DriftE2eTest, IsInTheTruthAsItWasServed) {
  Drift("new-field,date-format");
  const auto served = Page("limit=10&closed=true");
  Drift("field-gone%3Dslug");
  const auto events = Page("limit=10&closed=true", "events");
  Drift("");
  const std::string truth = simulator_.Get("/simulator/truth").body;

  std::string expected;
  for (const std::string& record : served) {
    expected += R"({"kind":"market","record":)" + record + "}\n";
  }
  for (const std::string& record : events) {
    expected += R"({"kind":"event","record":)" + record + "}\n";
  }
  EXPECT_EQ(truth, expected);
}

TEST_F(DriftE2eTest, LeavesTheOrderBookAlone) {
  const std::string clob = simulator_.Get("/clob/markets").body;
  Drift("page-cap%3D3,field-gone%3DconditionId,cursor-ignored,date-format");

  EXPECT_EQ(simulator_.Get("/clob/markets").body, clob);
}

TEST_F(DriftE2eTest, TakesCursorsFromBeforeTheOrderWasIgnored) {
  const std::string query = "limit=10&closed=true&order=endDate";
  const std::string first = simulator_.Get("/markets/keyset?" + query).body;
  Drift("order-ignored");
  const auto next = Page(query + "&after_cursor=" + Unquoted(FieldOf(first, "next_cursor")));

  EXPECT_FALSE(next.empty());
  EXPECT_TRUE(HasRisingIds(next));
}

TEST_F(DriftE2eTest, RefusesWhatItDoesNotKnow) {
  const Reply reply = simulator_.Post("/simulator/drift?spec=teapot");
  EXPECT_EQ(reply.status, 422);
  EXPECT_THAT(reply.body, HasSubstr("page-cap=N"));
}

TEST(DriftFlagE2e, IsThereFromTheStart) {
  const SimulatorProcess simulator({"--markets", "50", "--drift", "closed-default,page-cap=9"});
  EXPECT_THAT(simulator.Walk("/markets/keyset?limit=100", "markets"), SizeIs(50));
}

TEST(DriftFlagE2e, IsNotHiddenByTheCache) {
  const SimulatorProcess simulator({"--markets", "50", "--cdn", "300"});
  const std::string before = simulator.Get("/markets/keyset?closed=true").body;
  simulator.Post("/simulator/drift?spec=page-cap%3D1");

  EXPECT_LT(simulator.Get("/markets/keyset?closed=true").body.size(), before.size());
}

}  // namespace
}  // namespace polyhouse
