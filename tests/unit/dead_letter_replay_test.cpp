#include "flow/replay/dead_letter_replay.h"

#include "codec/entry_codec.h"
#include "support/fake_listing.h"
#include "support/result_matchers.h"
#include "support/scratch_streams.h"

namespace polyhouse {
namespace {

using testing::IsEmpty;

class DeadLetterReplayTest : public testing::Test {
 protected:
  void Give(DeadLetter letter) {
    letter.first_seen = Timestamp(std::chrono::milliseconds(1'700'000'000'123));
    ASSERT_THAT(streams_.OpenWriter()->Append(
                    {.stream = StreamName("stream:markets"), .dead_letters = {std::move(letter)}}),
                IsOk());
  }
  ReplayCounts Replay() {
    const auto counts =
        ReplayDeadLetters(*streams_.OpenAdmin(), {}, [&](const StreamName&) { return listing_; });
    EXPECT_THAT(counts, IsOk());
    return counts.value_or(ReplayCounts{});
  }

  FakeClock clock_;
  ScratchStreams streams_{clock_};
  FakeListing reads_;
  Listing* listing_ = &reads_;
};

TEST_F(DeadLetterReplayTest, PutsAnEntryBackAsItWas) {
  Give({.form = DeadLetterForm::kEntry,
        .data = "{\"id\":\"7\"}",
        .timestamp = "2026-01-01",
        .version = 3});

  EXPECT_EQ(Replay().replayed, 1U);

  const auto entries = streams_.EntriesOf("stream:markets");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].data, "{\"id\":\"7\"}");
  EXPECT_EQ(entries[0].timestamp, "2026-01-01");
  EXPECT_EQ(entries[0].version, 3) << "it would be read as what it is not";
  EXPECT_THAT(streams_.DeadLetters(), IsEmpty());
}

/// With the version of its fetch, or an old record would win over what was fetched since.
TEST_F(DeadLetterReplayTest, ReadsARecordAnewWithTheVersionOfItsFetch) {
  Give({.form = DeadLetterForm::kApiRecord, .data = "7"});

  EXPECT_EQ(Replay().replayed, 1U);

  const auto entries = streams_.EntriesOf("stream:markets");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(EntryDecoder<Market>().Decode(entries[0].data)->version, 1'700'000'000'123U);
  EXPECT_EQ(entries[0].timestamp, "2023-11-14T22:13:20.123Z");
}

/// Its row is stored under the version of its fetch; two contents of one version were a finding.
TEST_F(DeadLetterReplayTest, GivesARowWhoseFieldCanBeReadNowTheNextVersion) {
  Give({.form = DeadLetterForm::kApiRecord, .data = "7", .kind = std::string(kFieldLetter)});

  EXPECT_EQ(Replay().replayed, 1U);

  const auto entries = streams_.EntriesOf("stream:markets");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(EntryDecoder<Market>().Decode(entries[0].data)->version, 1'700'000'000'124U);
}

TEST_F(DeadLetterReplayTest, KeepsWhatStillCannotBeRead) {
  Give({.form = DeadLetterForm::kApiRecord, .data = "{broken"});

  EXPECT_EQ(Replay().still_bad, 1U);

  EXPECT_EQ(streams_.DeadLetters().size(), 1U);
  EXPECT_THAT(streams_.EntriesOf("stream:markets"), IsEmpty());
}

TEST_F(DeadLetterReplayTest, KeepsRecordsOfAStreamThatNobodyReads) {
  Give({.form = DeadLetterForm::kApiRecord, .data = "7"});
  listing_ = nullptr;

  EXPECT_EQ(Replay().still_bad, 1U);

  EXPECT_EQ(streams_.DeadLetters().size(), 1U);
}

TEST_F(DeadLetterReplayTest, LeavesALetterOfAFieldThatStillCannotBeRead) {
  reads_.unreadable = "field volume: x";
  Give({.form = DeadLetterForm::kApiRecord, .data = "7", .kind = std::string(kFieldLetter)});

  EXPECT_EQ(Replay().still_bad, 1U);

  EXPECT_EQ(streams_.DeadLetters().size(), 1U);
  EXPECT_THAT(streams_.EntriesOf("stream:markets"), IsEmpty());
}

/// As letters of whole records from before there were letters of fields.
TEST_F(DeadLetterReplayTest, StoresARecordWithoutAFieldAndKeepsALetterOfTheField) {
  reads_.unreadable = "field volume: x";
  Give({.form = DeadLetterForm::kApiRecord, .data = "7", .kind = "malformed"});

  EXPECT_EQ(Replay().replayed, 1U);

  ASSERT_EQ(streams_.DeadLetters().size(), 1U);
  EXPECT_EQ(streams_.DeadLetters()[0].letter.kind, kFieldLetter);
  EXPECT_EQ(streams_.EntriesOf("stream:markets").size(), 1U);
}

}  // namespace
}  // namespace polyhouse
