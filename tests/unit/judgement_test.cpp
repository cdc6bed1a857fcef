// What verify judges by, without tables to ask: tests/e2e/verify_e2e_test.cpp asks real ones.

#include <gmock/gmock.h>

#include "checks/cursor_check.h"
#include "checks/ledger_holes.h"
#include "checks/link_check.h"
#include "checks/row_judge.h"
#include "domain/ledger.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t kNow = 1'767'400'000'000;
constexpr std::uint64_t kHour = 3'600'000;

class RowJudgement : public testing::Test {
 protected:
  static std::string Known(std::uint64_t version, RowPhase phase, std::uint64_t since = kNow) {
    return ToText(KnownRow{
        .hash = 1, .version = version, .phase = phase, .since = Timestamp(milliseconds(since))});
  }
  std::string Kinds() const { return findings_.Text(); }

  const CheckedListing listing_{.type = kMarketListing,
                                .refresh_interval = milliseconds(60'000),
                                .give_up = milliseconds(24 * kHour)};
  LedgerWitness ledger_{.newest_page = kNow, .oldest_page = kNow - 100 * kHour};
  Findings findings_;
  RowsToFetch wanted_;
  RowJudge judge_{listing_, ledger_, findings_, wanted_};
};

TEST_F(RowJudgement, FindsNothingWrongWithWhatIsAsItWasFetched) {
  judge_.JudgeKnown("1", Known(kNow, RowPhase::kOpen), kNow);
  judge_.JudgeKnown("2", Known(kNow, RowPhase::kClosed), kNow + 1);
  judge_.JudgeOpen({"1", kNow}, /*is_known=*/true);

  EXPECT_TRUE(findings_.IsClean()) << Kinds();
  EXPECT_THAT(wanted_.ids, IsEmpty());
}

TEST_F(RowJudgement, FindsWhatWasFetchedAndIsNotThereOrOlder) {
  judge_.JudgeKnown("1", Known(kNow, RowPhase::kOpen), {});
  judge_.JudgeKnown("2", Known(kNow, RowPhase::kOpen), kNow - 1);

  EXPECT_THAT(findings_.WrongOf(kLostRowFound), ElementsAre(Field(&Finding::id, "markets/1")));
  EXPECT_THAT(findings_.WrongOf("stale row"), ElementsAre(Field(&Finding::id, "markets/2")));
  EXPECT_THAT(wanted_.ids, ElementsAre("1", "2"));
}

TEST_F(RowJudgement, FindsARecordOfWhichNobodyHasFoundOutWhatBecame) {
  judge_.JudgeKnown("1", Known(kNow, RowPhase::kMissing, kNow - 23 * kHour), kNow);
  EXPECT_TRUE(findings_.IsClean()) << "the lane has time yet";

  judge_.JudgeKnown("2", Known(kNow, RowPhase::kMissing, kNow - 25 * kHour), kNow);
  EXPECT_THAT(findings_.WrongOf("stale row"), ElementsAre(Field(&Finding::id, "markets/2")));
}

TEST_F(RowJudgement, SaysThatStateCannotBeRead) {
  judge_.JudgeKnown("1", "rubbish", kNow);

  EXPECT_EQ(findings_.WrongOf("unreadable state").size(), 1U);
  EXPECT_THAT(wanted_.ids, IsEmpty()) << "the record itself is there";
}

TEST_F(RowJudgement, FindsAnOpenRowThatNobodyWatches) {
  judge_.JudgeOpen({"1", kNow}, /*is_known=*/false);

  EXPECT_THAT(findings_.WrongOf("stale row"),
              ElementsAre(Field(&Finding::what, HasSubstr("unknown to the ingester"))));
}

TEST_F(RowJudgement, LeavesRowsOfBeforeTheLedgerToTheFirstRefresh) {
  judge_.JudgeOpen({"1", ledger_.oldest_page - 1}, /*is_known=*/false);
  EXPECT_TRUE(findings_.IsClean());

  ledger_.has_refreshed = true;
  judge_.JudgeOpen({"1", ledger_.oldest_page - 1}, /*is_known=*/false);
  EXPECT_FALSE(findings_.IsClean());
}

TEST_F(RowJudgement, OnlyNotesWhatTheApiDoesNotKnowOrWasWaitedForInVain) {
  ledger_.marks = {{"1", std::string(kLedgerGone)}, {"2", std::string(kLedgerGaveUp)}};
  judge_.JudgeOpen({"1", 1}, /*is_known=*/false);
  judge_.JudgeOpen({"2", 1}, /*is_known=*/true);

  EXPECT_TRUE(findings_.IsClean());
  EXPECT_THAT(Kinds(), testing::AllOf(HasSubstr("gone"), HasSubstr("given up")));
}

TEST_F(RowJudgement, FindsAnOpenRowThatNoRefreshHasPassed) {
  ledger_.refreshed_since = kNow - kHour;
  ledger_.AddRefreshed(0, 100);
  ledger_.AddRefreshed(100, 150);
  ledger_.AddRefreshed(200, 300);
  EXPECT_THAT(ledger_.refreshed_ids, ElementsAre(testing::Pair(0, 150), testing::Pair(200, 300)));

  for (const char* id : {"1", "100", "150", "201", "300"}) {
    judge_.JudgeOpen({id, 1}, /*is_known=*/true);
  }
  judge_.JudgeOpen({"200", kNow}, /*is_known=*/true);
  EXPECT_TRUE(findings_.IsClean()) << Kinds();

  for (const char* id : {"151", "200", "301"}) judge_.JudgeOpen({id, 1}, /*is_known=*/true);
  EXPECT_THAT(wanted_.ids, ElementsAre("151", "200", "301"));
}

TEST_F(RowJudgement, TellsOneThingOfARecord) {
  judge_.JudgeKnown("1", Known(kNow, RowPhase::kOpen), {});
  judge_.JudgeHistory("1", "5", /*is_in_table=*/false);
  judge_.JudgeHistory("2", "5", /*is_in_table=*/false);
  judge_.JudgeHistory("3", "5", /*is_in_table=*/true);

  EXPECT_EQ(findings_.WrongOf(kLostRowFound).size(), 2U);
  EXPECT_EQ(findings_.WrongOf("stale row").size(), 1U);
  EXPECT_THAT(wanted_.ids, ElementsAre("1", "2", "3"));
}

LedgerHole Hole(const std::string& walk, const std::string& before) {
  return {.lane = "backfill", .walk = walk, .before = before};
}

TEST(LedgerHoles, AreNoneWhereAPageThatWasReadLaterEnds) {
  const PageEnds ends = {{"backfill", "closed/1/5", "b"}, {"refresh", "closed/1/5", "c"}};

  const auto holes = WithoutFilled(
      {Hole("closed/1/5", "b"), Hole("closed/1/5", "c"), Hole("closed/2/5", "b")}, ends);

  EXPECT_THAT(holes,
              ElementsAre(Field(&LedgerHole::before, "c"), Field(&LedgerHole::walk, "closed/2/5")));
}

TEST(LedgerHoles, AreTheWalksOfABackfillThatHaveNoEnd) {
  const CheckedListing listing{.type = kMarketListing};
  const WalkEnds walks = {{"closed/1/5", {true, "z"}}, {"closed/2/5", {false, "m"}}};
  const auto range = [](std::uint32_t number, std::uint64_t begun) {
    return Range{.number = number, .half = OpenState::kClosed, .begun = begun};
  };

  const auto holes =
      UnendedWalks({range(1, 5), range(2, 5), range(3, 5), range(4, 0)}, walks, listing);

  ASSERT_EQ(holes.size(), 2U) << "what was never begun has no walk";
  EXPECT_EQ(holes[0].walk, "closed/2/5");
  EXPECT_EQ(holes[0].after, "m");
  EXPECT_EQ(holes[1].walk, "closed/3/5");
  EXPECT_EQ(holes[1].after, "") << "no page of it is in the ledger";
}

/// Where no ranges are kept any more, a walk that was begun anew stands for those before it.
TEST(LedgerHoles, CountTheLastWalkOfEachNumber) {
  const CheckedListing listing{.type = kMarketListing};
  const WalkEnds walks = {{"closed/1/9", {false, "a"}}, {"closed/1/10", {true, ""}}};

  EXPECT_THAT(UnendedWalks({}, walks, listing), IsEmpty());
  EXPECT_EQ(
      UnendedWalks({}, {{"closed/1/9", {true, ""}}, {"closed/1/10", {false, "b"}}}, listing).size(),
      1U);
}

TEST(Positions, FitALedgerThatWasReadMeanwhile) {
  EXPECT_EQ(OffsetFault(100, 100, 100), 0);
  EXPECT_EQ(OffsetFault(105, 100, 110), 0) << "pages were read since";
  EXPECT_EQ(OffsetFault(90, 100, 110), -10);
  EXPECT_EQ(OffsetFault(113, 100, 110), 3);
}

TEST(MissingEvents, AreWrongOnlyIfTheyMustHaveBeenRead) {
  ListingFacts events;
  events.newest_id = 50;
  Findings findings;
  LinkFaults faults;
  const UnmetEvent event{{"40", "rain"}, "2", "7"};

  JudgeMissingEvent(event, events, findings, faults);
  EXPECT_TRUE(findings.IsClean()) << "the backfill goes on";
  events.backfill_is_done = true;
  JudgeMissingEvent({{"51", "snow"}, "1", "8"}, events, findings, faults);
  EXPECT_TRUE(findings.IsClean()) << "not discovered yet";
  JudgeMissingEvent({{"40", "rain"}, "2", "7", /*is_gone=*/true}, events, findings, faults);
  EXPECT_TRUE(findings.IsClean()) << "the API does not know it";
  EXPECT_THAT(faults.events, IsEmpty());

  JudgeMissingEvent(event, events, findings, faults);
  EXPECT_EQ(findings.WrongOf("missing event").size(), 1U);
  EXPECT_THAT(faults.events, ElementsAre(Field(&MissingEvent::id, "40")));
}

}  // namespace
}  // namespace polyhouse
