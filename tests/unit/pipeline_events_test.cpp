#include "telemetry/pipeline_events.h"

#include <gmock/gmock.h>

#include <thread>
#include <vector>

#include "telemetry/metric_page.h"

namespace polyhouse::telemetry {
namespace {

TEST(PipelineEvents, CountWhatIngestersDo) {
  Log log(Level::kError, LogFormat::kText);
  PipelineEvents events(log);

  events.PageStored({"markets", "backfill"}, {.records = 100, .dead_letters = 2});
  events.PageStored({"markets", "discover"}, {.records = 50});
  events.RequestRetried({"markets", "backfill"}, TransientError("x"), {});
  events.BackfillAdvanced("markets", 0.5);

  const auto counts = events.Snapshot().ingesters.at("markets");
  EXPECT_EQ(counts.requests, 3U);
  EXPECT_EQ(counts.retries, 1U);
  EXPECT_EQ(counts.pages, 2U);
  EXPECT_EQ(counts.records, 150U);
  EXPECT_EQ(counts.dead_letters, 2U);
  EXPECT_EQ(counts.backfill_share, 0.5);
}

TEST(PipelineEvents, CountWhatWritersDo) {
  Log log(Level::kError, LogFormat::kText);
  PipelineEvents events(log);

  events.BatchStored("markets", {.rows = 10});
  events.BatchStored("markets", {.rows = 5});
  events.InsertRetried("markets", TransientError("x"), {});
  events.RowDeadLettered("markets", "1-0", RejectedError("x"));
  events.BatchStored("polymarket_events", {.rows = 1});

  const auto counts = events.Snapshot().tables.at("markets");
  EXPECT_EQ(counts.rows, 15U);
  EXPECT_EQ(counts.batches, 2U);
  EXPECT_EQ(counts.retries, 1U);
  EXPECT_EQ(counts.dead_letters, 1U);
  EXPECT_EQ(events.Snapshot().tables.at("polymarket_events").rows, 1U);
}

TEST(PipelineEvents, TellOnceInTheirLastLinesWhatIsSaidAgain) {
  Log log(Level::kInfo, LogFormat::kText);
  PipelineEvents events(log);

  events.EngineDied("signal 9", {});
  for (int i = 0; i < 20; ++i) {
    events.RequestRetried({"markets", "discover"}, TransientError("try " + std::to_string(i)), {});
    events.RequestRetried({"events", "discover"}, TransientError("x"), {});
  }

  const auto lines = events.LogTail();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(lines[0], testing::HasSubstr("engine"));
  EXPECT_THAT(lines[1], testing::HasSubstr("try "));
  EXPECT_THAT(lines[2], testing::HasSubstr("ingester=events"));
}

TEST(PipelineEvents, ForgetAFailureThatIsAnswered) {
  Log log(Level::kError, LogFormat::kText);
  PipelineEvents events(log);
  events.RequestRetried({"gamma", "proof"}, TransientError("HTTP 429"), {});
  const Timestamp now = SystemClock().Now();
  EXPECT_TRUE(events.Snapshot().troubles.at("gamma/proof").GoesOn(now));
  events.RequestAnswered({"gamma", "proof"});
  EXPECT_FALSE(events.Snapshot().troubles.at("gamma/proof").GoesOn(now));
}

TEST(PipelineEvents, TellWhoIsAtWorkAndHowFarTheChainIs) {
  Log log(Level::kError, LogFormat::kText);
  PipelineEvents events(log);

  events.RolePlayed("write:one", true);
  events.RolePlayed("ingest-fills", true);
  events.RolePlayed("write:one", false);
  events.EntriesClaimed("markets", 7);
  events.HeadSeen("fills", 90'000'000);

  const std::string metrics = ProcessMetrics(events.Snapshot(), "1");
  EXPECT_THAT(metrics, testing::HasSubstr("polyhouse_role_held{role=\"ingest-fills\"} 1\n"));
  EXPECT_THAT(metrics, testing::Not(testing::HasSubstr("write:one")));
  EXPECT_THAT(metrics,
              testing::HasSubstr("polyhouse_entries_claimed_total{table=\"markets\"} 7\n"));
  EXPECT_THAT(metrics,
              testing::HasSubstr("polyhouse_chain_head_block{ingester=\"fills\"} 90000000\n"));
}

TEST(PipelineEvents, MissNothingWhenManyThreadsReport) {
  Log log(Level::kError, LogFormat::kText);
  PipelineEvents events(log);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 1'000; ++n) events.BatchStored("markets", {.rows = 3});
      });
    }
  }

  EXPECT_EQ(events.Snapshot().tables.at("markets").rows, 12'000U);
}

}  // namespace
}  // namespace polyhouse::telemetry
