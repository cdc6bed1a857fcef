#include "flow/page_store.h"

#include "unit/ingester_fixture.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

class PageStoreTest : public IngesterTest {};

TEST_F(PageStoreTest, GivesTheTimeInMillisecondsForAVersion) {
  EXPECT_EQ(pages_->NextVersion(),
            static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count()));
}

TEST_F(PageStoreTest, GivesRisingVersionsWithinOneMillisecond) {
  const auto first = pages_->NextVersion();

  EXPECT_EQ(pages_->NextVersion(), first + 1);
  EXPECT_EQ(pages_->NextVersion(), first + 2);
}

TEST_F(PageStoreTest, GivesRisingVersionsWhenTheClockIsSetBack) {
  const auto first = pages_->NextVersion();

  clock_.Advance(-std::chrono::hours(1));

  EXPECT_GT(pages_->NextVersion(), first);
}

TEST_F(PageStoreTest, GivesRisingVersionsInANewProcessWhoseClockIsSetBack) {
  const auto last = pages_->NextVersion();
  ASSERT_THAT(pages_->Store({}, last, {}), IsOk());

  clock_.Advance(-std::chrono::hours(1));
  Restart();

  EXPECT_GT(pages_->NextVersion(), last);
}

TEST_F(PageStoreTest, StampsEntriesWithTheTimeOfTheirFetch) {
  ListingPage page;
  page.rows.push_back(AListedRow(7));

  ASSERT_THAT(pages_->Store(page, 1'700'000'000'123, {}), IsOk());

  EXPECT_EQ(streams_.EntriesOf("stream:markets").at(0).timestamp, "2023-11-14T22:13:20.123Z");
}

}  // namespace
}  // namespace polyhouse
