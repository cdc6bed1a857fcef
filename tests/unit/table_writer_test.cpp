#include "flow/write/table_writer.h"

#include "codec/entry_codec.h"
#include "codec/table_spec.h"
#include "support/child_process.h"
#include "support/fake_listing.h"
#include "support/fake_sink.h"
#include "support/result_matchers.h"
#include "support/scratch_streams.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Le;

constexpr const char* kStream = "stream:markets";
constexpr const char* kGroup = "markets_writers";

/// Hands everything on; keeps what was acknowledged and can change what is read.
class SpyReader final : public StreamReader {
 public:
  struct Acknowledged {
    std::size_t entries = 0;
    std::vector<BuriedEntry> buried;
  };

  explicit SpyReader(StreamReader& inner) : inner_(inner) {}

  Result<std::vector<Entry>> Read(ReadLimit limit,
                                  milliseconds wait,
                                  std::stop_token stop) override {
    return Changed(inner_.Read(limit, wait, std::move(stop)));
  }
  Result<std::vector<Entry>> Pending(EntryId after, ReadLimit limit) override {
    return Changed(inner_.Pending(after, limit));
  }
  Result<std::vector<Entry>> Claim(std::size_t max, milliseconds idle) override {
    return Changed(inner_.Claim(max, idle));
  }
  Status Ack(std::span<const EntryId> ids, std::span<const BuriedEntry> buried) override {
    if (failing_acks > 0) {
      --failing_acks;
      return TransientError("the streams file is busy");
    }
    acks.push_back({ids.size(), {buried.begin(), buried.end()}});
    return inner_.Ack(ids, buried);
  }
  Result<std::string> Note() override { return inner_.Note(); }
  Status SaveNote(const std::string& note) override {
    if (on_note) on_note();
    return inner_.SaveNote(note);
  }

  std::vector<Acknowledged> acks;
  int failing_acks = 0;
  std::function<void(Entry&)> change;
  std::function<void()> on_note;  ///< Called before a batch is sent.

 private:
  Result<std::vector<Entry>> Changed(Result<std::vector<Entry>> entries) {
    if (entries && change) std::for_each(entries->begin(), entries->end(), change);
    return entries;
  }

  StreamReader& inner_;
};

class TableWriterTest : public testing::Test {
 protected:
  TableWriterTest() { Restart(); }

  /// What a new process under the same name finds.
  void Restart(const std::string& consumer = "writer-1") {
    spy_.reset();
    reader_ = streams_.OpenReader(kStream, kGroup, consumer);
    spy_.emplace(*reader_);
  }

  static std::string ARow(std::uint64_t id, const std::string& description = "") {
    Market market;
    market.id = MarketId(std::to_string(id));
    market.description = description;
    return EncodeEntry(market);
  }
  void Append(std::uint64_t first, std::uint64_t last, const std::string& description = "") {
    AppendTransaction append{.stream = StreamName(kStream)};
    for (std::uint64_t id = first; id <= last; ++id) {
      append.entries.push_back({ARow(id, description), "2026-01-01T00:00:00.000Z"});
    }
    ASSERT_THAT(streams_.OpenWriter()->Append(append), IsOk());
  }
  void AppendData(const std::string& data) {
    ASSERT_THAT(streams_.OpenWriter()->Append({.stream = StreamName(kStream),
                                               .entries = {{data, "2026-01-01T00:00:00.000Z"}}}),
                IsOk());
  }

  Status Run(TableSink& sink, std::stop_token stop, std::stop_token drain) {
    return MakeTableWriter(MarketRecords(), options_, {*spy_, *admin_, sink, events_, clock_}, 1)
        ->Run(std::move(stop), std::move(drain));
  }
  /// Runs until everything in the stream is written.
  Status Drain(TableSink& sink) {
    std::stop_source drain;
    drain.request_stop();
    return Run(sink, {}, drain.get_token());
  }
  /// Runs until a batch was sent, at most a minute of the fake clock.
  Status RunUntilSent(TableSink& sink) {
    std::stop_source stop;
    const SteadyTime start = clock_.Steady();
    clock_.on_sleep = [&, stop]() mutable {
      if (sink_.call_count() > 0 || clock_.Steady() - start > seconds(60)) stop.request_stop();
    };
    auto status = Run(sink, stop.get_token(), {});
    clock_.on_sleep = nullptr;
    return status;
  }

  std::vector<std::size_t> RowsSent() const {
    std::vector<std::size_t> rows;
    for (const auto& call : sink_.calls) rows.push_back(call.rows);
    return rows;
  }
  std::uint64_t Pending() const { return streams_.OverviewOf(kStream).groups.at(0).pending; }

  FakeClock clock_;
  ScratchStreams streams_{clock_};
  FakeSink sink_;
  telemetry::Log log_{telemetry::Level::kError, telemetry::LogFormat::kText};
  telemetry::PipelineEvents events_{log_};
  std::unique_ptr<StreamReader> reader_;
  std::optional<SpyReader> spy_;
  std::unique_ptr<StreamAdmin> admin_ = streams_.OpenAdmin();
  TableWriterOptions options_{.batch = {100'000, 16UL << 20U, milliseconds(1'000)},
                              .claim_idle = milliseconds(60'000)};
};

TEST_F(TableWriterTest, StoresEveryEntryAcknowledgesAndTrims) {
  Append(1, 5);

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 5U);
  EXPECT_EQ(sink_.stored[0].table, "markets");
  EXPECT_EQ(sink_.stored[0].columns, ColumnList(TableSpecOf<Market>()));
  EXPECT_EQ(Pending(), 0U);
  EXPECT_EQ(streams_.OverviewOf(kStream).length, 0U);
}

TEST_F(TableWriterTest, EndsADrainOfAnEmptyStreamWithoutAnInsert) {
  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_THAT(sink_.calls, IsEmpty());
}

/// It slept on, for half a second or until its batch was old.
TEST_F(TableWriterTest, AWishToDrainEndsItsWaits) {
  options_.batch.age = std::chrono::hours(1);
  Append(1, 3);
  std::stop_source drain;
  const SteadyTime start = clock_.Steady();
  clock_.on_sleep = [&] { drain.request_stop(); };

  ASSERT_THAT(Run(sink_, {}, drain.get_token()), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 3U);
  EXPECT_LT(clock_.Steady() - start, milliseconds(100));
}

TEST_F(TableWriterTest, SendsABatchWhenItHasEnoughRows) {
  options_.batch.rows = 4'000;
  Append(1, 5'000);

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_THAT(RowsSent(), ElementsAre(4'000, 1'000));
}

TEST_F(TableWriterTest, SendsNoMoreRowsAtOnceThanItIsToldEvenWhenThatIsFew) {
  options_.batch.rows = 3;
  Append(1, 8);

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_THAT(RowsSent(), ElementsAre(3, 3, 2));
}

TEST_F(TableWriterTest, SendsABatchWhenItHasEnoughBytes) {
  options_.batch.bytes = 2U << 20U;
  Append(1, 6, std::string(1U << 20U, 'd'));

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_THAT(RowsSent(), ElementsAre(2, 2, 2));
}

TEST_F(TableWriterTest, SendsABatchWhenItsFirstRowIsOldEnough) {
  Append(1, 3);
  const SteadyTime start = clock_.Steady();
  SteadyTime sent;
  spy_->on_note = [&] { sent = clock_.Steady(); };

  ASSERT_THAT(RunUntilSent(sink_), IsOk());

  EXPECT_THAT(RowsSent(), ElementsAre(3));
  EXPECT_GE(sent - start, options_.batch.age);
  EXPECT_LE(sent - start, options_.batch.age + milliseconds(50));
}

TEST_F(TableWriterTest, SendsABatchInTimeWhenTheClockIsSetBack) {
  Append(1, 3);
  const SteadyTime start = clock_.Steady();
  SteadyTime sent;
  spy_->on_note = [&] { sent = clock_.Steady(); };
  spy_->change = [&](Entry& entry) {
    if (entry.id.high == 3) clock_.SetWallClock(-std::chrono::hours(1));
  };

  ASSERT_THAT(RunUntilSent(sink_), IsOk());

  EXPECT_LE(sent - start, options_.batch.age + milliseconds(50));
}

/// 413 of a proxy: the request is too large whatever is in it.
TEST_F(TableWriterTest, HalvesABatchThatIsTooLargeAndRemembersWhatWentThrough) {
  Append(1, 64);
  sink_.most_rows = 10;
  sink_.too_many = {.kind = ErrorKind::kRejected, .message = "HTTP 413", .too_much = true};

  ASSERT_THAT(Drain(sink_), IsOk());
  EXPECT_EQ(sink_.stored_rows(), 64U);
  EXPECT_THAT(streams_.DeadLetters(), IsEmpty());
}

TEST_F(TableWriterTest, SendsNoBatchThatIsTooLargeAgainAfterItHasLearnedTheSize) {
  Append(1, 1'000);
  options_.batch.rows = 100;
  sink_.most_rows = 30;
  sink_.too_many = {.kind = ErrorKind::kRejected, .message = "HTTP 413", .too_much = true};

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 1'000U);
  const auto refused = std::count_if(
      sink_.calls.begin(), sink_.calls.end(), [](const auto& call) { return call.rows > 30; });
  EXPECT_LT(refused, 12) << "of 10 batches each would be refused three times";
}

/// 241 of the database may be over in a moment, or the batch may be what is too much.
TEST_F(TableWriterTest, HalvesABatchThatTheDatabaseHasNoMemoryFor) {
  Append(1, 64);
  sink_.most_rows = 10;
  sink_.too_many = {.kind = ErrorKind::kTransient, .message = "Code: 241.", .too_much = true};

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 64U);
  EXPECT_THAT(streams_.DeadLetters(), IsEmpty());
}

TEST_F(TableWriterTest, GivesNoRowUpForWantOfMemory) {
  Append(1, 2);
  Error memory{.kind = ErrorKind::kTransient, .message = "Code: 241.", .too_much = true};
  std::deque<std::optional<FlakySink::Fault>> plan(
      20, FlakySink::Fault{FlakySink::When::kBefore, memory});
  FlakySink flaky(sink_, std::move(plan));

  ASSERT_THAT(Drain(flaky), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 2U);
  EXPECT_THAT(streams_.DeadLetters(), IsEmpty());
}

/// The chaos of databases killed in the middle of large batches found it: what another writer took
/// over while the batch was refused was acknowledged, and lost when that writer was killed.
TEST_F(TableWriterTest, AcknowledgesNothingThatAnotherWriterTookOverWhileItsBatchWasRefused) {
  Append(1, 8);
  sink_.most_rows = 4;
  sink_.too_many = {.kind = ErrorKind::kTransient, .message = "Code: 241.", .too_much = true};
  const auto heir = streams_.OpenReader(kStream, kGroup, "writer-2");
  spy_->on_note = [&] {
    spy_->on_note = nullptr;
    EXPECT_EQ(heir->Claim(3, milliseconds(0))->size(), 3U);
  };

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 5U);
  EXPECT_EQ(heir->Pending({}, {})->size(), 3U) << "they are for the other writer to store";
}

TEST_F(TableWriterTest, GivesARowUpThatIsTooLargeAlone) {
  Append(1, 3);
  sink_.most_rows = 0;
  sink_.too_many = {.kind = ErrorKind::kRejected, .message = "HTTP 413", .too_much = true};

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_EQ(streams_.DeadLetters().size(), 3U);
}

TEST_F(TableWriterTest, KeepsTheFieldsOfAnEntryThatAnotherProgramHasWritten) {
  AppendData("{}");
  spy_->change = [](Entry& entry) {
    entry.is_foreign = true;
    entry.data = R"({"other":"x"})";
  };

  ASSERT_THAT(Drain(sink_), IsOk());

  ASSERT_EQ(streams_.DeadLetters().size(), 1U);
  EXPECT_EQ(streams_.DeadLetters()[0].letter.data, R"({"other":"x"})");
  EXPECT_THAT(streams_.DeadLetters()[0].letter.reason, testing::HasSubstr("another program"));
}

/// A setting or column of the wrong type refuses every row: that emptied the stream into the dead
/// letters.
TEST_F(TableWriterTest, StopsWhenEveryRowOfABatchIsRefusedAndGivesNoneUp) {
  Append(1, 12, "poison");
  sink_.poison = "poison";

  EXPECT_THAT(Drain(sink_), HasError(ErrorKind::kConfig, "every one of 12 rows"));

  EXPECT_EQ(Pending(), 12U);
  EXPECT_THAT(streams_.DeadLetters(), testing::IsEmpty());
}

/// The writer used to decode while the database waited, and to wait while it worked.
TEST_F(TableWriterTest, GathersTheNextBatchWhileTheDatabaseWorks) {
  options_.batch.rows = 3;
  Append(1, 6);
  bool overlapped = false;
  sink_.on_insert = [&] {
    if (sink_.call_count() > 0) return;
    overlapped = WaitUntil([&] { return Pending() > 3; }, seconds(10));
  };

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_TRUE(overlapped);
  EXPECT_THAT(RowsSent(), ElementsAre(3, 3));
  EXPECT_EQ(Pending(), 0U);
}

/// The heart of "once": killed after the insert and before the acknowledgement, the next process
/// sends the very same batch, whatever has come in meanwhile.
TEST_F(TableWriterTest, SendsTheSameBatchUnderTheSameTokenAfterACrashBetweenInsertAndAck) {
  Append(1, 5);
  FlakySink crashing(sink_, {{{FlakySink::When::kAfter, StoppingError()}}});
  ASSERT_THAT(Drain(crashing), IsOk());
  ASSERT_EQ(Pending(), 5U);
  Append(6, 8);
  Restart();

  ASSERT_THAT(Drain(sink_), IsOk());

  ASSERT_EQ(sink_.calls.size(), 3U);
  EXPECT_EQ(sink_.calls[1], sink_.calls[0]);
  EXPECT_THAT(RowsSent(), ElementsAre(5, 5, 3));
  EXPECT_EQ(sink_.stored_rows(), 8U);
}

TEST_F(TableWriterTest, SendsTheSameBatchAfterACrashEvenWithOtherLimits) {
  Append(1, 5);
  FlakySink crashing(sink_, {{{FlakySink::When::kAfter, StoppingError()}}});
  ASSERT_THAT(Drain(crashing), IsOk());
  Restart();
  options_.batch.rows = 2;

  ASSERT_THAT(Drain(sink_), IsOk());

  ASSERT_EQ(sink_.calls.size(), 2U);
  EXPECT_EQ(sink_.calls[1], sink_.calls[0]);
}

TEST_F(TableWriterTest, TakesUpWhatWasReadBeforeACrashAndNotYetSent) {
  Append(1, 5);
  ASSERT_EQ(reader_->Read({}, {}, {})->size(), 5U);
  Restart();

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 5U);
  EXPECT_EQ(Pending(), 0U);
}

TEST_F(TableWriterTest, DoesNotSendAFinishedBatchAgain) {
  Append(1, 5);
  ASSERT_THAT(Drain(sink_), IsOk());
  Restart();
  Append(6, 6);

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_THAT(RowsSent(), ElementsAre(5, 1));
}

TEST_F(TableWriterTest, RepeatsTheSameTokenWhenTheReplyWasLost) {
  Append(1, 5);
  FlakySink flaky(sink_, {{{FlakySink::When::kAfter, TransientError("reset")}}});

  ASSERT_THAT(Drain(flaky), IsOk());

  ASSERT_EQ(sink_.calls.size(), 2U);
  EXPECT_EQ(sink_.calls[1], sink_.calls[0]);
  EXPECT_EQ(sink_.stored_rows(), 5U);
}

TEST_F(TableWriterTest, RepeatsTransientFailuresForAsLongAsTheyLast) {
  Append(1, 5);
  options_.backoff = {.base = milliseconds(100), .cap = seconds(2)};
  std::deque<std::optional<FlakySink::Fault>> plan(
      200, FlakySink::Fault{FlakySink::When::kBefore, TransientError("down")});
  FlakySink flaky(sink_, std::move(plan));

  ASSERT_THAT(Drain(flaky), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 5U);
  EXPECT_EQ(clock_.sleeps().size(), 200U);
  EXPECT_THAT(clock_.sleeps(), Each(Le(milliseconds(2'000))));
  EXPECT_THAT(streams_.DeadLetters(), IsEmpty());
}

TEST_F(TableWriterTest, WaitsAsLongAsTheTableAsks) {
  Append(1, 1);
  FlakySink flaky(
      sink_, {{{FlakySink::When::kBefore, {ErrorKind::kTransient, "overloaded", seconds(90)}}}});

  ASSERT_THAT(Drain(flaky), IsOk());

  EXPECT_THAT(clock_.sleeps(), ElementsAre(milliseconds(90'000)));
}

TEST_F(TableWriterTest, RepeatsAnAcknowledgementWithoutInsertingAgain) {
  Append(1, 5);
  spy_->failing_acks = 3;

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_EQ(sink_.calls.size(), 1U);
  EXPECT_EQ(Pending(), 0U);
}

TEST_F(TableWriterTest, StopsForWhatAnOperatorMustMendAndAcknowledgesNothing) {
  Append(1, 5);
  FlakySink flaky(sink_, {{{FlakySink::When::kBefore, ConfigError("Code: 60. No table.")}}});

  EXPECT_THAT(Drain(flaky), HasError(ErrorKind::kConfig, "Code: 60"));

  EXPECT_EQ(Pending(), 5U);
  EXPECT_EQ(streams_.OverviewOf(kStream).length, 5U);
  EXPECT_THAT(streams_.DeadLetters(), IsEmpty());
}

/// N14 and N8 of the original: one bad row stopped everything, and dead letters could be lost.
TEST_F(TableWriterTest, FindsAPoisonousRowByHalvesAndDeadLettersItInTheTransactionOfTheAck) {
  Append(1, 4);
  Append(5, 5, "POISON");
  Append(6, 9);
  sink_.poison = "POISON";

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 8U);
  ASSERT_EQ(spy_->acks.size(), 1U);
  EXPECT_EQ(spy_->acks[0].entries, 9U);
  ASSERT_EQ(spy_->acks[0].buried.size(), 1U);
  EXPECT_THAT(spy_->acks[0].buried[0].letter.data, testing::HasSubstr("POISON"));
  EXPECT_EQ(spy_->acks[0].buried[0].letter.kind, "rejected");
  EXPECT_EQ(streams_.DeadLetters().size(), 1U);
  EXPECT_EQ(Pending(), 0U);
}

/// The rows beside one that is at fault are stored, those of its own entry, too.
TEST_F(TableWriterTest, HalvesBelowTheEntryAndDeadLettersTheOneRowAtFault) {
  AppendData(ARow(1) + "\n" + ARow(2, "POISON") + "\n" + ARow(3));
  AppendData(ARow(4) + "\n" + ARow(5));
  spy_->change = [](Entry& entry) { entry.version = kLinesVersion; };
  sink_.poison = "POISON";

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 4U);
  ASSERT_EQ(spy_->acks.size(), 1U);
  EXPECT_EQ(spy_->acks[0].entries, 2U);
  ASSERT_EQ(spy_->acks[0].buried.size(), 1U);
  EXPECT_EQ(spy_->acks[0].buried[0].letter.data, ARow(2, "POISON"));
  EXPECT_EQ(streams_.DeadLetters().size(), 1U);
  EXPECT_EQ(Pending(), 0U);
}

TEST_F(TableWriterTest, DeadLettersEveryRowOfABatchThatIsAllPoison) {
  Append(1, 3, "POISON");
  sink_.poison = "POISON";

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 0U);
  EXPECT_EQ(streams_.DeadLetters().size(), 3U);
}

TEST_F(TableWriterTest, StoresEachRowOnceWhenACrashInterruptsTheHalving) {
  Append(1, 7);
  Append(8, 8, "POISON");
  sink_.poison = "POISON";
  // The whole, the whole again, the first half; dead before the second.
  FlakySink crashing(sink_, {{}, {}, {}, {{FlakySink::When::kBefore, StoppingError()}}});
  ASSERT_THAT(Drain(crashing), IsOk());
  ASSERT_EQ(sink_.stored_rows(), 4U);
  Restart();

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 7U);
  EXPECT_EQ(streams_.DeadLetters().size(), 1U);
}

TEST_F(TableWriterTest, DeadLettersPayloadsItCannotDecodeAndStoresTheRest) {
  Append(1, 2);
  AppendData("{\"id\":");
  AppendData("not JSON at all");
  Append(3, 4);

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 4U);
  const auto letters = streams_.DeadLetters();
  ASSERT_EQ(letters.size(), 2U);
  EXPECT_EQ(letters[0].letter.data, "{\"id\":");
  EXPECT_EQ(letters[0].letter.kind, "malformed");
  EXPECT_EQ(Pending(), 0U);
}

TEST_F(TableWriterTest, AcknowledgesABatchThatHoldsNoRowAtAll) {
  AppendData("x");

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_THAT(sink_.calls, IsEmpty());
  EXPECT_EQ(streams_.DeadLetters().size(), 1U);
  EXPECT_EQ(Pending(), 0U);
}

TEST_F(TableWriterTest, DeadLettersEntriesOfAVersionItDoesNotKnow) {
  Append(1, 3);
  spy_->change = [](Entry& entry) {
    if (entry.id.high == 2) entry.version = 99;
  };

  ASSERT_THAT(Drain(sink_), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 2U);
  ASSERT_EQ(streams_.DeadLetters().size(), 1U);
  EXPECT_THAT(streams_.DeadLetters()[0].letter.reason, testing::HasSubstr("version 99"));
}

TEST_F(TableWriterTest, TakesOverWhatADeadWriterLeft) {
  Append(1, 5);
  ASSERT_EQ(streams_.OpenReader(kStream, kGroup, "dead")->Read({}, {}, {})->size(), 5U);
  clock_.Advance(options_.claim_idle + seconds(1));

  ASSERT_THAT(RunUntilSent(sink_), IsOk());

  EXPECT_EQ(sink_.stored_rows(), 5U);
  EXPECT_EQ(Pending(), 0U);
}

TEST_F(TableWriterTest, LeavesWhatALivingWriterIsStillWorkingOn) {
  Append(1, 5);
  options_.claim_idle = std::chrono::minutes(10);
  ASSERT_EQ(streams_.OpenReader(kStream, kGroup, "alive")->Read({}, {}, {})->size(), 5U);

  ASSERT_THAT(RunUntilSent(sink_), IsOk());

  EXPECT_THAT(sink_.calls, IsEmpty());
  EXPECT_EQ(Pending(), 5U);
}

TEST_F(TableWriterTest, LeavesAtOnceWhenItIsStopped) {
  Append(1, 5);
  std::stop_source stop;
  stop.request_stop();

  ASSERT_THAT(Run(sink_, stop.get_token(), {}), IsOk());

  EXPECT_THAT(sink_.calls, IsEmpty());
}

TEST_F(TableWriterTest, WritesEventsIntoTheirOwnTable) {
  Event event;
  event.id = EventId("7");
  ASSERT_THAT(streams_.OpenWriter()->Append({.stream = StreamName("stream:polymarket_events"),
                                             .entries = {{EncodeEntry(event), ""}}}),
              IsOk());
  const auto reader = streams_.OpenReader("stream:polymarket_events", "polymarket_events_writers");
  std::stop_source drain;
  drain.request_stop();

  ASSERT_THAT(MakeTableWriter(EventRecords(), {}, {*reader, *admin_, sink_, events_, clock_}, 1)
                  ->Run({}, drain.get_token()),
              IsOk());

  ASSERT_EQ(sink_.stored.size(), 1U);
  EXPECT_EQ(sink_.stored[0].table, "polymarket_events");
}

}  // namespace
}  // namespace polyhouse
