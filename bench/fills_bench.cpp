// Fills from the chain's answers to trades in tables.

#include <simdjson.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "adapters/clickhouse/clickhouse_client.h"
#include "adapters/http/curl_http_client.h"
#include "adapters/redis/redis_streams.h"
#include "adapters/sqlite/sqlite_streams.h"
#include "base/clock.h"
#include "base/split.h"
#include "benches.h"
#include "codec/block_reader.h"
#include "codec/chain_answer.h"
#include "codec/entry_codec.h"
#include "codec/fill_log.h"
#include "codec/record_type.h"
#include "codec/row_block.h"
#include "contract/live_engine.h"
#include "flow/block_entry.h"
#include "flow/process/token_index.h"
#include "generated_fills.h"
#include "support/polyhouse_program.h"
#include "support/redis_server.h"

namespace polyhouse {
namespace {

constexpr std::size_t kEntryRows = 500;
/// Of the original on this class of machine, measured by others: a processor of 117 and a writer of
/// 25 CPU seconds for a million fills.
constexpr double kOriginalCpu = 142;

/// How many fills the pipeline is measured with.
std::size_t WantedFills() {
  const char* wanted = std::getenv("BENCH_FILLS");
  return wanted == nullptr ? 1'000'000 : std::stoul(wanted);
}

template <class Value>
Value Must(Result<Value> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

/// What curl prints for a POST of this body.
std::string Post(const std::string& url, const std::string& body) {
  return RunToEnd(
             {"curl", "-sS", "--data-binary", body, "-H", "content-type: application/json", url})
      .out;
}

void BenchDecode(Report& report) {
  const Simulator simulator({"--markets", "500", "--fills", "20000", "--seed", "3"});
  const std::string answer = Post(
      simulator.url() + "/rpc",
      R"({"jsonrpc":"2.0","id":0,"method":"eth_getLogs","params":[{"fromBlock":"0x55d2370","toBlock":"0x55d4a7f","topics":[["0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee","0xd0a08e8c493f9c94f29311604c9de1b4e8c8d4c06bd0c789af57f2d65bfec0f6"]]}]})");
  ChainAnswerParser parser;
  simdjson::dom::parser reference;
  const simdjson::padded_string padded(answer);
  std::string body;
  std::size_t fills = 0;
  const Pair seconds = MedianPair(
      9,
      [&] {
        body = answer;
        body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
      },
      [&] {
        fills = 0;
        const auto logs = parser.Logs(body);
        if (!logs) throw std::runtime_error(logs.error().message);
        FillReader reader;
        for (const ChainLog& log : *logs) {
          const bool is_v1 = log.topics[0] == kFilledV1Topic;
          fills +=
              reader.Read(log, is_v1 ? ExchangeGeneration::kV1 : ExchangeGeneration::kV2) ? 1U : 0U;
        }
      },
      [&] { (void)reference.parse(padded).error(); });
  const double megabytes = static_cast<double>(answer.size()) / 1e6;
  report.AddRatio("decode eth_getLogs, " + std::to_string(fills) + " fills",
                  PerSecond(megabytes / seconds.ours, "MB"),
                  "simdjson DOM parse " + PerSecond(megabytes / seconds.reference, "MB"),
                  seconds.reference / seconds.ours,
                  "0.3");
}

/// In entries of whole blocks, each made by `finish` of the rows between two places.
template <class Finish>
std::vector<NewEntry> EntriesOf(const std::vector<OrderFill>& fills, Finish finish) {
  std::vector<NewEntry> entries;
  std::size_t first = 0;
  for (std::size_t i = 0; i < fills.size(); ++i) {
    const bool is_last = i + 1 == fills.size();
    const bool ends_block = is_last || fills[i + 1].block_number != fills[i].block_number;
    if (!ends_block || (i + 1 - first < kEntryRows && !is_last)) continue;
    entries.push_back(finish(std::span(fills).subspan(first, i + 1 - first)));
    first = i + 1;
  }
  return entries;
}

NewEntry LinesOf(std::span<const OrderFill> fills) {
  NewEntry entry{.timestamp = "2026-11-01T00:00:00.000Z",
                 .version = kLinesVersion,
                 .rows = static_cast<std::uint32_t>(fills.size())};
  for (const OrderFill& fill : fills) AppendRow(entry.data, EncodeEntry(fill));
  return entry;
}

NewEntry BlockOf(std::span<const OrderFill> fills) {
  NativeBlock<OrderFill> block;
  for (const OrderFill& fill : fills) block.Append(fill);
  return BlockEntry(block, "2026-11-01T00:00:00.000Z");
}

std::string Compressed(const std::string& data) {
  std::string out(ZSTD_compressBound(data.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), data.data(), data.size(), 1));
  return out;
}

/// Microseconds a row, of the median of five.
std::string Micros(std::size_t rows, const std::function<void()>& work) {
  const std::string text = std::to_string(MedianSeconds(5, work) / static_cast<double>(rows) * 1e6);
  return text.substr(0, text.find('.') + 3) + " µs";
}

/// What each form of an entry of fills costs a fill: its bytes in the stream, making it, what a
/// writer does with it, and what a processor does.
void BenchPayload(Report& report) {
  GeneratedFills generator;
  const auto fills = generator.Next(50'000);
  const auto lines = EntriesOf(fills, LinesOf);
  const auto blocks = EntriesOf(fills, BlockOf);
  const auto block = RecordTypeOf(OrderFill::kStream)->make_block();
  const auto micros = [&](const std::function<void()>& work) { return Micros(fills.size(), work); };
  const auto bytes = [&](const auto& entries, auto size_of) {
    std::size_t sum = 0;
    for (const auto& entry : entries) sum += size_of(entry);
    return std::to_string(sum / fills.size()) + " bytes";
  };
  const auto plain = [](const NewEntry& entry) { return entry.data.size(); };
  const auto packed = [](const NewEntry& entry) { return Compressed(entry.data).size(); };
  const std::string to_block = micros([&] {
    block->Clear();
    for (const NewEntry& entry : lines) {
      RowTexts texts(entry.data, kLinesVersion);
      for (std::string_view text; texts.Next(text);) (void)block->Add(text).has_value();
    }
  });
  const std::string pass_on = micros([&] {
    block->Clear();
    for (const NewEntry& entry : blocks) (void)block->AddBlock(entry.data).has_value();
  });
  const std::string read = micros([&] {
    for (const NewEntry& entry : blocks) (void)ReadBlock<OrderFill>(entry.data).has_value();
  });
  const auto pack = [&](const std::vector<NewEntry>& entries) {
    return micros([&] {
      for (const NewEntry& entry : entries) (void)Compressed(entry.data);
    });
  };
  report.AddFigure("a fill in lines of JSON",
                   bytes(lines, plain) + ", " + micros([&] { (void)EntriesOf(fills, LinesOf); }) +
                       " to make, " + to_block + " to a block for its table",
                   "");
  report.AddFigure(
      "zstd over them", bytes(lines, packed) + ", " + pack(lines) + " more to make", "");
  report.AddFigure("a fill in a Native block",
                   bytes(blocks, plain) + ", " + micros([&] { (void)EntriesOf(fills, BlockOf); }) +
                       " to make, " + pass_on + " to pass on to its table, " + read + " to read",
                   "");
  report.AddFigure(
      "zstd over it", bytes(blocks, packed) + ", " + pack(blocks) + " more to make", "");
}

/// CPU seconds that a process has used so far, and its peak of memory in MB.
struct Usage {
  double cpu = 0;
  double peak = 0;
};

Usage UsageOf(pid_t pid) {
  const std::string stat = ReadFile("/proc/" + std::to_string(pid) + "/stat");
  const auto after_name = stat.rfind(')');
  if (after_name == std::string::npos) return {};
  const auto fields = Split(stat.substr(after_name + 2), ' ');
  Usage usage;
  usage.cpu =
      (std::stod(fields[11]) + std::stod(fields[12])) / static_cast<double>(sysconf(_SC_CLK_TCK));
  const std::string status = ReadFile("/proc/" + std::to_string(pid) + "/status");
  if (const auto at = status.find("VmHWM:"); at != std::string::npos) {
    usage.peak = std::stod(status.substr(at + 6)) / 1024;
  }
  return usage;
}

/// Until the process has ended: how long that took, and what it has used.
struct Finished {
  double seconds = 0;
  Usage usage;
};

Finished Watch(ChildProcess& process) {
  const auto begun = SteadyNow();
  Finished finished;
  WaitUntil(
      [&] {
        const Usage now = UsageOf(process.pid());
        finished.usage.cpu = std::max(finished.usage.cpu, now.cpu);
        finished.usage.peak = std::max(finished.usage.peak, now.peak);
        return process.HasEnded();
      },
      std::chrono::hours(2));
  finished.seconds = std::chrono::duration<double>(SteadyNow() - begun).count();
  if (process.Wait().exit_code != 0) throw std::runtime_error(process.Stderr());
  return finished;
}

/// Appends fills to their stream, as the ingester does.
void FillStream(StreamWriter& writer, std::size_t wanted) {
  GeneratedFills generator;
  for (std::size_t made = 0; made < wanted;) {
    const auto fills = generator.Next(std::min<std::size_t>(50'000, wanted - made));
    AppendTransaction append{.stream = StreamName(std::string(OrderFill::kStream))};
    append.entries = EntriesOf(fills, BlockOf);
    made += fills.size();
    if (!writer.Append(append)) throw std::runtime_error("cannot fill the stream");
  }
}

/// The markets of all tokens, stored by the engine itself; `engine` is how curl finds it.
void InsertMarkets(std::vector<std::string> engine, std::uint64_t tokens) {
  const ScratchDir dir;
  const std::string path = dir / "markets.tsv";
  std::FILE* file = std::fopen(path.c_str(), "w");
  for (std::uint64_t market = 0; market < tokens / 2; ++market) {
    std::fprintf(file,
                 "%llu\t0x%064llx\t['Yes','No']\t['%s','%s']\t1\n",
                 static_cast<unsigned long long>(market + 1),
                 static_cast<unsigned long long>(market * 7919 + 1),
                 GeneratedFills::TokenDigits(2 * market).c_str(),
                 GeneratedFills::TokenDigits(2 * market + 1).c_str());
  }
  (void)std::fclose(file);
  engine.back() +=
      "/?database=polymarket&query=INSERT%20INTO%20markets%20(id,condition_id,outcomes,tokens,"
      "version)%20FORMAT%20TSV&max_insert_block_size=65536&min_insert_block_size_rows=65536";
  engine.insert(engine.begin(), {"curl", "-sS", "--fail-with-body", "--data-binary", "@" + path});
  if (const RunResult run = RunToEnd(std::move(engine)); run.exit_code != 0) {
    throw std::runtime_error("cannot insert markets: " + run.err + run.out);
  }
}

void InsertMarkets(const Polyhouse& polyhouse, const ScratchDir& dir, std::uint64_t tokens) {
  const auto engine = polyhouse.HoldEngine();
  if (const RunResult made = polyhouse.Run({"schema", "apply"}); made.exit_code != 0) {
    throw std::runtime_error(made.err);
  }
  InsertMarkets({"--unix-socket", dir / "data/engine.sock", "http://engine"}, tokens);
}

/// `up` that reads no listing and no blocks: it makes trades of what is in the stream.
std::vector<std::string> ProcessAll() {
  return {"up",
          "--once",
          "--fills-backfill=false",
          "--markets-backfill=false",
          "--events-backfill=false",
          "--markets-discover=false",
          "--events-discover=false",
          "--markets-refresh=false",
          "--events-refresh=false",
          "--markets-settle=false",
          "--events-settle=false",
          "--ingest-canary-interval=0s"};
}

void ReportPipeline(
    const std::string& where, const Finished& up, double start, std::size_t fills, Report& report) {
  const auto millions = static_cast<double>(fills) / 1e6;
  report.AddFigure("fills to trades to tables, " + where + ", " + std::to_string(fills) + " fills",
                   PerSecond(static_cast<double>(fills) / (up.seconds - start), "fills"),
                   "100,000");
  report.AddRatio("CPU of our roles, " + where,
                  std::to_string(up.usage.cpu / millions).substr(0, 4) + " s a million fills",
                  "the original's 142 s",
                  kOriginalCpu / (up.usage.cpu / millions),
                  "25");
  report.AddFigure("peak memory of processor and writers in one process, " + where,
                   std::to_string(static_cast<long>(up.usage.peak)) + " MB",
                   "");
}

/// What `up` takes when there is nothing to do.
double StartSeconds(const Polyhouse& polyhouse) {
  ChildProcess up(polyhouse.Command(ProcessAll()));
  return Watch(up).seconds;
}

/// Of a row on disk, once everything is merged.
std::string BytesOfRow(const Polyhouse& polyhouse, const std::string& table) {
  (void)polyhouse.Run({"query", "--write", "OPTIMIZE TABLE " + table + " FINAL"});
  return polyhouse.Query(
      "SELECT round(sum(data_compressed_bytes) / sum(rows), 1) FROM system.parts WHERE active AND "
      "database = currentDatabase() AND table = '" +
      table + "'");
}

/// The table's rows once more, in its order, with one codec for all columns; `empty`: each with its
/// own. Seconds of the copy.
double CopyWithCodec(const Polyhouse& polyhouse,
                     const std::string& table,
                     const std::string& codec) {
  const std::string own = codec.empty() ? "compression_codec" : "'CODEC(" + codec + ")'";
  const std::string of_table = " WHERE database = currentDatabase() AND ";
  const std::string columns =
      polyhouse.Query("SELECT arrayStringConcat(groupArray(concat('`', name, '` ', type, ' ', " +
                          own + ")), ', ') FROM (SELECT * FROM system.columns" + of_table +
                          "table = '" + table + "' ORDER BY position)",
                      "TabSeparatedRaw");
  const std::string key = polyhouse.Query(
      "SELECT concat(' PARTITION BY ', partition_key, ' ORDER BY (', sorting_key, ')') FROM "
      "system.tables" +
          of_table + "name = '" + table + "'",
      "TabSeparatedRaw");
  polyhouse.Query("DROP TABLE IF EXISTS codec_try SYNC");
  polyhouse.Query("CREATE TABLE codec_try (" + columns + ") ENGINE = MergeTree" + key);
  const auto begun = SteadyNow();
  polyhouse.Query("INSERT INTO codec_try SELECT * FROM " + table);
  return std::chrono::duration<double>(SteadyNow() - begun).count();
}

/// What a row takes on disk, beside other codecs.
void BenchDisk(const Polyhouse& polyhouse, Report& report) {
  const auto engine = polyhouse.HoldEngine();
  for (const std::string table : {"order_fills", "trades"}) {
    report.AddFigure("bytes on disk of a row of " + table, BytesOfRow(polyhouse, table), "");
    const double own = CopyWithCodec(polyhouse, table, "");
    const std::string own_bytes = BytesOfRow(polyhouse, "codec_try");
    for (const std::string codec : {"LZ4", "ZSTD(1)", "ZSTD(3)", "ZSTD(6)"}) {
      const double seconds = CopyWithCodec(polyhouse, table, codec);
      report.AddRatio("bytes of a row of " + table + " with " + codec + " for every column",
                      BytesOfRow(polyhouse, "codec_try"),
                      "with ours " + own_bytes + "; ratio: of the time to store them",
                      seconds / own,
                      "");
    }
    polyhouse.Query("DROP TABLE codec_try SYNC");
  }
}

void BenchEmbedded(std::size_t fills, const Simulator& simulator, Report& report) {
  const ScratchDir dir;
  const Polyhouse polyhouse(
      dir / "data", simulator.url(), {"--rpc-url=" + simulator.url() + "/rpc"});
  InsertMarkets(polyhouse, dir, 20'000);
  const double start = StartSeconds(polyhouse);
  {
    const auto writer = Must(OpenSqliteStreamWriter(dir / "data/streams.db"));
    FillStream(*writer, fills);
  }
  ChildProcess up(polyhouse.Command(ProcessAll()));
  ReportPipeline("embedded", Watch(up), start, fills, report);
  BenchDisk(polyhouse, report);
}

void BenchServers(std::size_t fills, const Simulator& simulator, Report& report) {
  if (!HasRedis()) return;
  const RedisServer redis;
  const LiveEngine engine;
  engine.ApplySchema("polymarket");
  const ScratchDir unused;
  const Polyhouse polyhouse(unused.path(),
                            simulator.url(),
                            {"--rpc-url=" + simulator.url() + "/rpc",
                             "--redis-url=redis://127.0.0.1:" + std::to_string(redis.port()),
                             "--clickhouse-url=" + engine.url()});
  InsertMarkets({engine.url()}, 20'000);
  const double start = StartSeconds(polyhouse);
  {
    SystemClock clock;
    const auto writer = Must(OpenRedisStreamWriter({.redis = redis.options()}, clock));
    FillStream(*writer, fills);
  }
  ChildProcess up(polyhouse.Command(ProcessAll()));
  ReportPipeline("Redis and the engine over HTTP", Watch(up), start, fills, report);
}

/// The index alone, of three million tokens.
void BenchTokenIndex(Report& report) {
  const auto resident = [] {
    const std::string status = ReadFile("/proc/self/status");
    return std::stod(status.substr(status.find("VmRSS:") + 6)) / 1024;
  };
  const double before = resident();
  TokenIndex index;
  for (std::uint64_t market = 0; market < 1'500'000; ++market) {
    Market row{.id = MarketId(std::to_string(market + 1))};
    row.condition_id =
        "0x" + std::string(44, '0') + std::to_string(10'000'000'000'000'000'000U - market);
    row.outcomes = {"Yes", "No"};
    row.tokens = {TokenId(GeneratedFills::TokenDigits(2 * market)),
                  TokenId(GeneratedFills::TokenDigits(2 * market + 1))};
    index.Add(row);
  }
  report.AddFigure("memory of the index of 3,000,000 tokens",
                   std::to_string(static_cast<long>(resident() - before)) + " MB",
                   "150 MB");
}

/// Three million tokens, and nothing to do but to know them.
void BenchProcessorMemory(const Simulator& simulator, Report& report) {
  const ScratchDir dir;
  const Polyhouse polyhouse(
      dir / "data", simulator.url(), {"--rpc-url=" + simulator.url() + "/rpc"});
  InsertMarkets(polyhouse, dir, 3'000'000);
  const auto engine = polyhouse.HoldEngine();
  ChildProcess process(polyhouse.Command({"process", "trades", "--once"}));
  report.AddFigure("peak memory of `process trades` with 3,000,000 tokens",
                   std::to_string(static_cast<long>(Watch(process).usage.peak)) + " MB",
                   "250 MB");
}

}  // namespace

void BenchFills(const BenchInput& /*input*/, Report& report) {
  BenchDecode(report);
  BenchPayload(report);
  BenchTokenIndex(report);
  const Simulator simulator({"--markets", "50", "--fills", "100"});
  BenchEmbedded(WantedFills(), simulator, report);
  BenchServers(WantedFills(), simulator, report);
  BenchProcessorMemory(simulator, report);
}

}  // namespace polyhouse
