// Small inputs that went wrong once, read by the whole program.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

/// A run of `up --once` over one case.
class OddRecords : public testing::Test {
 protected:
  void Read(const std::string& name, const std::vector<std::string>& more = {}) {
    const std::string recordings = std::string(RECORDINGS_DIR) + "/cases/" + name;
    if (!std::filesystem::exists(recordings)) GTEST_SKIP() << "There is no " << recordings;
    std::vector<std::string> arguments = {"--recordings", recordings};
    arguments.insert(arguments.end(), more.begin(), more.end());
    simulator_ = std::make_unique<Simulator>(arguments);
    polyhouse_ = std::make_unique<Polyhouse>(
        WithTables(dir_ / "data"),
        simulator_->url(),
        std::vector<std::string>{"--gamma-retry-base=1ms", "--gamma-retry-cap=5ms"});
    run_ = polyhouse_->Run({"up", "--once"});
    ASSERT_EQ(run_.exit_code, 0) << run_.err;
    engine_ = polyhouse_->HoldEngine();
  }
  std::string Query(const std::string& sql) const { return polyhouse_->Query(sql); }
  /// Dead letters of a kind, and all.
  std::string Letters(const std::string& kind) const {
    const std::string of_kind = polyhouse_->Run({"dlq", "list", "--json", "--kind", kind}).out;
    const std::string all = polyhouse_->Run({"dlq", "list", "--json"}).out;
    return std::to_string(std::count(of_kind.begin(), of_kind.end(), '\n')) + " of " +
           std::to_string(std::count(all.begin(), all.end(), '\n'));
  }

  const ScratchDir dir_;
  std::unique_ptr<Simulator> simulator_;
  std::unique_ptr<Polyhouse> polyhouse_;
  std::unique_ptr<ChildProcess> engine_;
  RunResult run_;
};

TEST_F(OddRecords, BlankTokenIdsKeepTheirPlaceSilently) {
  ASSERT_NO_FATAL_FAILURE(Read("02-empty-token-ids"));
  EXPECT_EQ(Query("SELECT id, tokens[1] = '', tokens[2], length(tokens) FROM markets_current WHERE "
                  "id IN ('1', '2') ORDER BY id"),
            "1\t1\t222\t2\n2\t1\t\t2");
  EXPECT_EQ(Query("SELECT count() FROM markets_current"), "3");
  EXPECT_EQ(Letters("field"), "0 of 0");
}

TEST_F(OddRecords, NumbersThatAreNoneCostOnlyThemselves) {
  ASSERT_NO_FATAL_FAILURE(Read("03-nan-numbers"));
  EXPECT_EQ(Query("SELECT id, outcome_prices, volume, liquidity FROM markets_current ORDER BY id"),
            "1\t[]\t1000.25\t50.5\n2\t[0.4,0.6]\t1000.25\t\\N\n3\t[0.4,0.6]\t\\N\t50.5\n"
            "4\t[0.4,0.6]\t1000.25\t50.5");
  EXPECT_EQ(Query("SELECT volume FROM polymarket_events_current WHERE id = '900003'"), "0");
  EXPECT_EQ(Letters("field"), "4 of 4");
  EXPECT_THAT(polyhouse_->Run({"dlq", "list"}).out, HasSubstr("field outcomePrices"));
  EXPECT_THAT(run_.err, testing::ContainsRegex("markets +[0-9]+ +0 +[0-9]+ +4 +0 +3"))
      << "no dead letters, three odd rows";
  EXPECT_THAT(polyhouse_->Run({"status", "--json"}).out, HasSubstr("\"field_letters\":3"));
}

TEST_F(OddRecords, TheWinnerOfTwoOutcomesWithOneNameIsTold) {
  ASSERT_NO_FATAL_FAILURE(Read("05-same-outcome-names"));
  EXPECT_EQ(Query("SELECT id, winner, winner_index FROM markets_current ORDER BY id"),
            "1\tYmer\t1\n2\t\t0\n3\t\t0\n4\t\t-1");
}

TEST_F(OddRecords, DatesThatAreNoneAreNull) {
  ASSERT_NO_FATAL_FAILURE(Read("14-dates-bad"));
  EXPECT_EQ(Query("SELECT id, end_date FROM markets_current WHERE end_date IS NOT NULL ORDER BY "
                  "toUInt32(id)"),
            "7\t2026-04-20 20:35:26.000\n8\t2026-04-20 20:35:26.000\n17\t2017-01-01 "
            "00:00:00.000\n50\t2026-06-30 12:00:00.000");
  EXPECT_EQ(Query("SELECT count() FROM markets_current"), "18");
  EXPECT_EQ(Letters("field"), "12 of 12") << "two of them merely say that there is none";
}

TEST_F(OddRecords, AMarketInTwoEventsKeepsBoth) {
  ASSERT_NO_FATAL_FAILURE(Read("16-two-events-one-market"));
  EXPECT_EQ(Query("SELECT id, event_id, event_ids FROM markets_current ORDER BY id"),
            "1\t900001\t['900001','900002']\n3\t\t[]\n4\t\t[]\n5\t\t[]");
  EXPECT_EQ(Query("SELECT count(), countIf(event_title != '') FROM markets_with_events"), "4\t1");
}

TEST_F(OddRecords, OddNumbersAndListsAreRows) {
  ASSERT_NO_FATAL_FAILURE(Read("21-numbers"));
  EXPECT_EQ(Query("SELECT count(), countIf(volume IS NULL) FROM markets_current"), "14\t6");
  EXPECT_EQ(Query("SELECT volume, liquidity FROM markets_current WHERE id = '1'"), "1e-7\t1500");
  EXPECT_EQ(Query("SELECT outcomes FROM markets_current WHERE id = '13'"), "['Yes','']");
  EXPECT_EQ(Query("SELECT outcome_prices FROM markets_current WHERE id IN ('12', '14')"),
            "[nan,nan]\n[nan,nan]");
  EXPECT_EQ(Letters("field"), "7 of 7");
}

TEST_F(OddRecords, MarketsAreLinkedByTheIdOfTheirEvent) {
  ASSERT_NO_FATAL_FAILURE(Read("24-same-slug-twice"));
  EXPECT_EQ(Query("SELECT id, event_title FROM markets_with_events ORDER BY id"), "1\tOld\n2\tNew");
}

/// It was asked again for ever, and the backfill never began.
TEST_F(OddRecords, AnApiThatIgnoresTheHalfIsReadToItsEnd) {
  ASSERT_NO_FATAL_FAILURE(Read("27-closed-filter-ignored", {"--drift", "closed-ignored"}));
  EXPECT_EQ(Query("SELECT id, closed FROM markets_current ORDER BY id"), "1\tfalse\n2\tfalse");
  EXPECT_THAT(run_.err, HasSubstr("asked for one half of its records and sends the other"));
}

TEST_F(OddRecords, TagsMayBeBareStringsOrHaveNoLabel) {
  ASSERT_NO_FATAL_FAILURE(Read("28-tags-bare-strings"));
  EXPECT_EQ(Query("SELECT tags FROM polymarket_events_current ORDER BY id"),
            "['Crypto','Bitcoin']\n['elections','Macro']");
  EXPECT_EQ(Letters("field"), "0 of 0");
}

}  // namespace
}  // namespace polyhouse
