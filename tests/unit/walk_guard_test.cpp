#include "flow/listing/walk_guard.h"

#include "support/fake_listing.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

ListingPage APage(const std::vector<std::uint64_t>& ids, std::string next_cursor) {
  ListingPage page;
  for (const std::uint64_t id : ids) page.rows.push_back(AListedRow(id));
  page.next_cursor = std::move(next_cursor);
  return page;
}

TEST(WalkGuard, GoesOnAtThePagesNextCursor) {
  WalkGuard guard;

  EXPECT_EQ(guard.Check("", APage({1, 2}, "a")), WalkVerdict::kAdvance);
}

/// N4 of the original: it took a short page for the last one.
TEST(WalkGuard, GoesOnAfterAShortPage) {
  WalkGuard guard;
  guard.Accept("", APage({1, 2, 3}, "a"));

  EXPECT_EQ(guard.Check("a", APage({4}, "b")), WalkVerdict::kAdvance);
}

TEST(WalkGuard, EndsAtAPageWithoutANextCursor) {
  WalkGuard guard;

  EXPECT_EQ(guard.Check("", APage({1, 2}, "")), WalkVerdict::kEnd);
}

TEST(WalkGuard, BelievesAnEmptyLastPageOnlyTheSecondTime) {
  WalkGuard guard;

  EXPECT_EQ(guard.Check("a", APage({}, "")), WalkVerdict::kConfirm);
  EXPECT_EQ(guard.Check("a", APage({}, "")), WalkVerdict::kEnd);
}

TEST(WalkGuard, ForgetsAnEmptyPageWhenTheNextAnswerHasRecords) {
  WalkGuard guard;
  ASSERT_EQ(guard.Check("a", APage({}, "")), WalkVerdict::kConfirm);
  ASSERT_EQ(guard.Check("a", APage({1}, "b")), WalkVerdict::kAdvance);

  EXPECT_EQ(guard.Check("b", APage({}, "")), WalkVerdict::kConfirm);
}

TEST(WalkGuard, RefusesAnEmptyPageThatClaimsToHaveASuccessor) {
  WalkGuard guard;

  EXPECT_THAT(guard.Check("a", APage({}, "b")), HasError(ErrorKind::kTransient));
}

TEST(WalkGuard, RefusesAPageThatPointsAtItself) {
  WalkGuard guard;

  EXPECT_THAT(guard.Check("a", APage({1}, "a")), HasError(ErrorKind::kTransient, "cursor"));
}

TEST(WalkGuard, RefusesACursorThatWasFollowedBefore) {
  WalkGuard guard;
  guard.Accept("a", APage({1}, "b"));
  guard.Accept("b", APage({2}, "c"));

  EXPECT_THAT(guard.Check("c", APage({3}, "a")), HasError(ErrorKind::kTransient, "cursor"));
}

TEST(WalkGuard, RefusesAPageWithoutAnIdNewToTheWalk) {
  WalkGuard guard;
  guard.Accept("", APage({1, 2}, "a"));

  EXPECT_THAT(guard.Check("a", APage({2, 1}, "b")), HasError(ErrorKind::kTransient, "no id new"));
  EXPECT_THAT(guard.Check("a", APage({1}, "")), HasError(ErrorKind::kTransient, "no id new"));
}

TEST(WalkGuard, TakesAPageThatIsPartlyKnown) {
  WalkGuard guard;
  guard.Accept("", APage({1, 2}, "a"));

  EXPECT_EQ(guard.Check("a", APage({2, 3}, "b")), WalkVerdict::kAdvance);
}

TEST(WalkGuard, TakesAPageWhoseRecordsAreAllBad) {
  WalkGuard guard;
  ListingPage page;
  page.bad.push_back({"{}", MalformedError("x")});
  page.next_cursor = "a";

  EXPECT_EQ(guard.Check("", page), WalkVerdict::kAdvance);
}

TEST(WalkGuard, GivesAWalkUpThatDoesNotGetOnFiveTimesInARow) {
  WalkGuard guard;
  for (int i = 0; i < 4; ++i) {
    EXPECT_THAT(guard.Check("a", APage({1}, "a")), HasError(ErrorKind::kTransient));
  }

  EXPECT_THAT(guard.Check("a", APage({1}, "a")), HasError(ErrorKind::kRejected, "5 times"));
}

TEST(WalkGuard, CountsAnewOnceAWalkHasGotOn) {
  WalkGuard guard;
  for (int i = 0; i < 4; ++i) (void)guard.Check("a", APage({1}, "a")).has_value();
  guard.Accept("a", APage({1}, "b"));

  EXPECT_THAT(guard.Check("b", APage({2}, "b")), HasError(ErrorKind::kTransient));
}

TEST(WalkGuard, ForgetsEverythingWithANewWalk) {
  WalkGuard guard;
  guard.Accept("a", APage({1}, "b"));

  guard.Restart();

  EXPECT_EQ(guard.Check("", APage({1}, "a")), WalkVerdict::kAdvance);
}

}  // namespace
}  // namespace polyhouse
