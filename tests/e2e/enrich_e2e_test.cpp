// Markets with their event: every column against the join of what the simulator's world is.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "base/split.h"
#include "e2e/truth_tables.h"
#include "support/polyhouse_program.h"
#include "support/server_stack.h"

namespace polyhouse {
namespace {

/// Lanes that go round as fast as a test wants to see them.
const std::vector<std::string>& FastLanes() {
  static const std::vector<std::string> kSettings = {"--gamma-retry-base=5ms",
                                                     "--markets-discover-interval=500ms",
                                                     "--events-discover-interval=500ms",
                                                     "--markets-refresh-interval=1s",
                                                     "--events-refresh-interval=1s",
                                                     "--markets-settle-interval=500ms",
                                                     "--events-settle-interval=500ms",
                                                     "--writer-batch-age=100ms"};
  return kSettings;
}

/// Edits the titles of some open events, so that they change and their markets do not.
void EditEvents(const Polyhouse& polyhouse, const Simulator& simulator, int offset) {
  const std::string ids = polyhouse.Query(
      "SELECT id FROM polymarket_events_current WHERE NOT closed AND id IN (SELECT event_id FROM "
      "markets) ORDER BY id LIMIT 5 OFFSET " +
      std::to_string(offset));
  EXPECT_NE(ids, "");
  for (const std::string& id : Split(ids, '\n')) simulator.Post("/simulator/edit?id=" + id);
}

/// Waits until markets_enriched is what it must become once the world stands still.
void ExpectJoined(const Polyhouse& polyhouse, const Simulator& simulator, const char* what) {
  const TruthTables truth(polyhouse);
  truth.LoadNow(simulator);
  EXPECT_TRUE(WaitUntil([&] { return truth.EnrichedDifferences().empty(); }))
      << what << "\n"
      << truth.EnrichedDifferences() << truth.Differences();
  EXPECT_NE(polyhouse.Query("SELECT count() FROM markets_enriched_current WHERE position("
                            "event_title, '(edit ') > 0"),
            "0");
}

TEST(Enrich, FollowsMarketsAndTheirEventsThroughKills) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "300", "--seed", "21"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url(), FastLanes());
  auto up = std::make_unique<ChildProcess>(polyhouse.Command({"up"}));
  const auto kill = [&] {
    up->Signal(SIGKILL);
    up->Wait();
    up = std::make_unique<ChildProcess>(polyhouse.Command({"up"}));
  };
  EXPECT_TRUE(WaitUntil([&] {
    return polyhouse.Run({"query", "SELECT count() FROM markets_enriched"}).out > "1";
  })) << up->Stderr();
  kill();
  EditEvents(polyhouse, simulator, 0);
  simulator.Post("/simulator/tick?n=2");
  kill();
  EditEvents(polyhouse, simulator, 5);
  simulator.Post("/simulator/tick?n=1");

  ExpectJoined(polyhouse, simulator, "after the kills");

  // A reader's join; not loaded before, so it is as new as the table.
  const RunResult joined = polyhouse.Run(
      {"query",
       "SELECT countIf(dictGet('events', 'title', event_id) != event_title), countIf(dictGet("
       "'events', 'tags', event_id) != event_tags), count() > 100 FROM markets_enriched_current"});
  EXPECT_EQ(joined.out, "0\t0\t1\n") << joined.err;
  up->Signal(SIGTERM);
  EXPECT_EQ(up->Wait().exit_code, 0) << up->Stderr();
}

TEST(Enrich, CompletesMarketsWhenTheirEventsComeThroughRedis) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "150", "--seed", "22"});
  const Polyhouse& polyhouse = stack.polyhouse();
  const auto start = [&](std::vector<std::string> role) {
    role.insert(role.end(), FastLanes().begin(), FastLanes().end());
    return std::make_unique<ChildProcess>(polyhouse.Command(std::move(role)));
  };
  const auto count = [&](const std::string& from) {
    return std::stoull(polyhouse.Query("SELECT count() FROM " + from));
  };
  // Given a database from before there was enrichment, without events.
  const auto markets = start({"ingest", "markets"});
  auto write = start({"write"});
  EXPECT_TRUE(WaitUntil([&] { return count("markets_current") >= 150; })) << markets->Stderr();
  const auto enricher = [&](const char* name) {
    return start({"process", "enrich", "--writer-consumer", name});
  };
  std::unique_ptr<ChildProcess> enrichers[] = {enricher("one"), enricher("two")};

  EXPECT_TRUE(WaitUntil([&] {
    return count("markets_enriched_current") == count("markets_current");
  })) << enrichers[0]->Stderr();
  EXPECT_EQ(count("markets_enriched_current WHERE event_version > 0 OR event_title != ''"), 0U);

  // While nothing is stored, markets go on, and events wait for what they must be joined with.
  write->Signal(SIGTERM);
  EXPECT_EQ(write->Wait().exit_code, 0) << write->Stderr();
  const auto events = start({"ingest", "events"});
  const auto events_wait = [&] {
    return !stack.redis()
                .Ask({"XPENDING", "stream:polymarket_events", "polymarket_events_enrichers"})
                .starts_with("0");
  };
  EXPECT_TRUE(WaitUntil(events_wait)) << events->Stderr();
  const auto length = stack.redis().Ask({"XLEN", "stream:markets_enriched"});
  stack.simulator().Post("/simulator/tick?n=2");
  EXPECT_TRUE(WaitUntil([&] {
    return stack.redis().Ask({"XLEN", "stream:markets_enriched"}) != length;
  })) << enrichers[0]->Stderr();
  EXPECT_TRUE(events_wait());
  EXPECT_NE(stack.redis().Ask({"EVAL", "return #redis.call('KEYS', 'event:*')", "0"}), "0");

  write = start({"write"});
  std::minstd_rand random(4);
  EXPECT_TRUE(WaitUntil([&] { return count("polymarket_events") > 0; })) << events->Stderr();
  for (int turn = 0; turn < 4; ++turn) {
    EditEvents(polyhouse, stack.simulator(), turn * 3);
    stack.simulator().Post("/simulator/tick?n=1");
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
    auto& victim = enrichers[turn % 2];
    victim->Signal(SIGKILL);
    victim->Wait();
    victim = enricher(turn % 2 == 0 ? "one" : "two");
  }
  ExpectJoined(polyhouse, stack.simulator(), "after the kills");

  // Enrichers that begin anew find in the tables what the streams do not hold any more.
  for (const auto* role : {markets.get(), events.get()}) role->Signal(SIGTERM);
  for (const auto& role : enrichers) role->Signal(SIGTERM);
  for (const auto& role : enrichers) EXPECT_EQ(role->Wait().exit_code, 0) << role->Stderr();
  polyhouse.Query("TRUNCATE TABLE markets_enriched");
  stack.redis().Ask({"XGROUP", "DESTROY", "stream:markets", "markets_enrichers"});
  enrichers[0] = enricher("one");
  ExpectJoined(polyhouse, stack.simulator(), "after a new beginning");

  // What is lost with its stream is put again from the tables.
  polyhouse.Query("TRUNCATE TABLE markets_enriched");
  stack.redis().Ask({"DEL", "stream:markets_enriched"});
  EXPECT_TRUE(WaitUntil([&] {
    return stack.redis()
                   .Ask({"XINFO", "STREAM", "stream:markets_enriched"})
                   .find("entries-added") != std::string::npos &&
           stack.redis().Ask({"GET", "state:markets_enriched_cursor"}) == "done";
  }));
  ExpectJoined(polyhouse, stack.simulator(), "after the loss");

  enrichers[0]->Signal(SIGTERM);
  EXPECT_EQ(enrichers[0]->Wait().exit_code, 0) << enrichers[0]->Stderr();
}

}  // namespace
}  // namespace polyhouse
