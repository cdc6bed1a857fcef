#include "flow/listing/range_book.h"
#include "flow/listing/refresh_lane.h"
#include "flow/listing/settle_lane.h"
#include "flow/listing/token_lane.h"
#include "flow/wanted_tokens.h"
#include "unit/ingester_fixture.h"

namespace polyhouse {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// The lanes that keep what is stored up to date, after a backfill.
class FreshnessLanesTest : public IngesterTest {
 protected:
  FreshnessLanesTest() {
    EXPECT_THAT(pages_->source().Append({.set = {{pages_->source().Key("_cursor"), "done"}}}),
                IsOk());
  }

  /// One round each, a second after what was before.
  void Refresh() {
    clock_.Advance(milliseconds(1'000));
    RefreshLane lane(*tools_);
    RunRound(lane);
  }
  void Settle() {
    clock_.Advance(milliseconds(1'000));
    RunRound(settle_lane_.emplace(*tools_, options_));
  }
  static void RunRound(Lane& lane) {
    for (int steps = 0; steps < 100; ++steps) {
      const auto progress = lane.Step({});
      ASSERT_THAT(progress, IsOk());
      if (*progress == LaneProgress::kRound) return;
    }
    FAIL() << "the round does not end";
  }

  std::vector<LedgerRow> Ledger() const {
    std::vector<LedgerRow> rows;
    EntryDecoder<LedgerRow> decoder;
    for (const Entry& entry : streams_.EntriesOf("stream:ingest_ledger")) {
      rows.push_back(ValueOf(decoder.Decode(entry.data)));
    }
    return rows;
  }
  Market Newest(std::uint64_t id) const {
    Market newest;
    EntryDecoder<Market> decoder;
    for (const Entry& entry : streams_.EntriesOf("stream:markets")) {
      Market market = ValueOf(decoder.Decode(entry.data));
      if (market.id.value() == std::to_string(id) && market.version >= newest.version) {
        newest = std::move(market);
      }
    }
    return newest;
  }

  SettleOptions options_{.times = {.interval = milliseconds(1'000)}, .batch = 2};
  std::optional<SettleLane> settle_lane_;
};

TEST_F(FreshnessLanesTest, StoresNothingAgainThatDidNotChange) {
  listing_.open = {1, 2, 3, 4, 5};
  Refresh();
  ASSERT_EQ(StoredIds().size(), 5U);

  listing_.questions[3] = "another one";
  Refresh();
  Restart();
  Refresh();

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2, 3, 4, 5, 3));
  EXPECT_EQ(Newest(3).question, "another one");
}

TEST_F(FreshnessLanesTest, FollowsAMarketThroughItsCloseToItsResult) {
  listing_.open = {1, 2, 3};
  Refresh();
  listing_.open = {1, 3};
  listing_.closed = {2};
  Refresh();
  EXPECT_TRUE(pages_->HasUrgent());

  Settle();
  EXPECT_TRUE(Newest(2).closed);
  EXPECT_FALSE(pages_->HasUrgent());
  EXPECT_EQ(pages_->CountOf(RowPhase::kClosed), 1U);

  listing_.resolved = {2};
  Settle();
  EXPECT_EQ(Newest(2).resolution_status, "resolved");
  EXPECT_EQ(pages_->CountOf(RowPhase::kClosed), 0U);
  const std::size_t asked = listing_.requests.size();
  Settle();
  EXPECT_EQ(listing_.requests.size(), asked) << "nothing is left to ask for";
}

TEST_F(FreshnessLanesTest, KnowsInANewProcessWhatItHadToFollow) {
  listing_.open = {1, 2, 3};
  Refresh();
  listing_.open = {1, 3};
  listing_.closed = {2};
  Restart();
  Refresh();
  Restart();

  Settle();

  EXPECT_TRUE(Newest(2).closed);
}

TEST_F(FreshnessLanesTest, TakesBackWhatIsOpenAgain) {
  listing_.open = {1, 2};
  Refresh();
  listing_.open = {1};
  Refresh();
  listing_.open = {1, 2};

  Settle();

  EXPECT_EQ(pages_->CountOf(RowPhase::kOpen), 2U);
  EXPECT_THAT(StoredIds(), ElementsAre(1, 2));
}

TEST_F(FreshnessLanesTest, MarksAnArchivedRecordAndAsksNoMore) {
  listing_.open = {1, 2};
  Refresh();
  listing_.open = {1};
  listing_.archived = {2};
  Refresh();

  Settle();

  EXPECT_TRUE(Newest(2).archived);
  EXPECT_THAT(listing_.lookups, ElementsAre("2"));
  Settle();
  EXPECT_EQ(listing_.lookups.size(), 1U);
}

/// Disappearing is not being deleted: the row stays, and the ledger says what became of it.
TEST_F(FreshnessLanesTest, MarksWhatTheApiDeniesTwiceAsGoneInTheLedger) {
  listing_.open = {1, 2};
  Refresh();
  listing_.open = {1};
  Refresh();

  Settle();
  EXPECT_EQ(State("_gone"), "");
  clock_.Advance(milliseconds(2'000));
  Settle();

  EXPECT_EQ(State("_gone"), "1");
  EXPECT_EQ(Ledger().back().status, "gone");
  EXPECT_EQ(Ledger().back().first_id, "2");
  EXPECT_THAT(StoredIds(), UnorderedElementsAre(1, 2));
}

TEST_F(FreshnessLanesTest, SaysSoWhenItGivesARecordUp) {
  options_.times.give_up = hours(48);
  listing_.closed = {2};
  listing_.open = {1};
  ListingPage page = ValueOf(listing_.Fetch({.state = OpenState::kClosed, .version = 1}, {}));
  ASSERT_THAT(StorePage(page, pages_->source().NextVersion()), IsOk());
  Settle();
  EXPECT_EQ(pages_->CountOf(RowPhase::kClosed), 1U);

  clock_.Advance(hours(49));
  Settle();

  EXPECT_EQ(pages_->CountOf(RowPhase::kClosed), 0U);
  EXPECT_EQ(State("_given_up"), "1");
  EXPECT_EQ(Ledger().back().status, "gave_up");
  EXPECT_EQ(events_.Snapshot().ingesters["markets"].given_up, 1U);
}

/// A machine whose clock jumps ahead used to give up all that waited.
TEST_F(FreshnessLanesTest, GivesNothingUpBecauseTheClockJumps) {
  options_.times.give_up = hours(48);
  listing_.closed = {2};
  ListingPage page = ValueOf(listing_.Fetch({.state = OpenState::kClosed, .version = 1}, {}));
  ASSERT_THAT(StorePage(page, pages_->source().NextVersion()), IsOk());

  clock_.SetWallClock(hours(24 * 60));
  Settle();

  EXPECT_EQ(pages_->CountOf(RowPhase::kClosed), 1U);
  EXPECT_EQ(State("_given_up"), "");
}

/// A process that began after the jump has no steady clock from before it; the API's time did not
/// jump.
TEST_F(FreshnessLanesTest, GivesNothingUpBecauseTheClockJumpedBeforeItBegan) {
  options_.times.give_up = hours(48);
  listing_.closed = {2};
  listing_.touched = clock_.Now();
  ListingPage page = ValueOf(listing_.Fetch({.state = OpenState::kClosed, .version = 1}, {}));
  ASSERT_THAT(StorePage(page, pages_->source().NextVersion()), IsOk());

  clock_.SetWallClock(hours(24 * 60));
  Restart();
  Settle();
  EXPECT_EQ(pages_->CountOf(RowPhase::kClosed), 1U);
  EXPECT_EQ(State("_given_up"), "");

  listing_.touched = clock_.Now();
  clock_.Advance(hours(7));
  Settle();
  EXPECT_EQ(pages_->CountOf(RowPhase::kClosed), 0U) << "the API's time has gone on, too";
  EXPECT_EQ(State("_given_up"), "1");
}

TEST_F(FreshnessLanesTest, AsksOneByOneWhenTheApiIgnoresTheIdsItIsAskedFor) {
  listing_.open = {1, 2, 3, 4};
  Refresh();
  listing_.open = {1, 3, 4};
  listing_.closed = {2, 9};
  Refresh();
  listing_.ids_ignored = true;

  Settle();

  EXPECT_TRUE(Newest(2).closed);
  EXPECT_THAT(listing_.lookups, ElementsAre("2"));
}

TEST_F(FreshnessLanesTest, DoesNotMissWhatAnInterruptedWalkDidNotReach) {
  listing_.open = {1, 2, 3, 4};
  Refresh();
  clock_.Advance(milliseconds(1'000));
  RefreshLane lane(*tools_);
  ASSERT_THAT(lane.Step({}), IsOk());

  ASSERT_THAT(lane.Restart(), IsOk());
  RunRound(lane);

  EXPECT_FALSE(pages_->HasUrgent());
}

TEST_F(FreshnessLanesTest, WritesARowOfTheLedgerForEachPageThatIsAChain) {
  listing_.open = {1, 2, 3, 4, 5};
  Refresh();

  const auto rows = Ledger();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].from, "");
  EXPECT_EQ(rows[1].from, rows[0].to);
  EXPECT_EQ(rows[2].from, rows[1].to);
  EXPECT_EQ(rows[2].status, "end");
  EXPECT_EQ(rows[0].walk, rows[2].walk);
  EXPECT_EQ(rows[1].first_id, "3");
  EXPECT_EQ(rows[1].last_id, "4");
  EXPECT_EQ(rows[1].changed, 2U);
  EXPECT_EQ(rows[0].source, "gamma/markets");
}

/// A listing that is read from its beginning must not be kept out of tables that were made anew.
TEST_F(FreshnessLanesTest, ForgetsWhatItKnewWhenTheBackfillBeginsAnew) {
  listing_.open = {1, 2};
  Refresh();
  ASSERT_THAT(pages_->source().Append({.set = {{pages_->source().Key("_cursor"), ""}}}), IsOk());
  Restart();
  RangeBook book(pages_->source(), BackfillShape::kWhole, SaveAnewIn(*pages_));
  ASSERT_THAT(book.Load(), IsOk());

  Refresh();

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2, 1, 2));
}

/// Without a backfill there is no cursor: what was open before a restart was forgotten, and stayed
/// open in the table for ever.
TEST_F(FreshnessLanesTest, KnowsWhatItHadToFollowAlsoWithoutABackfill) {
  ASSERT_THAT(pages_->source().Append({.set = {{pages_->source().Key("_cursor"), ""}}}), IsOk());
  listing_.open = {1, 2};
  Refresh();
  listing_.open = {1};
  listing_.closed = {2};
  Restart();
  Refresh();

  Settle();

  EXPECT_TRUE(Newest(2).closed);
}

/// A record that cannot be read kept all others of its batch from being looked up further.
TEST_F(FreshnessLanesTest, LooksTheOthersUpWhenOneRecordCannotBeRead) {
  listing_.open = {1, 2, 3};
  Refresh();
  listing_.open = {1};
  listing_.archived = {2, 3};
  Refresh();
  listing_.replace.push_back([](ListingPage page) -> FakeListing::Answer {
    page.bad.push_back({"{\"id\":", MalformedError("cut off")});
    return page;
  });

  Settle();

  EXPECT_TRUE(Newest(2).archived);
  EXPECT_TRUE(Newest(3).archived);
}

/// An API that ignores which half it is asked for stopped the lane for ever.
TEST_F(FreshnessLanesTest, AsksOneByOneWhenTheApiAnswersWithTheOtherHalf) {
  listing_.open = {1, 2};
  Refresh();
  listing_.open = {1};
  listing_.closed = {2};
  Refresh();
  listing_.open = {1, 2};
  listing_.replace.push_back([this](const ListingPage&) -> FakeListing::Answer {
    ListingPage page;
    page.rows.push_back(AListedRow(2));
    return page;
  });

  Settle();

  EXPECT_THAT(listing_.lookups, Contains("2"));
}

/// What was traded, and no listing has brought yet.
TEST_F(FreshnessLanesTest, AsksForTheMarketsOfTokensAndMoreRarelyForThoseNobodyKnows) {
  listing_.open = {1, 2};
  listing_.closed = {3};
  const auto want = [&](const std::string& token) {
    const FieldChange change{pages_->source().Key(kWantedTokensState), token, ""};
    ASSERT_THAT(pages_->source().Append({.fields = {change}}), IsOk());
  };
  const auto wanted = [&] { return ValueOf(pages_->source().Fields(kWantedTokensState)); };
  for (const std::uint64_t market : {2U, 3U, 99U}) want(TokenOf(market).value());

  TokenLane lane(*tools_);
  RunRound(lane);

  EXPECT_THAT(StoredIds(), UnorderedElementsAre(2, 3));
  ASSERT_THAT(wanted(), testing::SizeIs(1));
  EXPECT_EQ(ParseWantedToken(wanted().at(TokenOf(99).value())).attempts, 1U);

  const auto asked = listing_.requests.size();
  RunRound(lane);
  EXPECT_EQ(listing_.requests.size(), asked) << "not due yet";
  clock_.Advance(milliseconds(31'000));
  RunRound(lane);
  EXPECT_EQ(listing_.requests.size(), asked + 2) << "in both halves";
  clock_.Advance(milliseconds(31'000));
  RunRound(lane);
  EXPECT_EQ(listing_.requests.size(), asked + 2) << "the second pause is longer";

  listing_.open.push_back(99);
  clock_.Advance(milliseconds(31'000));
  RunRound(lane);
  EXPECT_THAT(StoredIds(), Contains(99));
  EXPECT_THAT(wanted(), IsEmpty());
}

}  // namespace
}  // namespace polyhouse
