#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "adapters/clickhouse/clickhouse_client.h"
#include "adapters/http/curl_http_client.h"
#include "adapters/sqlite/sqlite_streams.h"
#include "app/wiring.h"
#include "benches.h"
#include "codec/entry_codec.h"
#include "codec/native_block.h"
#include "contract/live_engine.h"
#include "engine/chdb_connection.h"
#include "engine/insert_stream.h"
#include "schema/migrations.h"
#include "support/polyhouse_program.h"
#include "support/redis_server.h"

namespace polyhouse {
namespace {

constexpr int kSelects = 500;
constexpr int kRounds = 3;

void Check(bool good, const std::string& what) {
  if (!good) throw std::runtime_error("the bench itself failed: " + what);
}

/// Fills a data directory's streams with the markets of a generated world.
void FillStreams(const BenchInput& input, const std::string& dir) {
  const Simulator simulator({"--markets", std::to_string(input.markets), "--seed", "1"});
  const RunResult result = Polyhouse(dir, simulator.url()).Run({"ingest", "markets", "--once"});
  Check(result.exit_code == 0, result.err);
}

/// The same in a Redis, under the name "kept"; null when there is none.
std::unique_ptr<RedisServer> FillRedis(const BenchInput& input) {
  if (!HasRedis()) return nullptr;
  auto redis = std::make_unique<RedisServer>();
  const Simulator simulator({"--markets", std::to_string(input.markets), "--seed", "1"});
  const ScratchDir unused;
  const Polyhouse polyhouse(unused.path(),
                            simulator.url(),
                            {"--redis-url=redis://127.0.0.1:" + std::to_string(redis->port())});
  const RunResult result = polyhouse.Run({"ingest", "markets", "--once"});
  Check(result.exit_code == 0, result.err);
  redis->Ask({"RENAME", "stream:markets", "kept"});
  return redis;
}

/// Everything in the stream as one file of Native blocks, the way the writer would send it; returns
/// the rows.
std::size_t WriteBlocks(const std::string& streams, const std::string& file) {
  SystemClock clock;
  const auto reader = OpenSqliteStreamReader({.path = streams,
                                              .stream = StreamName("stream:markets"),
                                              .group = GroupName("bench"),
                                              .consumer = ConsumerName("bench")},
                                             clock);
  Check(reader.has_value(), "opening the streams");
  std::ofstream out(file, std::ios::binary);
  EntryDecoder<Market> decoder;
  NativeBlock<Market> block;
  std::size_t rows = 0;
  while (true) {
    const auto entries = (*reader)->Read({20'000, 16U << 20U}, std::chrono::milliseconds(0), {});
    Check(entries.has_value(), "reading the streams");
    if (entries->empty()) return rows;
    for (const Entry& entry : *entries) block.Append(decoder.Decode(entry.data).value());
    for (const auto piece : block.Pieces())
      out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    rows += block.rows();
    block.Clear();
  }
}

double DirectFigure(const BenchInput& input,
                    const std::string& what,
                    const std::string& dir,
                    const std::string& file) {
  const RunResult result = RunToEnd({input.self, "--direct", what, dir, file});
  Check(result.exit_code == 0, result.err);
  return std::stod(result.out);
}

/// Seconds in which the real writers write everything that is in the streams.
double SecondsToDrain(const Environment& environment) {
  const auto streams = Streams::Open(environment, {kWriteRole}, {});
  Check(streams.has_value(), "streams");
  std::stop_source drain;
  drain.request_stop();
  return MedianSeconds(1, [&] {
    Check(RunWriters(environment, **streams, {}, drain.get_token()).has_value(), "drain");
  });
}

/// Drains Redis through the real writers into a running engine, over TCP.
double DrainRedis(const RedisServer& redis) {
  const LiveEngine engine;
  engine.ApplySchema("polymarket");
  Config config;
  config.redis_host = "127.0.0.1";
  config.redis_port = redis.port();
  config.clickhouse_url = Secret(engine.url());
  SystemClock clock;
  telemetry::Log log(telemetry::Level::kError, telemetry::LogFormat::kText);
  telemetry::PipelineEvents events(log);
  const std::optional<DataDir> none;
  return SecondsToDrain({config, none, events, clock});
}

/// Drains the streams of `dir` through the real writer into a running engine; seconds of the drain
/// alone.
double Drain(const BenchInput& input, const std::string& dir_path) {
  ChildProcess engine({input.program, "engine", "--data-dir", dir_path, "--log-level", "error"});
  SystemClock clock;
  const auto http = MakeCurlHttpClient({}, clock);
  Config config;
  config.data_dir = dir_path;
  const auto dir = OpenDataDir(config, DataDirUse::kLook);
  ClickHouseClient client({.unix_socket = (*dir)->engine_socket(), .database = config.database},
                          *http);
  Check(WaitUntil([&] { return client.Ping({}).has_value(); }), engine.Stderr());
  telemetry::Log log(telemetry::Level::kError, telemetry::LogFormat::kText);
  telemetry::PipelineEvents events(log);
  const auto pulse_http = MakeCurlHttpClient({}, clock);
  ClickHouseClient pulse({.unix_socket = (*dir)->engine_socket(), .database = config.database},
                         *pulse_http);
  Check(Migrations({client, pulse, events, clock}, {}).Apply({}).has_value(), "schema");
  const double seconds = SecondsToDrain({config, *dir, events, clock});
  engine.Signal(SIGTERM);
  engine.Wait();
  return seconds;
}

void BenchDrain(const BenchInput& input, Report& report) {
  const ScratchDir filled;
  FillStreams(input, filled / "data");
  const ScratchDir blocks;
  // A copy is read for the blocks, so that the stream itself stays as the ingester left it.
  RunToEnd({"cp", "-r", filled / "data", blocks / "data"});
  const std::size_t rows = WriteBlocks(blocks / "data/streams.db", blocks / "blocks");
  const auto redis = FillRedis(input);
  std::vector<double> ours;
  std::vector<double> from_redis;
  std::vector<double> reference;
  for (int i = 0; i < kRounds; ++i) {
    const ScratchDir dir;
    RunToEnd({"cp", "-r", filled / "data", dir / "data"});
    ours.push_back(Drain(input, dir / "data"));
    if (redis) {
      redis->Ask({"COPY", "kept", "stream:markets", "REPLACE"});
      from_redis.push_back(DrainRedis(*redis));
    }
    const ScratchDir direct_dir;
    reference.push_back(DirectFigure(input, "insert", direct_dir / "tables", blocks / "blocks"));
  }
  std::sort(ours.begin(), ours.end());
  std::sort(reference.begin(), reference.end());
  std::sort(from_redis.begin(), from_redis.end());
  const double our_rate = static_cast<double>(rows) / ours[kRounds / 2];
  const double reference_rate = static_cast<double>(rows) / reference[kRounds / 2];
  report.AddRatio(
      "writer drains " + std::to_string(rows) + " markets from the stream into the engine",
      PerSecond(our_rate, "rows"),
      "the same rows as Native blocks through libchdb's insert stream " +
          PerSecond(reference_rate, "rows"),
      our_rate / reference_rate,
      "0.5");
  if (!redis) return;
  const double redis_rate = static_cast<double>(rows) / from_redis[kRounds / 2];
  report.AddRatio("writer drains them from Redis into the engine over TCP",
                  PerSecond(redis_rate, "rows"),
                  "the same",
                  redis_rate / reference_rate,
                  "0.7");
}

void BenchSocket(const BenchInput& input, Report& report) {
  const ScratchDir dir;
  ChildProcess engine(
      {input.program, "engine", "--data-dir", dir / "data", "--log-level", "error"});
  SystemClock clock;
  const auto http = MakeCurlHttpClient({}, clock);
  ClickHouseClient client({.unix_socket = dir / "data/engine.sock", .database = "default"}, *http);
  Check(WaitUntil([&] { return client.Ping({}).has_value(); }), engine.Stderr());
  const double ours = MedianSeconds(kRounds, [&] {
    for (int i = 0; i < kSelects; ++i) Check(client.Fetch("SELECT 1", {}).has_value(), "SELECT 1");
  });
  engine.Signal(SIGTERM);
  engine.Wait();
  const ScratchDir direct;
  const double reference = DirectFigure(input, "select", direct / "tables", "");
  report.AddRatio(
      "SELECT 1 over the Unix socket",
      PerSecond(kSelects / ours, "queries"),
      "libchdb called directly, a session each " + PerSecond(kSelects / reference, "queries"),
      reference / ours,
      "");
}

double DirectInsert(const engine::ChdbApi& api,
                    const std::vector<std::string>& arguments,
                    const std::string& file) {
  auto connection = engine::ChdbConnection::Open(api, arguments);
  Check(connection != nullptr, "session");
  for (const std::string& statement :
       SplitStatements(ReadFile(std::string(SCHEMA_DIR) + "/0001_markets.sql"))) {
    Check(connection->Query(statement, "Null").has_value(), statement);
  }
  const std::string blocks = ReadFile(file);
  const std::string sql = "INSERT INTO markets (" + ColumnList(TableSpecOf<Market>()) + ")";
  return MedianSeconds(1, [&] {
    auto stream =
        engine::InsertStream::Start(std::move(connection), {.sql = sql, .format = "Native"}, {});
    Check(stream.has_value(), "insert stream");
    (*stream)->Append(blocks);
    Check((*stream)->Finish().has_value(), "insert");
  });
}

double DirectSelects(const engine::ChdbApi& api, const std::vector<std::string>& arguments) {
  return MedianSeconds(kRounds, [&] {
    for (int i = 0; i < kSelects; ++i) {
      Check(engine::ChdbConnection::Open(api, arguments)
                ->Query("SELECT 1", "TabSeparated")
                .has_value(),
            "SELECT 1");
    }
  });
}

}  // namespace

void BenchTables(const BenchInput& input, Report& report) {
  BenchDrain(input, report);
  BenchSocket(input, report);
}

int RunDirect(const std::string& libchdb,
              const std::string& what,
              const std::string& dir,
              const std::string& file) {
  const auto api = engine::LoadChdb(libchdb);
  Check(api.has_value(), "loading libchdb");
  const std::vector<std::string> arguments = {"--path=" + dir};
  const auto keep_open = engine::ChdbConnection::Open(*api, arguments);
  const double seconds =
      what == "insert" ? DirectInsert(*api, arguments, file) : DirectSelects(*api, arguments);
  std::printf("%.6f\n", seconds);
  std::fflush(stdout);
  _exit(0);
}

}  // namespace polyhouse
