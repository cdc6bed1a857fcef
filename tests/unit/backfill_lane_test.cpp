#include "flow/listing/backfill_lane.h"

#include "unit/ingester_fixture.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class BackfillLaneTest : public IngesterTest {
 protected:
  /// A lane as a new process makes it.
  std::unique_ptr<BackfillLane> NewLane() {
    Restart();
    book_.emplace(pages_->source(), shape_, SaveAnewIn(*pages_));
    EXPECT_THAT(book_->Load(), IsOk());
    return std::make_unique<BackfillLane>(*tools_, *book_);
  }
  /// The cursor of the first range that is not read to its end.
  std::string Cursor() const {
    for (const auto& [number, text] :
         ValueOf(streams_.OpenAdmin()->Fields("state:polymarket_markets_ranges"))) {
      const auto range = ParseRange(text);
      if (range && !range->done) return range->cursor;
    }
    return "none";
  }

  BackfillShape shape_ = BackfillShape::kWhole;
  std::optional<RangeBook> book_;

  static void StepToEnd(BackfillLane& lane) {
    for (int steps = 0; !lane.IsDone(); ++steps) {
      ASSERT_LT(steps, 100) << "the lane does not end";
      ASSERT_THAT(lane.Step({}), IsOk());
    }
  }
};

TEST_F(BackfillLaneTest, ReadsTheOpenThenTheClosedHalfByRisingId) {
  listing_.open = {2, 4, 6, 8, 9};
  listing_.closed = {1, 3, 5};
  const auto lane = NewLane();

  StepToEnd(*lane);

  EXPECT_THAT(StoredIds(), ElementsAre(2, 4, 6, 8, 9, 1, 3, 5));
  EXPECT_THAT(
      listing_.Asked(),
      ElementsAre(
          "open asc", "open asc after 4", "open asc after 8", "closed asc", "closed asc after 3"));
  EXPECT_EQ(State("_cursor"), "done");
  EXPECT_EQ(State("_offset"), "8");
}

TEST_F(BackfillLaneTest, MeetsAMarketThatClosesWhileTheOpenOnesAreWalked) {
  listing_.open = {1, 2, 3, 4, 5};
  const auto lane = NewLane();
  ASSERT_THAT(lane->Step({}), IsOk());

  listing_.open = {1, 2, 3, 5};
  listing_.closed = {4};
  StepToEnd(*lane);

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2, 3, 5, 4));
}

TEST_F(BackfillLaneTest, ResumesAfterTheLastStoredPageInANewProcess) {
  listing_.open = {1, 2, 3, 4};
  listing_.closed = {5, 6, 7};
  for (int process = 0; process < 3; ++process) ASSERT_THAT(NewLane()->Step({}), IsOk());

  StepToEnd(*NewLane());

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(listing_.Asked(),
              ElementsAre("open asc", "open asc after 2", "closed asc", "closed asc after 6"));
}

TEST_F(BackfillLaneTest, StaysDoneInANewProcess) {
  StepToEnd(*NewLane());

  EXPECT_TRUE(NewLane()->IsDone());
}

TEST_F(BackfillLaneTest, AsksAgainBeforeItBelievesAnEmptyPage) {
  listing_.open = {1, 2, 3};
  listing_.replace.push_back(EmptyPage);
  const auto lane = NewLane();

  StepToEnd(*lane);

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2, 3));
}

TEST_F(BackfillLaneTest, DoesNotEndAtAShortPageThatHasASuccessor) {
  listing_.open = {1, 2, 3, 4};
  listing_.replace.push_back([](ListingPage page) -> FakeListing::Answer {
    page.rows.resize(1);
    page.next_cursor = "1";
    return page;
  });
  const auto lane = NewLane();

  StepToEnd(*lane);

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2, 3, 4));
}

/// N2 of the original: a failed request ended the walk as if everything had been read.
TEST_F(BackfillLaneTest, NeverTakesAnErrorForTheEnd) {
  listing_.open = {1, 2, 3};
  const auto lane = NewLane();
  ASSERT_THAT(lane->Step({}), IsOk());
  listing_.FailNext(TransientError("HTTP 500"), 3);

  for (int i = 0; i < 3; ++i) EXPECT_THAT(lane->Step({}), HasError(ErrorKind::kTransient));
  EXPECT_FALSE(lane->IsDone());
  StepToEnd(*lane);

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2, 3));
}

TEST_F(BackfillLaneTest, AsksForAPageThatLeadsNowhereFiveTimesAndThenGivesTheWalkUp) {
  listing_.open = {1, 2, 3, 4, 5};
  const auto lane = NewLane();
  ASSERT_THAT(lane->Step({}), IsOk());
  for (int i = 0; i < 5; ++i) listing_.replace.push_back(WithCursor("2"));

  for (int i = 0; i < 4; ++i) EXPECT_THAT(lane->Step({}), HasError(ErrorKind::kTransient));
  EXPECT_THAT(lane->Step({}), HasError(ErrorKind::kRejected, "5 times"));

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2));
}

TEST_F(BackfillLaneTest, GoesOnWhenAPageThatLedNowhereIsRightAgain) {
  listing_.open = {1, 2, 3, 4, 5};
  const auto lane = NewLane();
  ASSERT_THAT(lane->Step({}), IsOk());
  for (int i = 0; i < 4; ++i) listing_.replace.push_back(WithCursor("2"));
  for (int i = 0; i < 4; ++i) EXPECT_THAT(lane->Step({}), HasError(ErrorKind::kTransient));

  StepToEnd(*lane);

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(BackfillLaneTest, SaysSoWhenTheCursorOfAnEarlierRunIsRefused) {
  listing_.open = {1, 2, 3};
  ASSERT_THAT(NewLane()->Step({}), IsOk());
  listing_.FailNext(RejectedError("HTTP 422"));

  EXPECT_THAT(NewLane()->Step({}), HasError(ErrorKind::kRejected, "earlier run"));
}

TEST_F(BackfillLaneTest, BeginsAnewAfterARestartAlsoInANewProcess) {
  listing_.open = {1, 2, 3};
  const auto lane = NewLane();
  ASSERT_THAT(lane->Step({}), IsOk());

  ASSERT_THAT(lane->Restart(), IsOk());
  ASSERT_THAT(NewLane()->Step({}), IsOk());

  EXPECT_THAT(listing_.Asked(), ElementsAre("open asc", "open asc"));
}

/// N26 of the original: a record it could not read was passed over.
TEST_F(BackfillLaneTest, KeepsBadRecordsWholeTogetherWithTheCursor) {
  listing_.open = {1, 2, 3};
  listing_.replace.push_back([](ListingPage page) -> FakeListing::Answer {
    page.rows.pop_back();
    page.bad.push_back({"{\"id\":\xff}", MalformedError("field id")});
    return page;
  });
  const auto lane = NewLane();

  ASSERT_THAT(lane->Step({}), IsOk());

  const auto letters = streams_.DeadLetters();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].letter.data, "{\"id\":\xff}");
  EXPECT_EQ(letters[0].letter.form, DeadLetterForm::kApiRecord);
  EXPECT_EQ(letters[0].letter.kind, "malformed");
  EXPECT_EQ(letters[0].letter.reason, "field id");
  EXPECT_EQ(letters[0].stream.value(), "stream:markets");
  EXPECT_EQ(Cursor(), "2");
  EXPECT_EQ(State("_offset"), "2");
}

TEST_F(BackfillLaneTest, StoresNothingOfAPageThatIsRefused) {
  listing_.open = {1, 2, 3, 4};
  const auto lane = NewLane();
  ASSERT_THAT(lane->Step({}), IsOk());
  listing_.replace.push_back(WithCursor("2"));

  ASSERT_THAT(lane->Step({}), HasError(ErrorKind::kTransient));

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2));
  EXPECT_EQ(Cursor(), "2");
}

TEST_F(BackfillLaneTest, DoesNothingWhenItIsStopped) {
  listing_.open = {1};
  std::stop_source stop;
  stop.request_stop();

  EXPECT_THAT(NewLane()->Step(stop.get_token()), HasError(ErrorKind::kStopping));
  EXPECT_THAT(StoredIds(), IsEmpty());
}

TEST_F(BackfillLaneTest, TellsHowFarItIsByTheNewestId) {
  ASSERT_THAT(pages_->source().Append({.set = {{pages_->source().Key("_newest_id"), "8"}}}),
              IsOk());
  listing_.open = {1, 2, 3};
  listing_.closed = {4, 6, 8};
  const auto lane = NewLane();
  const auto share = [&] { return events_.Snapshot().ingesters["markets"].backfill_share; };

  ASSERT_THAT(lane->Step({}), IsOk());
  EXPECT_DOUBLE_EQ(share(), 2.0 / 8);
  ASSERT_THAT(lane->Step({}), IsOk());
  EXPECT_DOUBLE_EQ(share(), 3.0 / 8);
  StepToEnd(*lane);
  EXPECT_DOUBLE_EQ(share(), 1);
}

}  // namespace
}  // namespace polyhouse
