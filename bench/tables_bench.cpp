#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "adapters/clickhouse/clickhouse_client.h"
#include "adapters/http/curl_http_client.h"
#include "adapters/sqlite/sqlite_streams.h"
#include "app/migrations.h"
#include "app/wiring.h"
#include "benches.h"
#include "codec/entry_codec.h"
#include "codec/native_block.h"
#include "engine/chdb_connection.h"
#include "engine/insert_stream.h"
#include "support/polyhouse_program.h"

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
  Check(Migrations(client).Apply(events, {}).has_value(), "schema");
  const Environment environment{config, *dir, events, clock};
  const auto streams = Streams::Open(environment, {kWriteRole});
  Check(streams.has_value(), "streams");
  std::stop_source drain;
  drain.request_stop();
  const double seconds = MedianSeconds(1, [&] {
    Check(RunWriters(environment, **streams, {}, drain.get_token()).has_value(), "drain");
  });
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
  std::vector<double> ours;
  std::vector<double> reference;
  for (int i = 0; i < kRounds; ++i) {
    const ScratchDir dir;
    RunToEnd({"cp", "-r", filled / "data", dir / "data"});
    ours.push_back(Drain(input, dir / "data"));
    const ScratchDir direct_dir;
    reference.push_back(DirectFigure(input, "insert", direct_dir / "tables", blocks / "blocks"));
  }
  std::sort(ours.begin(), ours.end());
  std::sort(reference.begin(), reference.end());
  const double our_rate = static_cast<double>(rows) / ours[kRounds / 2];
  const double reference_rate = static_cast<double>(rows) / reference[kRounds / 2];
  report.AddRatio(
      "writer drains " + std::to_string(rows) + " markets from the stream into the engine",
      PerSecond(our_rate, "rows"),
      "the same rows as Native blocks through libchdb's insert stream " +
          PerSecond(reference_rate, "rows"),
      our_rate / reference_rate,
      "0.5");
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

double DirectInsert(const ChdbApi& api,
                    const std::vector<std::string>& arguments,
                    const std::string& file) {
  auto connection = ChdbConnection::Open(api, arguments);
  Check(connection != nullptr, "session");
  for (const std::string& statement :
       SplitStatements(ReadFile(std::string(SCHEMA_DIR) + "/0001_markets.sql"))) {
    Check(connection->Query(statement, "Null").has_value(), statement);
  }
  const std::string blocks = ReadFile(file);
  const std::string sql = "INSERT INTO markets (" + ColumnList(TableSpecOf<Market>()) + ")";
  return MedianSeconds(1, [&] {
    auto stream = InsertStream::Start(std::move(connection), {.sql = sql, .format = "Native"}, {});
    Check(stream.has_value(), "insert stream");
    (*stream)->Append(blocks);
    Check((*stream)->Finish().has_value(), "insert");
  });
}

double DirectSelects(const ChdbApi& api, const std::vector<std::string>& arguments) {
  return MedianSeconds(kRounds, [&] {
    for (int i = 0; i < kSelects; ++i) {
      Check(ChdbConnection::Open(api, arguments)->Query("SELECT 1", "TabSeparated").has_value(),
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
  const auto api = LoadChdb(libchdb);
  Check(api.has_value(), "loading libchdb");
  const std::vector<std::string> arguments = {"--path=" + dir};
  const auto keep_open = ChdbConnection::Open(*api, arguments);
  const double seconds =
      what == "insert" ? DirectInsert(*api, arguments, file) : DirectSelects(*api, arguments);
  std::printf("%.6f\n", seconds);
  std::fflush(stdout);
  _exit(0);
}

}  // namespace polyhouse
