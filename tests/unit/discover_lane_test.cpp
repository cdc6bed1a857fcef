#include "flow/listing/discover_lane.h"

#include "unit/ingester_fixture.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

class DiscoverLaneTest : public IngesterTest {
 protected:
  std::unique_ptr<DiscoverLane> NewLane() {
    Restart();
    auto lane = std::make_unique<DiscoverLane>(*tools_);
    EXPECT_THAT(lane->Load(), IsOk());
    return lane;
  }

  static void OneRound(DiscoverLane& lane) {
    for (int steps = 0; steps < 100; ++steps) {
      const auto progress = lane.Step({});
      ASSERT_THAT(progress, IsOk());
      if (*progress == LaneProgress::kRound) return;
    }
    FAIL() << "the round does not end";
  }

  /// A lane that has had its first round over `open` and `closed`.
  std::unique_ptr<DiscoverLane> LaneThatKnows(std::vector<std::uint64_t> open,
                                              std::vector<std::uint64_t> closed) {
    listing_.open = std::move(open);
    listing_.closed = std::move(closed);
    auto lane = NewLane();
    OneRound(*lane);
    listing_.requests.clear();
    return lane;
  }
};

TEST_F(DiscoverLaneTest, ReadsOnePageOfEachHalfInItsFirstRoundToSetTheMark) {
  listing_.open = {1, 2, 3, 4, 5};
  listing_.closed = {6, 7, 8};
  const auto lane = NewLane();

  OneRound(*lane);

  EXPECT_THAT(listing_.Asked(), ElementsAre("open desc", "closed desc"));
  EXPECT_THAT(StoredIds(), ElementsAre(5, 4, 8, 7));
  EXPECT_EQ(State("_newest_id"), "8");
}

TEST_F(DiscoverLaneTest, ReadsOnUntilAPageBringsOnlyWhatItKnew) {
  const auto lane = LaneThatKnows({1, 2, 3}, {4});
  listing_.open = {1, 2, 3, 5, 6, 7, 8, 9};

  OneRound(*lane);

  EXPECT_THAT(listing_.Asked(),
              ElementsAre("open desc",
                          "open desc after 8",
                          "open desc after 6",
                          "open desc after 3",
                          "closed desc"));
  EXPECT_EQ(State("_newest_id"), "9");
}

/// The closed half is read later: its newest id says nothing of what was opened meanwhile.
TEST_F(DiscoverLaneTest, MissesNothingThatOpenedWhileItReadTheOpenHalf) {
  const auto lane = LaneThatKnows({1, 2, 3}, {4});
  listing_.open = {1, 2, 3, 5};
  listing_.closed = {4, 7};
  OneRound(*lane);
  listing_.open = {1, 2, 3, 5, 6, 8};

  OneRound(*lane);

  EXPECT_THAT(StoredIds(), testing::IsSupersetOf({5, 6, 7, 8}));
}

TEST_F(DiscoverLaneTest, FindsAMarketThatOpenedAndClosedBetweenTwoRounds) {
  const auto lane = LaneThatKnows({1, 2}, {3});
  listing_.closed = {3, 4, 5, 6};

  OneRound(*lane);

  EXPECT_THAT(StoredIds(), testing::IsSupersetOf({4, 5, 6}));
}

TEST_F(DiscoverLaneTest, RepeatsARoundThatDiedHalfWayFromTheOldMark) {
  LaneThatKnows({1, 2, 3}, {});
  listing_.open = {1, 2, 3, 4, 5, 6, 7, 8};
  ASSERT_THAT(NewLane()->Step({}), IsOk());
  ASSERT_EQ(State("_newest_id"), "3");

  OneRound(*NewLane());

  EXPECT_THAT(StoredIds(), testing::IsSupersetOf({4, 5, 6, 7, 8}));
  EXPECT_EQ(State("_newest_id"), "8");
}

TEST_F(DiscoverLaneTest, KeepsItsPlaceWhenAPageFails) {
  const auto lane = LaneThatKnows({1}, {});
  listing_.open = {1, 2, 3, 4, 5};
  ASSERT_THAT(lane->Step({}), IsOk());
  listing_.FailNext(TransientError("HTTP 502"));

  EXPECT_THAT(lane->Step({}), HasError(ErrorKind::kTransient));
  OneRound(*lane);

  EXPECT_THAT(StoredIds(), testing::IsSupersetOf({2, 3, 4, 5}));
}

/// Nothing can be said about how old records are that cannot be read: the round goes on below them.
TEST_F(DiscoverLaneTest, ReadsOnBelowAPageWhoseRecordsAreAllBad) {
  const auto lane = LaneThatKnows({1}, {});
  listing_.open = {1, 2, 3, 4, 5};
  listing_.replace.push_back([](ListingPage page) -> FakeListing::Answer {
    for (const ListedRow& row : page.rows) page.bad.push_back({row.data, MalformedError("x")});
    page.rows.clear();
    return page;
  });

  OneRound(*lane);

  EXPECT_THAT(StoredIds(), testing::IsSupersetOf({2, 3}));
}

TEST_F(DiscoverLaneTest, DoesNotMoveTheCursorOfTheBackfill) {
  LaneThatKnows({1, 2, 3}, {4});

  EXPECT_EQ(State("_cursor"), "");
  EXPECT_EQ(State("_offset"), "3");
}

TEST_F(DiscoverLaneTest, BeginsItsRoundAnewAfterARestart) {
  const auto lane = LaneThatKnows({1}, {});
  listing_.open = {1, 2, 3, 4, 5};
  ASSERT_THAT(lane->Step({}), IsOk());

  ASSERT_THAT(lane->Restart(), IsOk());
  ASSERT_THAT(lane->Step({}), IsOk());

  EXPECT_THAT(listing_.Asked(), ElementsAre("open desc", "open desc"));
}

}  // namespace
}  // namespace polyhouse
