#include "unit/ingester_fixture.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsSupersetOf;

/// Streams of which some states cannot be read now.
class FailingWriter final : public StreamWriter {
 public:
  explicit FailingWriter(StreamWriter& inner) : inner_(inner) {}

  Status Append(const AppendTransaction& transaction) override {
    return inner_.Append(transaction);
  }
  Result<std::optional<std::string>> State(const std::string& key) override {
    if (fails(key)) return TransientError("Redis is away");
    return inner_.State(key);
  }
  Result<StateFields> Fields(const std::string& key) override { return inner_.Fields(key); }
  Result<std::vector<std::optional<CachedRecord>>> Cached(
      std::string_view kind, std::span<const std::string> names) override {
    return inner_.Cached(kind, names);
  }
  Result<StreamLoad> Load(const StreamName& stream) override { return inner_.Load(stream); }

  std::function<bool(const std::string& key)> fails;

 private:
  StreamWriter& inner_;
};

class IngesterLoopTest : public IngesterTest {
 protected:
  static IngesterOptions Once() { return {.mode = RunMode::kOnce}; }

  Status Run(IngesterOptions options) {
    if (options.mode == RunMode::kForever || stop_after_sleeps_ > 0) {
      clock_.on_sleep = [this] {
        if (clock_.sleeps().size() >= stop_after_sleeps_) stop_.request_stop();
      };
    }
    return Ingester(options, Listings(), *pages_, events_, clock_, 1).Run(stop_.get_token());
  }

  std::stop_source stop_;
  std::size_t stop_after_sleeps_ = 0;
};

TEST_F(IngesterLoopTest, ReadsEverythingAndEndsInOnceMode) {
  listing_.open = {1, 2, 3, 7};
  listing_.closed = {4, 5, 6};

  ASSERT_THAT(Run(Once()), IsOk());

  EXPECT_THAT(StoredIds(), IsSupersetOf({1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(State("_cursor"), "done");
}

TEST_F(IngesterLoopTest, LetsDiscoverSetItsMarkBeforeTheBackfillBegins) {
  listing_.open = {1, 2, 3};
  listing_.FailNext(TransientError("HTTP 500"), 3);

  ASSERT_THAT(Run(Once()), IsOk());

  EXPECT_THAT(listing_.Asked(),
              ElementsAre("open desc",
                          "open desc",
                          "open desc",
                          "open desc",
                          "closed desc",
                          "closed desc",
                          "open asc",
                          "open asc after 2",
                          "closed asc",
                          "closed asc"));
}

TEST_F(IngesterLoopTest, RunsItsLanesSideBySide) {
  for (std::uint64_t id = 1; id <= 40; ++id) listing_.open.push_back(id);
  // Discover fails for ever from its second round on; the others go on.
  // Its first asks once for what is open, and twice for what is closed: that half is empty.
  int discovering = 0;
  listing_.before_answer = [&] {
    if (listing_.requests.back().order != ListingOrder::kNewestFirst) return;
    if (++discovering > 3) {
      listing_.replace.push_front(
          [](const ListingPage&) -> FakeListing::Answer { return TransientError("HTTP 500"); });
    }
  };
  clock_.on_sleep = [this] {
    if (State("_cursor") == "done" && !State("_lane_refresh").empty()) stop_.request_stop();
  };

  ASSERT_THAT(Ingester({.discover = {.interval = seconds(1)}, .refresh = {.interval = seconds(5)}},
                       Listings(),
                       *pages_,
                       events_,
                       clock_,
                       1)
                  .Run(stop_.get_token()),
              IsOk());

  EXPECT_EQ(StoredIds().size(), 40U);
  EXPECT_GT(events_.Snapshot().ingesters["markets"].lanes["refresh"].rounds, 0U);
}

TEST_F(IngesterLoopTest, RunsOnlyTheLanesThatAreSwitchedOn) {
  listing_.open = {1};

  ASSERT_THAT(Run({.mode = RunMode::kOnce, .discover = {.on = false}}), IsOk());

  EXPECT_THAT(listing_.Asked(), Each(testing::Not(testing::HasSubstr("desc"))));
}

TEST_F(IngesterLoopTest, BeginsEachRoundItsIntervalAfterTheOneBefore) {
  std::vector<SteadyTime> begun;
  listing_.before_answer = [&] {
    if (listing_.requests.back().state == OpenState::kOpen) begun.push_back(clock_.Steady());
    if (begun.size() == 5) stop_.request_stop();
  };

  ASSERT_THAT(Ingester({.backfill = false,
                        .discover = {.interval = seconds(30)},
                        .refresh = {.on = false},
                        .settle = {.on = false}},
                       Listings(),
                       *pages_,
                       events_,
                       clock_,
                       1)
                  .Run(stop_.get_token()),
              IsOk());

  // The open half is empty, so each round asks for it twice.
  ASSERT_EQ(begun.size(), 5U);
  EXPECT_EQ(begun[2] - begun[1], seconds(30));
  EXPECT_EQ(begun[4] - begun[3], seconds(30));
}

/// Somebody sets the machine's clock back by an hour while lanes wait for their next round.
TEST_F(IngesterLoopTest, GoesOnWithItsRoundsWhenTheClockIsSetBack) {
  std::vector<SteadyTime> begun;
  listing_.before_answer = [&] {
    if (listing_.requests.back().state == OpenState::kOpen) begun.push_back(clock_.Steady());
    if (begun.size() == 2) clock_.SetWallClock(-std::chrono::hours(1));
    if (begun.size() == 5) stop_.request_stop();
  };

  ASSERT_THAT(Ingester({.backfill = false,
                        .discover = {.interval = seconds(30)},
                        .refresh = {.on = false},
                        .settle = {.on = false}},
                       Listings(),
                       *pages_,
                       events_,
                       clock_,
                       1)
                  .Run(stop_.get_token()),
              IsOk());

  ASSERT_EQ(begun.size(), 5U);
  EXPECT_EQ(begun[4] - begun[1], seconds(60));
}

/// A repair in another process sets positions back: a running ingester must not write its own over
/// them.
TEST_F(IngesterLoopTest, EndsWhenItsStateIsSetBackByAnotherProcessAndWritesNothingOverIt) {
  for (std::uint64_t id = 1; id <= 40; ++id) listing_.open.push_back(id);
  const auto writer = streams_.OpenWriter();
  PageStore repair(kMarketListing, *writer, clock_);
  listing_.before_answer = [&] {
    if (listing_.requests.size() != 3) return;
    ASSERT_THAT(repair.Load(), IsOk());
    ASSERT_THAT(repair.source().SetBack({.set = {{repair.source().Key("_newest_id"), "7"}}}),
                IsOk());
  };

  ASSERT_THAT(Run(Once()), IsOk());

  EXPECT_TRUE(pages_->source().set_back().stop_requested());
  EXPECT_EQ(State("_newest_id"), "7");
  Restart();
  EXPECT_THAT(StorePage({}, 1), IsOk());
}

/// Nobody but Redis can lose a stream; a store in which one was emptied and made anew looks so.
TEST_F(IngesterLoopTest, ReadsItsListingAgainWhenItsStreamIsLost) {
  listing_.open = {1, 2, 3};
  ASSERT_THAT(Run(Once()), IsOk());
  ASSERT_EQ(State("_cursor"), "done");
  streams_.Lose("stream:markets");
  Restart();

  ASSERT_THAT(Run(Once()), IsOk());

  EXPECT_TRUE(pages_->source().set_back().stop_requested());
  EXPECT_EQ(State("_cursor"), "");
  EXPECT_THAT(State("_lost"), testing::HasSubstr("stream:markets"));
  Restart();
  ASSERT_THAT(Run(Once()), IsOk());
  EXPECT_THAT(StoredIds(), IsSupersetOf({1, 2, 3}));
  EXPECT_EQ(State("_lost"), "");
}

/// Redis dies between the claim of a role and the first look at where its lanes stand.
TEST_F(IngesterLoopTest, WaitsForStreamsThatAreAwayWhileItsLanesBegin) {
  listing_.open = {1, 2, 3};
  FailingWriter writer(*writer_);
  PageStore pages(kMarketListing, writer, clock_);
  writer.fails = [&, left = 5](const std::string& key) mutable {
    return key.ends_with("_newest_id") && left-- > 0;
  };

  ASSERT_THAT(Ingester(Once(), Listings(), pages, events_, clock_, 1).Run({}), IsOk());

  EXPECT_THAT(StoredIds(), IsSupersetOf({1, 2, 3}));
}

TEST_F(IngesterLoopTest, WaitsLongerAfterEachFailureInARow) {
  listing_.FailNext(TransientError("HTTP 500"), 6);

  ASSERT_THAT(Run({.mode = RunMode::kOnce,
                   .running = {.backoff = {.base = milliseconds(100), .cap = seconds(1)}}}),
              IsOk());

  const auto sleeps = clock_.sleeps();
  ASSERT_EQ(sleeps.size(), 6U);
  const milliseconds steps[] = {milliseconds(100),
                                milliseconds(200),
                                milliseconds(400),
                                milliseconds(800),
                                milliseconds(1'000),
                                milliseconds(1'000)};
  for (std::size_t i = 0; i < sleeps.size(); ++i) {
    EXPECT_GE(sleeps[i], steps[i] / 2) << i;
    EXPECT_LE(sleeps[i], steps[i]) << i;
  }
}

TEST_F(IngesterLoopTest, BeginsWithShortWaitsAgainAfterASuccess) {
  listing_.open = {1};
  listing_.FailNext(TransientError("HTTP 500"), 5);
  listing_.replace.push_back([](ListingPage page) -> FakeListing::Answer { return page; });
  listing_.FailNext(TransientError("HTTP 500"));

  ASSERT_THAT(Run({.mode = RunMode::kOnce,
                   .running = {.backoff = {.base = milliseconds(100), .cap = seconds(10)}}}),
              IsOk());

  ASSERT_EQ(clock_.sleeps().size(), 6U);
  EXPECT_LE(clock_.sleeps().back(), milliseconds(100));
}

TEST_F(IngesterLoopTest, WaitsAsLongAsTheServerAsks) {
  listing_.FailNext({ErrorKind::kTransient, "HTTP 429", seconds(45)});

  ASSERT_THAT(Run(Once()), IsOk());

  EXPECT_THAT(clock_.sleeps(), ElementsAre(milliseconds(45'000)));
}

TEST_F(IngesterLoopTest, NeverGivesUpInForeverMode) {
  listing_.open = {1};
  listing_.FailNext(TransientError("HTTP 500"), 300);
  stop_after_sleeps_ = 301;

  ASSERT_THAT(Run({.backfill = false, .refresh = {.on = false}, .settle = {.on = false}}), IsOk());

  EXPECT_THAT(StoredIds(), ElementsAre(1));
}

TEST_F(IngesterLoopTest, GivesUpInOnceModeWhenNothingSucceedsForTooLong) {
  listing_.FailNext(TransientError("HTTP 500"), 10'000);

  EXPECT_THAT(Run({.mode = RunMode::kOnce, .running = {.give_up_after = seconds(60)}}),
              HasError(ErrorKind::kTransient, "gave up after 60 s"));
}

TEST_F(IngesterLoopTest, StopsForWhatAnOperatorMustMend) {
  listing_.FailNext(ConfigError("check the URL"));

  EXPECT_THAT(Run(Once()), HasError(ErrorKind::kConfig));
}

TEST_F(IngesterLoopTest, BeginsARangeAnewWhenItsCursorIsRefused) {
  listing_.closed = {1, 2, 3};
  ASSERT_THAT(pages_->source().Append({.set = {{pages_->source().Key("_cursor"), "closed STALE"}}}),
              IsOk());
  listing_.FailNext(RejectedError("HTTP 422"));

  ASSERT_THAT(Run({.mode = RunMode::kOnce, .discover = {.on = false}}), IsOk());

  EXPECT_THAT(listing_.Asked(),
              ElementsAre("closed asc after STALE", "closed asc", "closed asc after 2"));
  EXPECT_THAT(StoredIds(), ElementsAre(1, 2, 3));
}

TEST_F(IngesterLoopTest, GivesUpInOnceModeAWalkThatNeverGetsToItsEnd) {
  listing_.FailNext(RejectedError("HTTP 422"), 3);

  EXPECT_THAT(Run({.mode = RunMode::kOnce, .discover = {.on = false}}),
              HasError(ErrorKind::kRejected, "does not get to its end"));
}

TEST_F(IngesterLoopTest, PausesWhileTheWriterIsTooFarBehind) {
  for (std::uint64_t id = 1; id <= 20; ++id) listing_.open.push_back(id);
  const auto reader = streams_.OpenReader("stream:markets", "markets_writers");
  std::size_t asked_when_full = 0;
  clock_.on_sleep = [&] {
    if (asked_when_full == 0) asked_when_full = listing_.requests.size();
    EXPECT_EQ(listing_.requests.size(), asked_when_full);
    if (clock_.sleeps().size() < 5) return;
    clock_.on_sleep = nullptr;
    std::vector<EntryId> ids;
    for (const Entry& entry : ValueOf(reader->Read({}, {}, {}))) ids.push_back(entry.id);
    ASSERT_THAT(reader->Ack(ids, {}), IsOk());
  };
  std::stop_source never;

  ASSERT_THAT(
      Ingester({.mode = RunMode::kOnce, .discover = {.on = false}, .running = {.max_backlog = 11}},
               Listings(),
               *pages_,
               events_,
               clock_,
               1)
          .Run(never.get_token()),
      IsOk());

  EXPECT_EQ(asked_when_full, 6U);
  EXPECT_EQ(StoredIds().size(), 20U);
}

TEST_F(IngesterLoopTest, PausesWhileTheMemoryOfTheStreamsIsNearlyFull) {
  listing_.open = {1, 2, 3};
  FlakyStreamWriter full(*writer_);
  full.memory_share = 0.81;
  PageStore pages(kMarketListing, full, clock_);
  clock_.on_sleep = [&] {
    EXPECT_THAT(listing_.requests, testing::IsEmpty());
    if (clock_.sleeps().size() == 3) full.memory_share = 0.8;
  };

  ASSERT_THAT(Ingester({.mode = RunMode::kOnce, .discover = {.on = false}},
                       Listings(),
                       pages,
                       events_,
                       clock_,
                       1)
                  .Run({}),
              IsOk());

  EXPECT_EQ(clock_.sleeps().size(), 3U);
  EXPECT_THAT(StoredIds(), ElementsAre(1, 2, 3));
}

TEST_F(IngesterLoopTest, RepeatsAPageThatCouldNotBeStored) {
  listing_.open = {1, 2, 3};
  FlakyStreamWriter flaky(*writer_);
  flaky.failures = 2;
  PageStore pages(kMarketListing, flaky, clock_);

  ASSERT_THAT(Ingester({.mode = RunMode::kOnce, .discover = {.on = false}},
                       Listings(),
                       pages,
                       events_,
                       clock_,
                       1)
                  .Run({}),
              IsOk());

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2, 3));
  EXPECT_EQ(State("_offset"), "3");
}

/// Redis died while an ingester had just become the leader: it ended with an error.
TEST_F(IngesterLoopTest, WaitsForStreamsThatAreAwayWhenItBegins) {
  listing_.open = {1, 2, 3};
  FlakyStreamWriter flaky(*writer_);
  flaky.state_failures = 2;
  PageStore pages(kMarketListing, flaky, clock_);

  ASSERT_THAT(Ingester({.mode = RunMode::kOnce, .discover = {.on = false}},
                       Listings(),
                       pages,
                       events_,
                       clock_,
                       1)
                  .Run({}),
              IsOk());

  EXPECT_EQ(clock_.sleeps().size(), 2U);
  EXPECT_THAT(StoredIds(), ElementsAre(1, 2, 3));
}

TEST_F(IngesterLoopTest, GivesUpInOnceModeOnStreamsThatStayAway) {
  FlakyStreamWriter flaky(*writer_);
  flaky.state_failures = 1'000;
  PageStore pages(kMarketListing, flaky, clock_);

  const Status status =
      Ingester({.mode = RunMode::kOnce, .running = {.give_up_after = seconds(60)}},
               Listings(),
               pages,
               events_,
               clock_,
               1)
          .Run({});

  EXPECT_THAT(status, HasError(ErrorKind::kTransient));
  EXPECT_THAT(status.error().message, testing::HasSubstr("gave up after 60 s"));
}

/// A busy or full disk at the moment when a walk starts again must not end the program.
TEST_F(IngesterLoopTest, GoesOnWhenARestartCannotBeSavedAtOnce) {
  listing_.closed = {1, 2, 3};
  ASSERT_THAT(pages_->source().Append({.set = {{pages_->source().Key("_cursor"), "closed STALE"}}}),
              IsOk());
  FlakyStreamWriter flaky(*writer_);
  PageStore pages(kMarketListing, flaky, clock_);
  listing_.FailNext(RejectedError("HTTP 422"), 2);
  flaky.failures = 1;

  ASSERT_THAT(Ingester({.mode = RunMode::kOnce, .discover = {.on = false}},
                       Listings(),
                       pages,
                       events_,
                       clock_,
                       1)
                  .Run({}),
              IsOk());

  EXPECT_THAT(StoredIds(), ElementsAre(1, 2, 3));
}

TEST_F(IngesterLoopTest, LeavesAtOnceWhenItIsStopped) {
  listing_.open = {1, 2, 3, 4, 5};
  listing_.before_answer = [&] {
    if (listing_.requests.size() == 3) stop_.request_stop();
  };

  ASSERT_THAT(Run(Once()), IsOk());

  EXPECT_EQ(listing_.requests.size(), 3U);
}

}  // namespace
}  // namespace polyhouse
