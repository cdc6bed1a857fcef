#include <stdexcept>

#include "adapters/redis/redis_streams.h"
#include "base/clock.h"
#include "benches.h"
#include "support/redis_server.h"
#include "typical_payload.h"

namespace polyhouse {
namespace {

constexpr std::size_t kPages = 300;
constexpr std::size_t kPageRows = 100;
constexpr const char* kTimestamp = "2026-11-01T00:00:00.000Z";

void Check(bool good) {
  if (!good) throw std::runtime_error("the bench itself failed");
}

/// As the markets ingester does it: pages with their cursor and count, under the lease.
void AppendPages(StreamWriter& writer, const std::string& payload) {
  AppendTransaction page{.stream = StreamName("stream:markets")};
  page.entries.assign(kPageRows, {payload, kTimestamp});
  page.set = {{"state:polymarket_markets_cursor", "open abc"},
              {"state:polymarket_markets_version", "1"}};
  page.add = {{"state:polymarket_markets_offset", 100}};
  for (std::size_t i = 0; i < kPages; ++i) Check(writer.Append(page).has_value());
}

/// The same entries by the server's own tool, a hundred XADD in each round trip too.
void AppendByRedisBenchmark(const RedisServer& server, const std::string& payload) {
  const RunResult result = RunToEnd({"redis-benchmark",
                                     "-p",
                                     std::to_string(server.port()),
                                     "-c",
                                     "1",
                                     "-P",
                                     std::to_string(kPageRows),
                                     "-n",
                                     std::to_string(kPages * kPageRows),
                                     "-q",
                                     "XADD",
                                     "stream:reference",
                                     "*",
                                     "data",
                                     payload,
                                     "timestamp",
                                     kTimestamp,
                                     "v",
                                     "1"});
  Check(result.exit_code == 0);
}

}  // namespace

void BenchRedis(const BenchInput&, Report& report) {
  if (!HasRedis()) {
    report.AddFigure("append to Redis", "redis-server is not installed", "0.8");
    return;
  }
  const RedisServer server;
  SystemClock clock;
  const std::string payload = TypicalPayload();
  RedisLease lease({.redis = server.options(), .name = "ingest-markets"}, clock);
  Check(lease.Acquire({}).has_value());
  const auto writer =
      OpenRedisStreamWriter({.redis = server.options(), .lease = &lease}, clock).value();
  const Pair seconds = MedianPair(
      5,
      [&] {
        server.Ask({"DEL", "stream:markets", "stream:reference"});
      },
      [&] { AppendPages(*writer, payload); },
      [&] { AppendByRedisBenchmark(server, payload); });
  const double rows = kPages * kPageRows;
  report.AddRatio("append to Redis, pages of 100 entries of " + std::to_string(payload.size()) +
                      " bytes with cursor and lease",
                  PerSecond(rows / seconds.ours, "rows"),
                  "redis-benchmark -c 1 -P 100 XADD " + PerSecond(rows / seconds.reference, "rows"),
                  seconds.reference / seconds.ours,
                  "0.8");
}

}  // namespace polyhouse
