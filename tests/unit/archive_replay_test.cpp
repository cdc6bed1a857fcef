#include "flow/replay/archive_replay.h"

#include <deque>

#include "unit/ingester_fixture.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;

/// An archive in memory.
class Steps final : public ArchiveSource {
 public:
  std::optional<ArchivedStep> Next() override {
    if (steps.empty()) return {};
    auto step = std::move(steps.front());
    steps.pop_front();
    return step;
  }
  std::deque<ArchivedStep> steps;
};

class ArchiveReplayTest : public IngesterTest {
 protected:
  /// A page of open markets with these ids, all with this question.
  static ArchivedStep AStep(std::uint64_t version,
                            const std::vector<std::string>& ids,
                            std::vector<std::string> noted,
                            const std::string& question = "?") {
    std::string body = R"({"markets":[)";
    for (const std::string& id : ids) {
      body += (id == ids.front() ? R"({"id":")" : R"(,{"id":")") + id + R"(","question":")" +
              question + R"("})";
    }
    return {.note = {version, std::move(noted), "{}", "2026-11-24T18:00:00.000Z"},
            .url = "http://api/markets/keyset?limit=100",
            .body = body + "]}",
            .file = "markets-1",
            .line = version};
  }

  Status Replay(std::deque<ArchivedStep> steps, ReplayOptions options = {}) {
    Steps source;
    source.steps = std::move(steps);
    ArchiveReplay replay(kMarketListing, options, *writer_, events_, clock_);
    return replay.Run(source, {});
  }
};

TEST_F(ArchiveReplayTest, StoresWhatTheRunStoredThoughItIsTheSame) {
  ASSERT_THAT(Replay({AStep(1, {"1", "2"}, {"1", "2"}), AStep(2, {"1", "2"}, {"2"})}), IsOk());

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2, 2));
}

TEST_F(ArchiveReplayTest, StoresWhatTheRunHadFromBeforeItsArchive) {
  ASSERT_THAT(Replay({AStep(1, {"1", "2"}, {}), AStep(2, {"1", "2"}, {})}), IsOk());

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2));
}

TEST_F(ArchiveReplayTest, DoneAgainAddsNothing) {
  const std::deque<ArchivedStep> steps = {AStep(1, {"1"}, {"1"}), AStep(2, {"1"}, {"1"}, "!")};
  ASSERT_THAT(Replay(steps), IsOk());
  ASSERT_THAT(Replay(steps), IsOk());

  EXPECT_THAT(StoredIds(), ElementsAre(1, 1));
  EXPECT_EQ(streams_.EntriesOf("stream:ingest_ledger").size(), 2U);
}

TEST_F(ArchiveReplayTest, GoesOnWhereItWasAndStillKnowsWhatCameBefore) {
  ASSERT_THAT(Replay({AStep(1, {"1"}, {"1"})}), IsOk());
  ASSERT_THAT(Replay({AStep(1, {"1"}, {"1"}), AStep(2, {"1", "2"}, {"2"})}), IsOk());

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2));
}

TEST_F(ArchiveReplayTest, RowsAndLedgerAreReplayedApart) {
  const std::deque<ArchivedStep> steps = {AStep(1, {"1"}, {"1"})};
  ReplayOptions only_rows;
  only_rows.ledger = false;
  ASSERT_THAT(Replay(steps, only_rows), IsOk());
  EXPECT_THAT(streams_.EntriesOf("stream:ingest_ledger"), testing::IsEmpty());
  ASSERT_THAT(Replay(steps), IsOk());

  EXPECT_THAT(StoredIds(), ElementsAre(1));
  EXPECT_EQ(streams_.EntriesOf("stream:ingest_ledger").size(), 1U);
}

TEST_F(ArchiveReplayTest, BehindDamageItIsReadAgain) {
  auto step = AStep(1, {"1"}, {"1"});
  step.is_whole = false;
  ASSERT_THAT(Replay({step}), IsOk());
  ASSERT_THAT(Replay({step}), IsOk());

  EXPECT_THAT(StoredIds(), ElementsAre(1, 1));
}

TEST_F(ArchiveReplayTest, LeavesWhatAnIngesterGoesByAsItIs) {
  ASSERT_THAT(Replay({AStep(9'999'999'999'999, {"1"}, {"1"})}), IsOk());
  Restart();

  EXPECT_EQ(State("_cursor"), "");
  EXPECT_EQ(State("_newest_id"), "");
  EXPECT_EQ(State("_offset"), "");
  EXPECT_THAT(ValueOf(pages_->source().Fields("_rows")), testing::IsEmpty());
  // What is fetched from now on wins, even though the clock of then was ahead.
  EXPECT_EQ(pages_->source().NextVersion(), 10'000'000'000'000U);
}

TEST_F(ArchiveReplayTest, ReadsAnswersOfTheOldListingAndOfALookup) {
  auto by_offset = AStep(1, {"1"}, {"1"});
  by_offset.url = "http://api/markets?limit=100&offset=0";
  by_offset.body = R"([{"id":"1"}])";
  auto lookup = AStep(2, {"2"}, {"2"});
  lookup.url = "http://api/markets/2";
  lookup.body = R"({"id":"2"})";
  ASSERT_THAT(Replay({by_offset, lookup}), IsOk());

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2));
}

/// Older programs kept a lookup that was cut off as that record, with a dead letter.
TEST_F(ArchiveReplayTest, ALookupThatIsNoRecordIsADeadLetterAndNotTheEnd) {
  auto lookup = AStep(1, {}, {});
  lookup.url = "http://api/markets/2";
  lookup.body = R"({"id":"2","quest)";
  ASSERT_THAT(Replay({lookup, AStep(2, {"3"}, {"3"})}), IsOk());

  EXPECT_THAT(StoredIds(), ElementsAre(3));
  EXPECT_EQ(streams_.DeadLetters().size(), 1U);
}

}  // namespace
}  // namespace polyhouse
