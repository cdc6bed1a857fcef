#include "flow/write/batch.h"

#include <set>

#include "codec/entry_codec.h"
#include "support/fake_listing.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const StreamName kStream("stream:markets");

std::vector<EntryId> Ids(const std::vector<std::uint64_t>& numbers) {
  std::vector<EntryId> ids;
  for (const std::uint64_t number : numbers) ids.push_back({number, 0});
  return ids;
}

std::string Token(const StreamName& stream,
                  const std::vector<EntryId>& ids,
                  const std::vector<std::string_view>& block = {"rows"}) {
  return BatchToken(stream, ids, block);
}

TEST(BatchToken, IsTheSameForTheSameEntries) {
  EXPECT_EQ(Token(kStream, Ids({1, 2, 3})), Token(kStream, Ids({1, 2, 3})));
}

TEST(BatchToken, DiffersForDifferentEntries) {
  const std::set<std::string> tokens = {
      Token(kStream, Ids({1, 2, 3})),
      Token(kStream, Ids({1, 3})),
      Token(kStream, Ids({1, 2, 4})),
      Token(kStream, Ids({1, 2, 3, 4})),
      Token(kStream, Ids({1, 2, 5, 9})),
      Token(kStream, Ids({1, 3, 5, 9})),
      Token(kStream, std::vector<EntryId>{{1, 0}, {1, 1}}),
      Token(kStream, std::vector<EntryId>{{1, 0}, {1, 2}}),
      Token(StreamName("stream:polymarket_events"), Ids({1, 2, 3})),
  };

  EXPECT_EQ(tokens.size(), 9U);
}

/// A streams file that was replaced gives its ids out again.
TEST(BatchToken, DiffersForOtherRowsUnderTheSameIds) {
  EXPECT_NE(Token(kStream, Ids({1, 2}), {"a", "b"}), Token(kStream, Ids({1, 2}), {"a", "c"}));
  EXPECT_EQ(Token(kStream, Ids({1, 2}), {"a", "b"}), Token(kStream, Ids({1, 2}), {"ab"}));
}

TEST(BatchBoundary, IsReadBack) {
  const std::vector<EntryId> ids = {{7, 1}, {8, 0}, {UINT64_MAX, 3}};

  const auto boundary = ParseBoundary(BatchBoundary(ids));

  ASSERT_TRUE(boundary.has_value());
  EXPECT_EQ(boundary->last, (EntryId{UINT64_MAX, 3}));
  EXPECT_EQ(boundary->count, 3U);
}

TEST(ParseBoundary, IsEmptyForAnyOtherText) {
  for (const char* note : {"", "x", "1-0", "1-0 2-0", "1 2 3", "a-b c-d e"}) {
    EXPECT_FALSE(ParseBoundary(note).has_value()) << note;
  }
}

TEST(Batch, TakesTheRowOfAnEntryIn) {
  Batch batch(MarketRecords());
  const Timestamp now{std::chrono::milliseconds(5)};

  EXPECT_THAT(batch.Add({{1, 0}, AListedRow(7).data, "", kPayloadVersion}, now), IsEmpty());

  EXPECT_EQ(batch.block().rows(), 1U);
  EXPECT_EQ(batch.ids(), Ids({1}));
}

TEST(Batch, KeepsAnEntryItCannotDecodeAsADeadLetter) {
  Batch batch(MarketRecords());
  const Timestamp now{std::chrono::milliseconds(5)};

  const auto errors =
      batch.Add({{1, 0}, "{\"id\":\xff", "2026-01-01T00:00:00.000Z", kPayloadVersion}, now);

  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].kind, ErrorKind::kMalformed);

  EXPECT_EQ(batch.block().rows(), 0U);
  EXPECT_EQ(batch.ids(), Ids({1}));
  ASSERT_EQ(batch.buried().size(), 1U);
  const DeadLetter& letter = batch.buried()[0].letter;
  EXPECT_EQ(letter.form, DeadLetterForm::kEntry);
  EXPECT_EQ(letter.data, "{\"id\":\xff");
  EXPECT_EQ(letter.kind, "malformed");
  EXPECT_EQ(letter.timestamp, "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(letter.first_seen, now);
}

TEST(Batch, KeepsAnEntryOfAnUnknownVersionAsADeadLetter) {
  Batch batch(MarketRecords());

  const auto errors = batch.Add({{1, 0}, AListedRow(7).data, "", kNewestVersion + 1}, {});

  ASSERT_EQ(errors.size(), 1U);
  EXPECT_THAT(errors[0].message,
              HasSubstr("version " + std::to_string(kNewestVersion + 1) + " is not known here"));

  EXPECT_EQ(batch.block().rows(), 0U);
  ASSERT_EQ(batch.buried().size(), 1U);
  EXPECT_EQ(batch.buried()[0].letter.version, kNewestVersion + 1);
}

/// One bad row of an entry must not cost the others.
TEST(Batch, TakesEveryRowOfAnEntryInAndBuriesABadOneAlone) {
  Batch batch(MarketRecords());
  const std::string data = AListedRow(7).data + "\nnonsense\n" + AListedRow(8).data;

  EXPECT_EQ(batch.Add({{1, 0}, data, "", kLinesVersion}, {}).size(), 1U);

  EXPECT_EQ(batch.block().rows(), 2U);
  EXPECT_EQ(batch.ids(), Ids({1}));
  ASSERT_EQ(batch.buried().size(), 1U);
  EXPECT_EQ(batch.buried()[0].letter.data, "nonsense");
}

TEST(Batch, IsEmptyAfterClear) {
  Batch batch(MarketRecords());
  (void)batch.Add({{1, 0}, AListedRow(7).data, "", kPayloadVersion}, {}).size();
  (void)batch.Add({{2, 0}, "x", "", kPayloadVersion}, {}).size();

  batch.Clear();

  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.block().rows(), 0U);
  EXPECT_TRUE(batch.buried().empty());
}

}  // namespace
}  // namespace polyhouse
