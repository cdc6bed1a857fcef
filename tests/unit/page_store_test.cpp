#include "flow/listing/page_store.h"

#include "unit/ingester_fixture.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

class PageStoreTest : public IngesterTest {};

TEST_F(PageStoreTest, GivesTheTimeInMillisecondsForAVersion) {
  EXPECT_EQ(pages_->source().NextVersion(),
            static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count()));
}

TEST_F(PageStoreTest, GivesRisingVersionsWithinOneMillisecond) {
  const auto first = pages_->source().NextVersion();

  EXPECT_EQ(pages_->source().NextVersion(), first + 1);
  EXPECT_EQ(pages_->source().NextVersion(), first + 2);
}

TEST_F(PageStoreTest, GivesRisingVersionsWhenTheClockIsSetBack) {
  const auto first = pages_->source().NextVersion();

  clock_.SetWallClock(-std::chrono::hours(1));

  EXPECT_GT(pages_->source().NextVersion(), first);
}

TEST_F(PageStoreTest, GivesRisingVersionsInANewProcessWhoseClockIsSetBack) {
  const auto last = pages_->source().NextVersion();
  ASSERT_THAT(StorePage({}, last), IsOk());

  clock_.SetWallClock(-std::chrono::hours(1));
  Restart();

  EXPECT_GT(pages_->source().NextVersion(), last);
}

TEST_F(PageStoreTest, StampsEntriesWithTheTimeOfTheirFetch) {
  ListingPage page;
  page.rows.push_back(AListedRow(7));

  ASSERT_THAT(StorePage(page, 1'700'000'000'123), IsOk());

  EXPECT_EQ(streams_.EntriesOf("stream:markets").at(0).timestamp, "2023-11-14T22:13:20.123Z");
}

TEST_F(PageStoreTest, CachesWhatChangedOfItsRecordsWithTheirEntries) {
  PageStore pages(kEventListing, *writer_, clock_, {.cache_ttl = std::chrono::hours(1)});
  ASSERT_THAT(pages.Load(), IsOk());
  const auto store = [&](std::uint64_t version, const std::string& title, std::uint64_t hash) {
    ListedRow row = AListedRow(7);
    row.hash = hash;
    row.cached = {.kind = "event",
                  .name = "rain",
                  .id = "7",
                  .version = version,
                  .fields = {{"title", title}}};
    ListingPage page;
    page.rows.push_back(std::move(row));
    EXPECT_THAT(pages.Store(page, {.version = version}), IsOk());
  };
  const auto cached = [&] {
    return ValueOf(writer_->Cached("event", std::vector<std::string>{"rain"})).at(0);
  };

  store(5, "Rain?", 1);
  EXPECT_EQ(cached(), (CachedRecord{"7", 5, 5, {{"title", "Rain?"}}}));
  store(6, "Rain?", 1);  // What the stream got last.
  EXPECT_EQ(cached()->version, 5U);
  store(7, "Rain!", 2);
  EXPECT_EQ(cached(), (CachedRecord{"7", 7, 7, {{"title", "Rain!"}}}));
}

/// The older pipeline kept an offset of its listing under the name of our count.
TEST_F(PageStoreTest, KeepsTheOffsetOfAnOlderPipelineAsideAndCountsFromZero) {
  ASSERT_THAT(streams_.OpenWriter()->Append({.stream = StreamName("stream:markets"),
                                             .set = {{pages_->source().Key("_offset"), "41500"}}}),
              IsOk());
  Restart();
  ListingPage page;
  page.rows.push_back(AListedRow(7));
  ASSERT_THAT(StorePage(page, 1), IsOk());
  Restart();

  EXPECT_EQ(pages_->source().Get("_offset").value(), "1");
  EXPECT_EQ(pages_->source().Get("_offset_before").value(), "41500");
}

ListingPage APageWithBad(const std::vector<std::string>& raws) {
  ListingPage page;
  for (const std::string& raw : raws) page.bad.push_back({raw, MalformedError("why")});
  return page;
}

/// Each round of discover meets the same bad record: it must not fill the disk with it.
TEST_F(PageStoreTest, KeepsABadRecordOnceHoweverOftenItComes) {
  ASSERT_THAT(StorePage(APageWithBad({"{x", "{x", "{y"}), 1), IsOk());
  ASSERT_THAT(StorePage(APageWithBad({"{y", "{x"}), 2), IsOk());
  Restart();
  ASSERT_THAT(StorePage(APageWithBad({"{x", "{z"}), 3), IsOk());

  std::vector<std::string> kept;
  for (const auto& stored : streams_.DeadLetters()) kept.push_back(stored.letter.data);
  EXPECT_THAT(kept, testing::ElementsAre("{x", "{y", "{z"));
}

/// The row is in its table, and nothing of the record is hidden.
TEST_F(PageStoreTest, KeepsTheRecordOfARowWithoutAFieldOnceForEachContent) {
  const auto page = [](const std::string& why) {
    ListingPage odd;
    odd.rows = {{.id = "7", .data = "{}", .hash = 1, .unreadable = why, .raw = "{\"id\":7}"}};
    return odd;
  };
  ASSERT_THAT(StorePage(page("field volume: x"), 1), IsOk());
  ASSERT_THAT(StorePage(page("field volume: x"), 2), IsOk());
  Restart();
  ASSERT_THAT(StorePage(page("field volume: x"), 3), IsOk());
  ASSERT_THAT(StorePage(page("field volume: y"), 4), IsOk());

  const auto letters = streams_.DeadLetters();
  ASSERT_EQ(letters.size(), 2U);
  EXPECT_EQ(letters[0].letter.kind, kFieldLetter);
  EXPECT_EQ(letters[0].letter.data, "{\"id\":7}");
  EXPECT_EQ(letters[0].letter.reason, "field volume: x");
  EXPECT_EQ(pages_->source().Get("_field_letters").value(), "2");
  EXPECT_EQ(streams_.EntriesOf("stream:markets").size(), 1U);
}

TEST(KnownBad, IsReadBackAndForgetsTheOldest) {
  KnownBad known;
  for (int i = 0; i <= 1'000; ++i) EXPECT_TRUE(known.Insert(std::to_string(i)));

  KnownBad read_back(known.Text());

  EXPECT_FALSE(read_back.Insert("1000"));
  EXPECT_FALSE(read_back.Insert("1"));
  EXPECT_TRUE(read_back.Insert("0"));
  EXPECT_TRUE(KnownBad("junk 12x  zz").Insert("a"));
}

}  // namespace
}  // namespace polyhouse
