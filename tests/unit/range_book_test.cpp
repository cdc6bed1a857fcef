#include "flow/listing/range_book.h"

#include <set>

#include "flow/listing/backfill_lane.h"
#include "unit/ingester_fixture.h"

namespace polyhouse {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

std::int64_t Day(int number) {
  const Timestamp time = sys_days(year(2025) / 1 / 1) + days(number);
  return time.time_since_epoch().count();
}

class RangeBookTest : public IngesterTest {
 protected:
  RangeBookTest() { MakeBook(); }

  void MakeBook() {
    Restart();
    book_.emplace(pages_->source(), BackfillShape::kRanges, SaveAnewIn(*pages_));
    EXPECT_THAT(book_->Load(), IsOk());
    lanes_.clear();
  }
  /// `count` walkers that take turns until nothing is left.
  void WalkToEnd(std::size_t count, std::size_t most_steps = 1'000) {
    while (lanes_.size() < count) lanes_.push_back(std::make_unique<BackfillLane>(*tools_, *book_));
    for (std::size_t step = 0; !book_->IsDone(); ++step) {
      ASSERT_LT(step, most_steps) << "the backfill does not end";
      Lane& lane = *lanes_[step % count];
      const auto progress = lane.Step({});
      if (!progress && progress.error().kind == ErrorKind::kRejected) {
        ASSERT_THAT(lane.Restart(), IsOk());
      } else {
        ASSERT_THAT(progress, IsOk());
      }
    }
  }
  void FillListing() {
    for (std::uint64_t id = 1; id <= 300; ++id) {
      auto& half = id % 3 == 0 ? listing_.open : listing_.closed;
      half.push_back(id);
      // Dense in a few weeks, thin elsewhere, several on one day, some without a date.
      if (id % 17 != 0) listing_.ends[id] = Day(static_cast<int>(id < 200 ? id / 9 : id * 3));
    }
  }
  std::vector<std::uint64_t> AllIds() const {
    std::vector<std::uint64_t> ids = listing_.open;
    ids.insert(ids.end(), listing_.closed.begin(), listing_.closed.end());
    return ids;
  }
  /// Each id that was stored, once.
  std::set<std::uint64_t> DistinctIds() const {
    const auto ids = StoredIds();
    return {ids.begin(), ids.end()};
  }
  std::vector<Range> Ranges() const {
    std::vector<Range> ranges;
    const auto fields = streams_.OpenAdmin()->Fields("state:polymarket_markets_ranges");
    for (const auto& [number, text] : ValueOf(fields)) ranges.push_back(*ParseRange(text));
    return ranges;
  }

  std::optional<RangeBook> book_;
  std::vector<std::unique_ptr<BackfillLane>> lanes_;
};

TEST_F(RangeBookTest, CoversAListingWithOneWalkerOrWithMany) {
  FillListing();
  for (const std::size_t walkers : {1U, 2U, 7U}) {
    ASSERT_THAT(pages_->source().Append({.set = {{pages_->source().Key("_cursor"), ""}}}), IsOk());
    MakeBook();

    WalkToEnd(walkers);

    EXPECT_THAT(DistinctIds(), UnorderedElementsAreArray(AllIds())) << walkers;
    EXPECT_EQ(State("_cursor"), "done");
  }
}

TEST_F(RangeBookTest, SplitsARangeThatIsTooLargeWhileItIsRead) {
  for (std::uint64_t id = 1; id <= 200; ++id) {
    listing_.open.push_back(id);
    listing_.ends[id] = Day(static_cast<int>(id));
  }

  WalkToEnd(4);

  // All of them end in 2025.
  std::size_t in_2025 = 0;
  for (const Range& range : Ranges()) {
    const bool is_there = range.kind == RangeKind::kDated && range.from &&
                          range.half == OpenState::kOpen &&
                          range.from->time_since_epoch().count() >= Day(0) &&
                          range.from->time_since_epoch().count() < Day(365);
    in_2025 += is_there ? 1 : 0;
  }
  EXPECT_GT(in_2025, 2U);
  EXPECT_THAT(DistinctIds(), UnorderedElementsAreArray(AllIds()));
}

/// A split that could not be saved was there in memory only: the range it had made was nobody's,
/// and after a restart its rows were never read.
TEST_F(RangeBookTest, LosesNothingWhenASplitCannotBeSaved) {
  for (std::uint64_t id = 1; id <= 200; ++id) {
    listing_.open.push_back(id);
    listing_.ends[id] = Day(static_cast<int>(id));
  }
  FlakyStreamWriter flaky(*writer_);
  PageStore pages(kMarketListing, flaky, clock_);
  ASSERT_THAT(pages.Load(), IsOk());
  RangeBook book(pages.source(), BackfillShape::kRanges, SaveAnewIn(pages));
  ASSERT_THAT(book.Load(), IsOk());
  BackfillLane walker({listing_, pages, events_, halves_}, book);
  // Until there is something to split, which then cannot be saved.
  bool refused = false;
  for (int steps = 0; !refused; ++steps) {
    ASSERT_LT(steps, 100) << "there was nothing to split";
    ASSERT_THAT(walker.Step({}), IsOk());
    flaky.failures = 1;
    refused = !book.Take().has_value();
    flaky.failures = 0;
  }
  flaky.failures = 0;
  MakeBook();

  WalkToEnd(3);

  EXPECT_THAT(DistinctIds(), UnorderedElementsAreArray(AllIds()));
}

TEST_F(RangeBookTest, LeavesNoGapBetweenTheRangesOfAHalf) {
  FillListing();
  WalkToEnd(5);

  for (const OpenState half : {OpenState::kOpen, OpenState::kClosed}) {
    std::map<std::int64_t, std::int64_t> ranges;
    constexpr std::int64_t kStart = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
    for (const Range& range : Ranges()) {
      if (range.half != half || range.kind != RangeKind::kDated) continue;
      EXPECT_TRUE(range.done);
      ranges[range.from ? range.from->time_since_epoch().count() : kStart] =
          range.to ? range.to->time_since_epoch().count() : kEnd;
    }
    std::int64_t at = kStart;
    for (const auto& [from, to] : ranges) {
      EXPECT_EQ(from, at);
      at = to;
    }
    EXPECT_EQ(at, kEnd);
  }
}

TEST_F(RangeBookTest, GoesOnWhereEachRangeStoodInANewProcess) {
  FillListing();
  for (int process = 0; process < 40 && !book_->IsDone(); ++process) {
    for (int walker = 0; walker < 3; ++walker) {
      BackfillLane lane(*tools_, *book_);
      for (int step = 0; step < 3; ++step) ASSERT_THAT(lane.Step({}), IsOk());
      // It dies with its range taken; the next walker of this process takes another one.
    }
    MakeBook();
  }

  EXPECT_TRUE(book_->IsDone());
  EXPECT_THAT(DistinctIds(), UnorderedElementsAreArray(AllIds()));
}

TEST_F(RangeBookTest, ReadsTheOpenHalfToItsEndBeforeItBeginsTheClosedOne) {
  FillListing();

  WalkToEnd(6);

  bool closed_began = false;
  for (const PageRequest& request : listing_.requests) {
    closed_began = closed_began || request.state == OpenState::kClosed;
    EXPECT_FALSE(closed_began && request.state == OpenState::kOpen);
  }
}

/// Its bounds rest on the order: an API that does not keep it is read whole, by id.
TEST_F(RangeBookTest, ReadsAHalfWholeWhenTheApiDoesNotGiveRowsByEndDate) {
  FillListing();
  // Without this the ends rise with the ids.
  listing_.ends[2] = Day(900);
  listing_.ends[3] = Day(900);
  listing_.order_ignored = true;

  WalkToEnd(3);

  EXPECT_THAT(DistinctIds(), UnorderedElementsAreArray(AllIds()));
  for (const Range& range : Ranges()) EXPECT_EQ(range.kind, RangeKind::kWhole);
}

/// The page was on its way when its range was given up; what it left behind looked like a range
/// that was never read to its end.
TEST_F(RangeBookTest, LeavesNothingOfARangeThatWasGivenUpWhileAPageOfItWasStored) {
  FillListing();
  const auto range = ValueOf(book_->Take());
  ASSERT_TRUE(range);
  Range next = *range;
  next.begun = 7;
  next.cursor = "somewhere";
  const AppendTransaction on_its_way = book_->Advance(next);
  ASSERT_THAT(book_->FallBack(), IsOk());
  ASSERT_THAT(pages_->source().Append(on_its_way), IsOk());
  EXPECT_TRUE(book_->Accept(next, 0).done);

  WalkToEnd(2);

  for (const Range& each : Ranges()) {
    EXPECT_TRUE(each.done);
    EXPECT_EQ(each.kind, RangeKind::kWhole);
  }
}

TEST_F(RangeBookTest, TakesUpABackfillThatWasBegunBeforeThereWereRanges) {
  FillListing();
  ASSERT_THAT(pages_->source().Append({.set = {{pages_->source().Key("_cursor"), "closed 100"}}}),
              IsOk());
  MakeBook();

  WalkToEnd(2);

  EXPECT_THAT(listing_.Asked().front(), HasSubstr("closed asc after 100"));
  EXPECT_EQ(State("_cursor"), "done");
}

TEST(Range, IsReadBack) {
  const Range range{.number = 12,
                    .half = OpenState::kClosed,
                    .kind = RangeKind::kDated,
                    .from = Timestamp(std::chrono::milliseconds(-1)),
                    .reached = Timestamp(std::chrono::milliseconds(5)),
                    .begun = 99,
                    .cursor = "a b  c"};

  const auto read = ParseRange(ToText(range));

  ASSERT_TRUE(read);
  EXPECT_EQ(ToText(*read), ToText(range));
  EXPECT_EQ(read->cursor, "a b  c");
  EXPECT_EQ(read->WalkName(), "closed/12/99");
  EXPECT_FALSE(ParseRange("1 open whole - - - - 0 active"));
  EXPECT_FALSE(ParseRange("x open whole - - - - 0 active "));
}

}  // namespace
}  // namespace polyhouse
