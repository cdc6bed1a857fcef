// What `serve` says of those that do the work.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <functional>

#include "support/free_port.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// They are what Prometheus reads without a complaint, and tell of streams, tables and processes.
void ExpectMetrics(const std::function<std::string()>& metrics, const ScratchDir& dir) {
  for (const char* metric : {"polyhouse_records_total{process=\"",
                             "polyhouse_pace_wait_seconds_total{process=\"",
                             "polyhouse_role_held{process=\"",
                             "polyhouse_listing_newest_id{ingester=\"markets\"} ",
                             "polyhouse_data_dir_free_bytes ",
                             "polyhouse_insert_seconds_bucket{process=\"",
                             "polyhouse_group_lag_seconds{group=\"",
                             "polyhouse_role_alive{role=\"ingest-markets\"} 1\n",
                             "polyhouse_table_rows{table=\"markets\"} ",
                             "polyhouse_newest_row_timestamp_seconds{table=\"markets\"} ",
                             "polyhouse_markets{state=\"open\"} ",
                             "polyhouse_backfill_done{ingester=\"markets\"} 1\n"}) {
    EXPECT_TRUE(WaitUntil([&] { return metrics().find(metric) != std::string::npos; })) << metric;
  }
  WriteFile(dir / "metrics", metrics());
  const RunResult check = RunToEnd({"sh", "-c", "promtool check metrics < " + dir / "metrics"});
  EXPECT_EQ(check.exit_code, 0) << check.out << check.err;
  EXPECT_EQ(check.out + check.err, "");
}

/// On a terminal of its own, until q is pressed once something is there.
void ExpectTop(const Polyhouse& polyhouse, const std::string& output) {
  std::string command;
  for (const std::string& word : polyhouse.Command({"top"})) command += word + " ";
  const RunResult top =
      RunToEnd({"sh",
                "-c",
                "touch " + output + "; (until grep -q 'waits to be stored' " + output +
                    "; do sleep 0.1; done; printf q) | script -qec '" + command + "' " + output});
  EXPECT_EQ(top.exit_code, 0) << top.out << top.err;
  EXPECT_THAT(top.out, AllOf(HasSubstr("stream:markets"), HasSubstr("\033[?1049l")));
  const RunResult piped = polyhouse.Run({"top"});
  EXPECT_EQ(piped.exit_code, 2);
  EXPECT_THAT(piped.err, HasSubstr("polyhouse status is for pipes"));
}

TEST(Serve, KnowsWhoLives) {
  const ScratchDir dir;
  Simulator simulator({"--markets", "200"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());
  const std::string page = "127.0.0.1:" + std::to_string(FreePort());
  const std::string own_metrics = "127.0.0.1:" + std::to_string(FreePort());
  auto up = std::make_unique<ChildProcess>(polyhouse.Command({"up",
                                                              "--listen",
                                                              page,
                                                              "--metrics-listen",
                                                              own_metrics,
                                                              "--markets-discover-interval=500ms",
                                                              "--writer-batch-age=100ms"}));
  const std::string listen = "127.0.0.1:" + std::to_string(FreePort());
  ASSERT_TRUE(WaitUntil([&] { return polyhouse.Run({"query", "SELECT 1"}).out == "1\n"; }));
  const ChildProcess serve(polyhouse.Command({"serve", "--listen", listen}));
  const auto ask = [&](const std::string& path) {
    return RunToEnd({"curl", "-sS", "-w", " %{http_code}", "http://" + listen + path}).out;
  };
  EXPECT_TRUE(WaitUntil([&] { return ask("/healthz") == "ok\n 200"; })) << ask("/healthz");
  EXPECT_TRUE(WaitUntil([&] { return ask("/readyz") == "ok\n 200"; })) << ask("/readyz");
  EXPECT_TRUE(WaitUntil([&] { return ask("/").find("ingest-markets") != std::string::npos; }));

  const auto metrics = [&] {
    return RunToEnd({"curl", "-sS", "http://" + listen + "/metrics"}).out;
  };
  ExpectMetrics(metrics, dir);
  EXPECT_THAT(up->Stderr(), HasSubstr("url=http://" + page + "/"));
  const auto first_line = [&] {
    const std::string text = polyhouse.Run({"status"}).out;
    return text.substr(0, text.find('\n'));
  };
  EXPECT_TRUE(WaitUntil([&] { return first_line() == "All is well: 200 markets, 67 events."; }))
      << first_line();

  EXPECT_THAT(RunToEnd({"curl", "-sS", "http://" + own_metrics + "/metrics"}).out,
              HasSubstr("polyhouse_requests_total{ingester=\"markets\",lane=\"discover\"} "));
  ExpectTop(polyhouse, dir / "top");

  // The API goes away: that is said first, and what is known stays.
  simulator.Stop();
  EXPECT_TRUE(WaitUntil([&] {
    return first_line().starts_with("The Gamma API has given no answer to ");
  })) << first_line();
  const auto own = [&] { return RunToEnd({"curl", "-sS", "http://" + page + "/"}).out; };
  EXPECT_TRUE(WaitUntil([&] { return own().find("Nothing is lost") != std::string::npos; }));
  EXPECT_THAT(own(), AllOf(HasSubstr("goes on"), HasSubstr("ingest-markets")));
  EXPECT_TRUE(WaitUntil([&] {
    return ask("/status").find(R"({"level":"bad","title":"The Gamma API has given)") !=
           std::string::npos;
  }));

  up->Signal(SIGKILL);
  up->Wait();

  EXPECT_TRUE(WaitUntil([&] { return ask("/health").ends_with(" 503"); }));
  EXPECT_TRUE(
      WaitUntil([&] { return ask("/readyz").find("Nobody does write") != std::string::npos; }));
  EXPECT_THAT(ask("/readyz"),
              AllOf(HasSubstr("Nobody does ingest-markets"),
                    HasSubstr("Nobody does ingest-events"),
                    HasSubstr("was heard last"),
                    testing::EndsWith(" 503")));
  EXPECT_THAT(ask("/status"), HasSubstr(R"("role":"ingest-markets","alive":false)"));
}

}  // namespace
}  // namespace polyhouse
