#include "flow/listing/row_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_listing.h"

namespace polyhouse {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

Timestamp At(std::int64_t ms) {
  return Timestamp(milliseconds(ms));
}

SteadyTime SteadyAt(std::int64_t ms) {
  return SteadyTime(milliseconds(ms));
}

/// An index to which rows are told as PageStore does.
class RowIndexTest : public testing::Test {
 protected:
  RowIndex::Verdict Meet(const ListedRow& row, std::uint64_t version, std::int64_t now) {
    const RowIndex::Fetch fetch{
        version, SteadyAt(static_cast<std::int64_t>(version)), SteadyAt(now), At(now), At(now)};
    const auto verdict = index_.Judge(row, fetch);
    index_.Accept(row, verdict, fetch);
    return verdict;
  }

  static ListedRow Open(const std::string& id, std::uint64_t hash) {
    return {.id = id, .hash = hash};
  }
  static ListedRow Closed(const std::string& id, std::uint64_t hash) {
    return {.id = id, .hash = hash, .closed = true};
  }
  static ListedRow Settled(const std::string& id, std::uint64_t hash) {
    return {.id = id, .hash = hash, .closed = true, .settled = true};
  }

  RowIndex index_;
};

TEST_F(RowIndexTest, StoresWhatIsNewOrDiffersAndNothingElse) {
  EXPECT_TRUE(Meet(Open("7", 1), 100, 110).store);
  EXPECT_FALSE(Meet(Open("7", 1), 200, 210).store);
  EXPECT_TRUE(Meet(Open("7", 2), 300, 310).store);
  EXPECT_FALSE(Meet(Open("7", 2), 400, 410).store);
}

TEST_F(RowIndexTest, ForgetsASettledRecordButDoesNotStoreItAgain) {
  Meet(Open("7", 1), 100, 110);

  EXPECT_TRUE(Meet(Settled("7", 2), 200, 210).store);

  EXPECT_EQ(index_.Find("7"), nullptr);
  EXPECT_FALSE(Meet(Settled("7", 2), 300, 310).store);
}

/// What settled, opened again and was then given up is not what it was when it settled.
TEST_F(RowIndexTest, DoesNotTakeARecordForTheOneThatSettledBeforeItOpenedAgain) {
  Meet(Settled("7", 1), 100, 110);
  Meet(Open("7", 2), 200, 210);
  index_.Forget("7");

  EXPECT_TRUE(Meet(Settled("7", 1), 300, 310).store);
}

/// Two lanes had asked at once; whose answer is newer nobody knows, so it is asked for once more.
TEST_F(RowIndexTest, LooksARecordUpAgainWhenTwoAnswersThatWereUnderWayAtOnceDiffer) {
  Meet(Settled("7", 2), 200, 260);

  const auto verdict = Meet(Open("7", 1), 250, 270);

  EXPECT_TRUE(verdict.store);
  EXPECT_EQ(index_.Find("7")->phase, RowPhase::kMissing);
  EXPECT_TRUE(index_.HasUrgent());
  EXPECT_TRUE(Meet(Settled("7", 2), 280, 290).store);
  EXPECT_FALSE(index_.HasUrgent());
}

/// A third answer that was under way with both said what the second did, and the first one was
/// right.
TEST_F(RowIndexTest, StaysInDoubtUntilAnAnswerThatWasAskedForAfterTheOthersCame) {
  Meet(Settled("7", 1), 200, 260);
  Meet(Settled("7", 2), 210, 270);

  Meet(Settled("7", 2), 220, 280);
  EXPECT_TRUE(index_.HasUrgent());

  EXPECT_TRUE(Meet(Settled("7", 1), 290, 300).store);
  EXPECT_FALSE(index_.HasUrgent());
}

/// Eight requests in one millisecond get eight versions, the last of which are of the future.
TEST_F(RowIndexTest, GoesByWhenARequestWasSentNotByItsVersion) {
  Meet(Settled("7", 1), 200, 203);
  const RowIndex::Fetch fetch{205, SteadyAt(200), SteadyAt(210), At(210)};

  const auto verdict = index_.Judge(Settled("7", 2), fetch);

  ASSERT_TRUE(verdict.known);
  EXPECT_EQ(verdict.known->phase, RowPhase::kMissing);
}

TEST_F(RowIndexTest, BelievesAnAnswerThatWasAskedForAfterTheOtherHadCome) {
  Meet(Open("7", 1), 100, 110);

  Meet(Closed("7", 2), 111, 120);

  EXPECT_EQ(index_.Find("7")->phase, RowPhase::kClosed);
}

TEST_F(RowIndexTest, MissesOnlyWhatWasOpenBeforeTheWalkBegan) {
  Meet(Open("1", 1), 100, 110);
  Meet(Open("2", 1), 100, 110);
  Meet(Closed("3", 1), 100, 110);
  Meet(Open("4", 1), 500, 510);
  IdSet seen;
  seen.Insert("1");

  EXPECT_THAT(index_.NotIn(seen, {400, SteadyAt(400)}), ElementsAre("2"));
}

TEST_F(RowIndexTest, AsksFirstForWhatWentMissing) {
  Meet(Closed("1", 1), 100, 110);
  Meet(Open("2", 1), 100, 110);
  KnownRow missing = *index_.Find("2");
  missing.phase = RowPhase::kMissing;
  index_.Set("2", missing);

  EXPECT_THAT(index_.Due(SteadyAt(200), 10), ElementsAre("2", "1"));
  EXPECT_THAT(index_.Due(SteadyAt(200), 1), ElementsAre("2"));
}

/// The end of a five-minute market is known: there is no need to wait until a walk misses it.
TEST_F(RowIndexTest, AsksForAnOpenRecordWhenItsEndHasPassedByTheApisOwnTime) {
  ListedRow row = Open("1", 1);
  row.end = At(5'000);
  row.touched = At(1'000);
  Meet(row, 10'000, 10'010);
  EXPECT_THAT(index_.Due(SteadyAt(20'000), 10), IsEmpty());

  ListedRow newer = Open("2", 1);
  newer.touched = At(6'000);
  Meet(newer, 20'000, 20'010);

  EXPECT_THAT(index_.Due(SteadyAt(20'020), 10), ElementsAre("1"));
}

TEST_F(RowIndexTest, AsksTheMoreRarelyTheOlderARecordIs) {
  const SettleTimes times{.interval = milliseconds(60'000)};
  const Timestamp now = At(1'000'000'000);
  KnownRow row{.since = now};

  EXPECT_EQ(index_.WaitUntilAsk(row, now, times), milliseconds(60'000));
  row.since = now - hours(8);
  EXPECT_EQ(index_.WaitUntilAsk(row, now, times), hours(1));
  row.since = now - hours(24 * 300);
  EXPECT_EQ(index_.WaitUntilAsk(row, now, times), hours(6));
}

TEST_F(RowIndexTest, ReadsBackWhatItKeeps) {
  const KnownRow row{.hash = 0xfedcba9876543210,
                     .version = 1'764'000'000'000,
                     .phase = RowPhase::kMissing,
                     .over = At(-5),
                     .since = At(42)};

  const auto read = ParseKnownRow(ToText(row));

  ASSERT_TRUE(read);
  EXPECT_EQ(ToText(row), "fedcba9876543210 1764000000000 missing -5 42");
  EXPECT_EQ(ToText(*read), ToText(row));
  for (const char* text :
       {"", "1 2 open 3", "x 2 open 3 4", "1 2 lost 3 4", "1 2 open 3 4 5 6", "1 2 open 3 4 x"}) {
    EXPECT_FALSE(ParseKnownRow(text)) << text;
  }
}

/// Looks again after 100, 1,000 and 10,000 ms.
class LookAgainTest : public RowIndexTest {
 protected:
  LookAgainTest() {
    index_ = RowIndex({milliseconds(100), milliseconds(1'000), milliseconds(10'000)});
  }

  static ListedRow SettledAt(std::int64_t closed_at, std::uint64_t hash = 2) {
    ListedRow row = Settled("7", hash);
    row.closed_at = At(closed_at);
    return row;
  }
  bool IsDue(std::int64_t now) const { return !index_.Due(SteadyAt(now), 10).empty(); }
};

TEST_F(LookAgainTest, LooksAtASettledRecordThreeTimesAndForgetsIt) {
  Meet(Open("7", 1), 400, 410);
  Meet(SettledAt(500), 510, 520);

  EXPECT_FALSE(IsDue(599));
  EXPECT_TRUE(IsDue(600));
  EXPECT_FALSE(Meet(SettledAt(500), 610, 620).store);
  EXPECT_FALSE(IsDue(1'499));
  EXPECT_TRUE(IsDue(1'500));
  Meet(SettledAt(500), 1'510, 1'520);
  EXPECT_TRUE(IsDue(10'500));
  Meet(SettledAt(500), 10'510, 10'520);
  EXPECT_EQ(index_.Find("7"), nullptr);
}

TEST_F(LookAgainTest, StoresWhatTheApiCorrects) {
  Meet(SettledAt(500), 510, 520);

  EXPECT_TRUE(Meet(SettledAt(500, 3), 610, 620).store);
}

TEST_F(LookAgainTest, FollowsARecordThatIsNotSettledAnyMore) {
  Meet(SettledAt(500), 510, 520);

  Meet(Closed("7", 3), 610, 620);

  EXPECT_EQ(index_.Find("7")->phase, RowPhase::kClosed);
}

TEST_F(LookAgainTest, LetsAloneWhatClosedLongAgo) {
  Meet(SettledAt(500), 10'600, 10'610);

  EXPECT_EQ(index_.Find("7"), nullptr);
}

TEST_F(LookAgainTest, CatchesUpWithTheLastLookAfterALongStop) {
  Meet(SettledAt(500), 510, 520);
  const std::string text = ToText(*index_.Find("7"));
  RowIndex next({milliseconds(100), milliseconds(1'000), milliseconds(10'000)});

  next.Load({{"7", text}}, SteadyAt(700), At(700));
  EXPECT_TRUE(next.Due(SteadyAt(1'499), 10).empty()) << "only what is still to come";
  next.Load({{"7", text}}, SteadyAt(99'000), At(99'000));
  EXPECT_FALSE(next.Due(SteadyAt(99'000), 10).empty());
}

/// A clock that is set back must not put the looks off for as long as it was set back.
TEST_F(LookAgainTest, CountsFromNowWhenTheCloseLiesAhead) {
  Meet(SettledAt(900'000), 510, 520);

  EXPECT_TRUE(IsDue(620));
}

TEST_F(RowIndexTest, SaysOnceWhatCannotBeReadOfARecord) {
  ListedRow odd = Open("7", 1);
  odd.unreadable = "field volume: expected a decimal number, found \"NaN\"";

  EXPECT_TRUE(Meet(odd, 100, 110).is_odd_anew);
  odd.hash = 2;
  EXPECT_FALSE(Meet(odd, 200, 210).is_odd_anew) << "all else may change";
  RowIndex next;
  next.Load({{"7", ToText(*index_.Find("7"))}}, SteadyAt(300), At(300));
  EXPECT_FALSE(next.Judge(odd, {300, SteadyAt(300), SteadyAt(310), At(310)}).is_odd_anew)
      << "nor after a restart";
  odd.unreadable = "field volume: something else";
  EXPECT_TRUE(Meet(odd, 400, 410).is_odd_anew);
  EXPECT_FALSE(Meet(Open("7", 2), 500, 510).is_odd_anew);
}

}  // namespace
}  // namespace polyhouse
