#include "flow/row_index.h"

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
        version, SteadyAt(static_cast<std::int64_t>(version)), SteadyAt(now), At(now)};
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
  for (const char* text : {"", "1 2 open 3", "x 2 open 3 4", "1 2 lost 3 4", "1 2 open 3 4 5"}) {
    EXPECT_FALSE(ParseKnownRow(text)) << text;
  }
}

}  // namespace
}  // namespace polyhouse
