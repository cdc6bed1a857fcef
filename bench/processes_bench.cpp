#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "adapters/clickhouse/clickhouse_client.h"
#include "adapters/http/curl_http_client.h"
#include "adapters/redis/redis_streams.h"
#include "base/clock.h"
#include "benches.h"
#include "contract/live_engine.h"
#include "support/polyhouse_program.h"
#include "support/redis_server.h"
#include "typical_payload.h"

namespace polyhouse {
namespace {

constexpr int kStarts = 5;

/// The most memory the process itself ever had resident, in MB, read while it is a zombie-free
/// child that runs.
double PeakMegabytes(ChildProcess& process) {
  double peak = 0;
  WaitUntil(
      [&] {
        const std::string status = ReadFile("/proc/" + std::to_string(process.pid()) + "/status");
        const auto at = status.find("VmHWM:");
        if (at != std::string::npos) peak = std::max(peak, std::stod(status.substr(at + 6)) / 1024);
        return process.HasEnded();
      },
      std::chrono::minutes(10));
  return peak;
}

std::string Megabytes(double amount) {
  return std::to_string(static_cast<long>(amount)) + " MB";
}

void BenchMemory(const BenchInput& input, Report& report) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", std::to_string(input.markets), "--seed", "2"});
  const Polyhouse polyhouse(dir / "data", simulator.url());
  ChildProcess markets(polyhouse.Command({"ingest", "markets", "--once"}));
  report.AddFigure("peak memory of `ingest markets`", Megabytes(PeakMegabytes(markets)), "100 MB");
  ChildProcess events(polyhouse.Command({"ingest", "events", "--once"}));
  report.AddFigure("peak memory of `ingest events`", Megabytes(PeakMegabytes(events)), "100 MB");

  ChildProcess engine(polyhouse.Command({"engine"}));
  SystemClock clock;
  const auto http = MakeCurlHttpClient({}, clock);
  ClickHouseClient client({.unix_socket = dir / "data/engine.sock"}, *http);
  WaitUntil([&] { return client.Ping({}).has_value(); });
  ChildProcess write(polyhouse.Command({"write", "--once"}));
  report.AddFigure("peak memory of `write`, " + std::to_string(input.markets) + " markets behind",
                   Megabytes(PeakMegabytes(write)),
                   "100 MB");
  report.AddFigure("peak memory of the engine meanwhile",
                   Megabytes([&] {
                     const std::string status =
                         ReadFile("/proc/" + std::to_string(engine.pid()) + "/status");
                     return std::stod(status.substr(status.find("VmHWM:") + 6)) / 1024;
                   }()),
                   "");
}

/// A port that listens and never answers: enough to see the first request come.
class Listener {
 public:
  Listener() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(socket_, 16) != 0) {
      throw std::runtime_error("cannot listen");
    }
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { close(socket_); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void AwaitConnection() const { close(accept(socket_, nullptr, nullptr)); }

 private:
  int socket_;
  int port_ = 0;
};

void BenchStart(Report& report) {
  const double seconds = MedianSeconds(kStarts, [&] {
    const ScratchDir dir;
    const Listener listener;
    const ChildProcess up(Polyhouse(dir / "data", listener.url()).Command({"up"}));
    listener.AwaitConnection();
  });
  report.AddFigure("start of `up` on a new directory to its first request",
                   std::to_string(static_cast<long>(seconds * 1000)) + " ms",
                   "2 s");
}

/// Entries in the stream while the memory of the server roles is measured.
constexpr std::size_t kBacklog = 1'000'000;

/// Many more entries than any role should hold, appended as the ingester does.
void FillBacklog(const RedisServer& redis) {
  SystemClock clock;
  const auto writer = OpenRedisStreamWriter({.redis = redis.options()}, clock);
  AppendTransaction page{.stream = StreamName("stream:markets")};
  page.entries.assign(1'000, {TypicalPayload(), "2026-11-01T00:00:00.000Z"});
  for (std::size_t i = 0; i < kBacklog / 1'000; ++i) {
    if (!(*writer)->Append(page)) throw std::runtime_error("cannot fill Redis");
  }
}

void BenchServerRoles(const BenchInput& input, Report& report) {
  if (!HasRedis()) return;
  const RedisServer redis;
  const LiveEngine engine;
  engine.ApplySchema("polymarket");
  const Simulator simulator({"--markets", std::to_string(input.markets), "--seed", "2"});
  const ScratchDir unused;
  const std::vector<std::string> servers = {
      "--redis-url=redis://127.0.0.1:" + std::to_string(redis.port()),
      "--clickhouse-url=" + engine.url(),
      "--ingest-max-backlog=5000000"};
  const Polyhouse polyhouse(unused.path(), simulator.url(), servers);
  FillBacklog(redis);
  ChildProcess ingest(polyhouse.Command({"ingest", "markets", "--once"}));
  report.AddFigure("peak memory of `ingest markets` with Redis, 1,000,000 entries behind",
                   Megabytes(PeakMegabytes(ingest)),
                   "100 MB");
  ChildProcess write(polyhouse.Command({"write", "--once"}));
  report.AddFigure("peak memory of `write` with Redis and ClickHouse, 1,000,000 entries behind",
                   Megabytes(PeakMegabytes(write)),
                   "100 MB");
  int start = 0;
  const double seconds = MedianSeconds(kStarts, [&] {
    const Listener listener;
    // A prefix of its own: the lease of the one before, which was killed, has not run out.
    const std::string prefix = "--redis-prefix=" + std::to_string(++start) + ":";
    const ChildProcess role(
        Polyhouse(unused.path(), listener.url(), servers).Command({"ingest", "events", prefix}));
    listener.AwaitConnection();
  });
  report.AddFigure("start of `ingest` with Redis to its first request",
                   std::to_string(static_cast<long>(seconds * 1000)) + " ms",
                   "100 ms");
}

}  // namespace

void BenchProcesses(const BenchInput& input, Report& report) {
  BenchMemory(input, report);
  BenchStart(report);
  BenchServerRoles(input, report);
}

}  // namespace polyhouse
