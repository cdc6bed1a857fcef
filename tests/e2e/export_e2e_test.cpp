// What the simulator's chain and listings hold, exported in every format and read back: by the
// engine's own file() and by a Parquet reader from npm.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "contract/live_engine.h"
#include "exports/time_column.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> kEndings = {
    "parquet", "csv", "csv.gz", "csv.zst", "jsonl", "jsonl.gz", "jsonl.zst", "arrow"};

/// So many rows that the answer has begun long before the last is known.
constexpr const char* kFailsHalfWay =
    "SELECT number, cityHash64(number) AS hash, throwIf(number = 1900000, 'half-way') AS x FROM "
    "numbers(2000000)";

/// One engine, and one chain with its markets, read once.
class World {
 public:
  World() {
    const Simulator simulator({"--markets", "200", "--fills", "3000"});
    const Polyhouse reader(data_dir(),
                           simulator.url(),
                           {"--rpc-url=" + simulator.url() + "/rpc", "--fills-from=89990000"});
    up_ = reader.Run({"up", "--once"});
    engine_ = polyhouse_.HoldEngine();
  }

  std::string data_dir() const { return dir_ / "data"; }
  const Polyhouse& polyhouse() const { return polyhouse_; }
  const RunResult& up() const { return up_; }

 private:
  ScratchDir dir_;
  Polyhouse polyhouse_{WithTables(dir_ / "data")};
  RunResult up_;
  std::unique_ptr<ChildProcess> engine_;
};

class Export : public testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new World; }
  static void TearDownTestSuite() { delete world_; }

  void SetUp() override { ASSERT_EQ(world_->up().exit_code, 0) << world_->up().err; }

  static const Polyhouse& polyhouse() { return world_->polyhouse(); }

  RunResult Run(const std::string& source,
                const std::string& name,
                const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"export", source, name == "-" ? name : here_ / name};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return polyhouse().Run(arguments);
  }
  /// Runs it and expects success.
  void MustRun(const std::string& source,
               const std::string& name,
               const std::vector<std::string>& more = {}) const {
    const RunResult run = Run(source, name, more);
    ASSERT_EQ(run.exit_code, 0) << run.err;
  }

  /// The engine reads files below its tables alone, and there only for the owner.
  std::string AskOfFile(const std::string& name,
                        const std::string& structure,
                        const std::string& what) const {
    const std::string path = world_->data_dir() + "/tables/" + fs::path(name).filename().string();
    fs::copy_file(here_ / name, path, fs::copy_options::overwrite_existing);
    const RunResult run = polyhouse().Run(
        {"query",
         "--write",
         "SELECT " + what + " FROM file('" + path + "', auto, $$" + structure + "$$)"});
    fs::remove(path);
    EXPECT_EQ(run.exit_code, 0) << name << ": " << run.err;
    return run.out.substr(0, run.out.find('\n'));
  }

  /// The columns of a table or view with their types, as file() wants them.
  static std::string StructureOf(const std::string& table) {
    return polyhouse().Query(
        "SELECT arrayStringConcat(groupArray(concat('`', name, '` ', type)), ', ') FROM (SELECT "
        "name, type FROM system.columns WHERE database = 'polymarket' AND table = '" +
            table + "' ORDER BY position)",
        "TabSeparatedRaw");
  }

  std::string Manifest(const std::string& name) const { return ReadFile(here_ / name); }
  /// What is there beside finished files.
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(here_.path())) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  static World* world_;
  ScratchDir here_;
};

World* Export::world_ = nullptr;

TEST_F(Export, EveryFormatHoldsEveryValue) {
  constexpr const char* kContent = "count(), sum(cityHash64(toString(tuple(*))))";
  for (const std::string table : {"trades_current", "order_fills_current", "markets_current"}) {
    const std::string structure = StructureOf(table);
    const std::string content =
        polyhouse().Query("SELECT " + std::string(kContent) + " FROM " + table);
    ASSERT_THAT(content, Not(testing::StartsWith("0")));
    for (const std::string& ending : kEndings) {
      const std::string name = table + "." + ending;
      MustRun(table, name);
      EXPECT_EQ(AskOfFile(name, structure, kContent), content) << name;
      EXPECT_THAT(Manifest(name + ".manifest.json"),
                  HasSubstr("\"rows\": " + content.substr(0, content.find('\t')) + ","));
    }
  }
}

TEST_F(Export, AParquetReaderFromNpmReadsEveryValue) {
  const std::string clients = here_ / "clients";
  fs::copy(std::string(TESTS_DIR) + "/clients", clients);
  const auto installed = RunToEnd({"npm",
                                   "ci",
                                   "--prefix",
                                   clients,
                                   "--no-audit",
                                   "--no-fund",
                                   "--ignore-scripts",
                                   "--loglevel=error"});
  if (installed.exit_code != 0) GTEST_SKIP() << "npm cannot install hyparquet: " << installed.err;
  for (const auto& [table, order] :
       {std::pair<std::string, std::string>{"trades_current", "transactionHash, log_index"},
        {"order_fills_current", "block_number, log_index"},
        {"markets_current", "id"}}) {
    const std::string sql = "SELECT * FROM " + table + " ORDER BY " + order;
    MustRun(sql, table + ".parquet");
    WriteFile(here_ / "wanted.jsonl",
              polyhouse().Query("SELECT " +
                                    std::string(table == "order_fills_current"
                                                    ? "* REPLACE (toString(maker_amount) AS "
                                                      "maker_amount, toString(taker_amount) AS "
                                                      "taker_amount, toString(fee) AS fee)"
                                                    : "*") +
                                    " FROM (" + sql + ")",
                                "JSONEachRow") +
                  "\n");

    const RunResult read = RunToEnd({"node",
                                     clients + "/read_parquet.mjs",
                                     here_ / (table + ".parquet"),
                                     here_ / "wanted.jsonl"});

    EXPECT_EQ(read.exit_code, 0) << table << ": " << read.err;
    EXPECT_THAT(read.out, HasSubstr(polyhouse().Query("SELECT count() FROM " + table) + " rows, "));
  }
}

TEST_F(Export, TheManifestSaysWhatIsInTheFile) {
  MustRun("trades_current", "trades.csv.gz", {"--until", "2100-01-01"});

  const std::string manifest = Manifest("trades.csv.gz.manifest.json");
  const auto iso = [](const std::string& which) {
    return polyhouse().Query("SELECT formatDateTime(" + which +
                             "(timestamp), '%Y-%m-%dT%H:%i:%S') FROM trades_current");
  };
  const std::string last = polyhouse().Query("SELECT max(name) FROM polyhouse_migrations");
  EXPECT_THAT(manifest, HasSubstr("\"schema_version\": \"" + last + "\""));
  EXPECT_THAT(manifest, HasSubstr("\"until\": \"2100-01-01T00:00:00.000Z\""));
  EXPECT_THAT(manifest, HasSubstr("\"format\": \"csv.gz\""));
  EXPECT_THAT(manifest, HasSubstr("\"complete\": true"));
  EXPECT_THAT(manifest, HasSubstr("\"min_time\": \"" + iso("min")));
  EXPECT_THAT(manifest, HasSubstr("\"max_time\": \"" + iso("max")));
  EXPECT_THAT(manifest,
              HasSubstr("\"bytes\": " + std::to_string(fs::file_size(here_ / "trades.csv.gz"))));
}

TEST_F(Export, SinceIsIncludedAndUntilIsNot) {
  const auto nth = [](const std::string& share) {
    return polyhouse().Query("SELECT formatDateTime(quantileExact(" + share +
                             ")(timestamp), '%Y-%m-%dT%H:%i:%SZ') FROM trades_current");
  };
  const std::string since = nth("0.3");
  const std::string until = nth("0.7");
  const std::string wanted = polyhouse().Query(
      "SELECT count() FROM trades_current WHERE timestamp >= parseDateTime64BestEffort('" + since +
      "', 3, 'UTC') AND timestamp < parseDateTime64BestEffort('" + until + "', 3, 'UTC')");
  ASSERT_NE(wanted, "0");

  MustRun("trades_current", "part.parquet", {"--since", since, "--until", until});
  MustRun("SELECT timestamp AS t, price FROM trades_current",
          "sql.parquet",
          {"--since", since, "--until", until});

  EXPECT_THAT(Manifest("part.parquet.manifest.json"), HasSubstr("\"rows\": " + wanted + ","));
  EXPECT_THAT(Manifest("sql.parquet.manifest.json"), HasSubstr("\"rows\": " + wanted + ","));
}

TEST_F(Export, OfAViewWithParametersIsItsRows) {
  const std::string view =
      "market_page(market = '" + polyhouse().Query("SELECT max(market_id) FROM trades") + "')";

  const RunResult run = polyhouse().Run({"export", view, here_ / "page.csv"});

  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(ReadFile(here_ / "page.csv"),
            polyhouse().Run({"query", "SELECT * FROM " + view, "--format", "CSVWithNames"}).out);
}

TEST_F(Export, OfNothingIsAFileOfNoRows) {
  for (const std::string& ending : kEndings) {
    const std::string name = "none." + ending;
    MustRun("SELECT toUInt64(1) AS a, 'x' AS b WHERE 0", name);
    EXPECT_EQ(AskOfFile(name, "a UInt64, b String", "count()"), "0");
    EXPECT_THAT(Manifest(name + ".manifest.json"), HasSubstr("\"rows\": 0,"));
  }
  EXPECT_EQ(ReadFile(here_ / "none.csv"), "\"a\",\"b\"\n");
}

TEST_F(Export, ToStandardOutputIsTheSameBytes) {
  const std::string sql = "SELECT * FROM trades_current ORDER BY transactionHash, log_index";
  MustRun(sql, "trades.csv");

  const RunResult run = Run(sql, "-");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, ReadFile(here_ / "trades.csv"));
  EXPECT_THAT(Run(sql, "-", {"--format", "parquet"}).out, testing::StartsWith("PAR1"));

  const RunResult head = RunToEnd({"bash",
                                   "-o",
                                   "pipefail",
                                   "-c",
                                   PolyhouseProgram() + " --data-dir " + world_->data_dir() +
                                       " export 'SELECT * FROM numbers(100000000)' - | head -2"});
  EXPECT_EQ(head.exit_code, 0) << head.err;
  EXPECT_EQ(head.out, "\"number\"\n0\n");
}

TEST_F(Export, AFailureHalfWayLeavesNoFile) {
  for (const std::string ending : {"parquet", "csv", "jsonl.zst", "arrow"}) {
    const RunResult run = Run(kFailsHalfWay, "numbers." + ending);

    EXPECT_EQ(run.exit_code, 1) << ending;
    EXPECT_THAT(run.err, HasSubstr("half-way")) << ending;
    EXPECT_THAT(Files(), testing::IsEmpty()) << ending;
  }
  const RunResult output = Run(kFailsHalfWay, "-");
  EXPECT_EQ(output.exit_code, 1);
  EXPECT_THAT(output.err, HasSubstr("the output is incomplete: "));
}

TEST_F(Export, AFileThatIsThereOutlivesAFailure) {
  WriteFile(here_ / "numbers.csv", "old");

  EXPECT_EQ(Run(kFailsHalfWay, "numbers.csv", {"--force"}).exit_code, 1);
  EXPECT_EQ(ReadFile(here_ / "numbers.csv"), "old");

  EXPECT_THAT(Run("SELECT 1 AS a", "numbers.csv").err, HasSubstr("say --force to replace it"));
  EXPECT_EQ(ReadFile(here_ / "numbers.csv"), "old");

  MustRun("SELECT 1 AS a", "numbers.csv", {"--force"});
  EXPECT_EQ(ReadFile(here_ / "numbers.csv"), "\"a\"\n1\n");
}

/// An export of more than anybody waits for, stopped when it has begun.
class StoppedExport : public Export {
 protected:
  std::unique_ptr<ChildProcess> Begin(const Polyhouse& polyhouse) {
    auto process = std::make_unique<ChildProcess>(polyhouse.Command(
        {"export", "SELECT number, cityHash64(number) AS h FROM numbers(2000000000)", path_}));
    EXPECT_TRUE(WaitUntil([&] {
      std::error_code error;
      const auto size = fs::file_size(path_ + ".partial", error);
      return !error && size > 1'000'000;
    })) << process->Stderr();
    return process;
  }

  std::string path_ = here_ / "numbers.parquet";
};

TEST_F(StoppedExport, ByASignalRemovesWhatItHasWritten) {
  const auto process = Begin(polyhouse());
  process->Signal(SIGINT);

  EXPECT_EQ(process->Wait().exit_code, 130);
  EXPECT_THAT(Files(), testing::IsEmpty());
}

TEST_F(StoppedExport, ByKillLeavesAFileWhoseNameSaysSo) {
  const auto process = Begin(polyhouse());
  process->Signal(SIGKILL);
  process->Wait();

  EXPECT_THAT(Files(), testing::ElementsAre("numbers.parquet.partial"));
  MustRun("SELECT 1 AS a", "numbers.parquet");
  EXPECT_THAT(Files(),
              testing::UnorderedElementsAre("numbers.parquet", "numbers.parquet.manifest.json"));
}

TEST_F(StoppedExport, ByTheEndOfTheServerFails) {
  LiveEngine server;
  server.ApplySchema("polymarket");
  const Polyhouse remote(
      world_->data_dir(), "http://127.0.0.1:1", {"--clickhouse-url=" + server.url()});
  const auto process = Begin(remote);
  server.Kill();

  const ProcessEnd end = process->Wait();
  EXPECT_EQ(end.exit_code, 1) << process->Stderr();
  EXPECT_THAT(process->Stderr(), HasSubstr("numbers.parquet was not written: "));
  EXPECT_THAT(Files(), testing::IsEmpty());
}

TEST_F(Export, ReadsAServerInTheSameWay) {
  LiveEngine server;
  server.ApplySchema("polymarket");
  const Polyhouse remote(
      world_->data_dir(), "http://127.0.0.1:1", {"--clickhouse-url=" + server.url()});
  remote.Run({"query",
              "--write",
              "INSERT INTO trades (timestamp, transactionHash, log_index, version) SELECT "
              "toDateTime64('2026-11-26', 3, 'UTC') + number, toString(number), number, 1 FROM "
              "numbers(1000)"});
  for (const std::string& ending : kEndings) {
    const RunResult run = remote.Run({"export", "trades", here_ / ("trades." + ending)});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(AskOfFile("trades." + ending,
                        StructureOf("trades"),
                        "count(), sum(log_index), toUnixTimestamp(max(timestamp))"),
              "1000\t499500\t1795652199")
        << ending;
  }
}

TEST_F(Export, SaysWhatToDoAboutWhatItCannotDo) {
  WriteFile(here_ / "file", "");
  struct Case {
    std::vector<std::string> arguments;
    std::string said;
  };
  const std::string out = here_ / "x.csv";
  for (const Case& each : std::vector<Case>{
           {{"trades", here_ / "x.xlsx"}, "names no format: .parquet, .csv"},
           {{"trades", here_ / "no/x.csv"}, "make its folder first"},
           {{"trades", here_ / "file/x.csv"}, "x.csv cannot be written: Not a directory"},
           {{"trade", out}, "SHOW TABLES"},
           {{"trades", out, "--since", "yesterday"}, "--since yesterday is no date such as"},
           {{"trades", out, "--since", "2026-01-02", "--until", "2026-01-02"},
            "nothing is between"},
           {{"clob_markets", out, "--since", "2026-01-01"}, "no column of a date or time"},
           {{"SELECT 1 AS a", out, "--until", "1h"}, "no column of a date or time"},
           {{"SELECT 1 AS a FORMAT JSON", out}, "it must be one SELECT, without FORMAT"},
           {{"SELECT 1 AS a INTO OUTFILE 'x'", out}, "it must be one SELECT"},
           {{"SELECT 1 AS a; SELECT 2 AS b", out}, "it must be one SELECT"},
           {{"TRUNCATE TABLE trades", out}, "it must be one SELECT"},
           {{"SELECT 1); TRUNCATE TABLE trades; SELECT * FROM (SELECT 1", out}, "it must be one"},
           {{"INSERT INTO trades SELECT * FROM trades", out}, "it must be one SELECT"},
           {{"SELECT nope", out}, "UNKNOWN_IDENTIFIER"},
           {{"wallet_page", out}, "the view wallet_page takes a parameter, wallet (String): "},
           {{"polymarket.movers", out}, "movers(until = '2026-11-01 00:00:00', hours = 24)\n"},
           {{"wallet_page(walet = '0x12')", out}, "takes a parameter, wallet (String)"},
           {{"SELECT shares FROM wallet_page", out}, "takes a parameter, wallet (String)"},
           {{"trades", out, "--partition", "year"}, "by day or by month"},
           {{"trades", "-", "--partition", "day"}, "--partition makes folders"},
           {{"trades", here_.path(), "--partition", "day"}, "is no export by partitions"},
           {{"trades", here_ / "p", "--partition", "month", "--since", "2026-01-02"},
            "cuts a month in two"},
           {{"trades", here_.path(), "--format", "csv"}, "is a directory"},
           {{"trades", out, "--time-column", "maker"}, "is no date or time of trades"}}) {
    std::vector<std::string> arguments = {"export"};
    arguments.insert(arguments.end(), each.arguments.begin(), each.arguments.end());
    const RunResult run = polyhouse().Run(arguments);
    EXPECT_EQ(run.exit_code, 2) << each.arguments[0] << ": " << run.err;
    EXPECT_THAT(run.err, HasSubstr(each.said));
  }
  EXPECT_THAT(Files(), testing::ElementsAre("file"));
  EXPECT_NE(polyhouse().Query("SELECT count() FROM trades"), "0");
}

TEST_F(Export, AFullDiskIsSaid) {
  const RunResult run = RunToEnd({"bash",
                                  "-c",
                                  PolyhouseProgram() + " --data-dir " + world_->data_dir() +
                                      " export 'SELECT * FROM numbers(1000000)' - > /dev/full"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("No space left on device"));
}

/// 100 hours from 2026-10-30 on: five days of two months, in a table that can change.
class PartitionedExport : public Export {
 protected:
  void SetUp() override {
    Export::SetUp();
    Write(
        "CREATE OR REPLACE TABLE hours (t DateTime64(3, 'UTC'), n UInt64, version UInt64) ENGINE "
        "= MergeTree ORDER BY t");
    Write(
        "INSERT INTO hours SELECT toDateTime64('2026-10-30', 3, 'UTC') + INTERVAL number HOUR, "
        "number, 1 FROM numbers(100)");
  }
  static void Write(const std::string& sql) {
    const RunResult run = polyhouse().Run({"query", "--write", sql});
    ASSERT_EQ(run.exit_code, 0) << run.err;
  }
  std::string NumbersIn(const std::string& folder) {
    return AskOfFile(
        folder + "/part.parquet", "n UInt64", "concat(toString(min(n)), '-', toString(max(n)))");
  }
};

TEST_F(PartitionedExport, IsAFolderForEachDayOrMonth) {
  MustRun("hours", "days", {"--partition", "day"});
  MustRun("hours", "months", {"--partition", "month"});

  EXPECT_EQ(NumbersIn("days/date=2026-10-30"), "0-23");
  EXPECT_EQ(NumbersIn("days/date=2026-11-03"), "96-99");
  EXPECT_EQ(NumbersIn("months/month=2026-10"), "0-47");
  EXPECT_EQ(NumbersIn("months/month=2026-11"), "48-99");
  EXPECT_THAT(Manifest("days/manifest.json"), HasSubstr("\"complete\": true,\n  \"rows\": 100,"));
}

TEST_F(PartitionedExport, WritesWhatIsMissingOrHasChanged) {
  const std::vector<std::string> by_day = {"--partition", "day"};
  MustRun("hours", "days", by_day);
  EXPECT_THAT(Run("hours", "days", by_day).err,
              HasSubstr("0 rows in 0 partitions (5 more are there already and the same)"));

  fs::remove(here_ / "days/date=2026-10-31/part.parquet");
  Write("ALTER TABLE hours UPDATE n = 1000, version = 2 WHERE n = 50 SETTINGS mutations_sync = 2");
  Write("ALTER TABLE hours DELETE WHERE n BETWEEN 96 AND 99 SETTINGS mutations_sync = 2");
  EXPECT_THAT(Run("hours", "days", by_day).err, HasSubstr("48 rows in 2 partitions (2 more"));
  EXPECT_EQ(NumbersIn("days/date=2026-10-31"), "24-47");
  EXPECT_EQ(NumbersIn("days/date=2026-11-01"), "48-1000");
  EXPECT_FALSE(fs::exists(here_ / "days/date=2026-11-03/part.parquet"));

  // What is outside of the limits is left as it is.
  EXPECT_THAT(Run("hours", "days", {"--partition", "day", "--since", "2026-11-02", "--force"}).err,
              HasSubstr("24 rows in 1 partitions in"));
  EXPECT_THAT(Manifest("days/manifest.json"), HasSubstr("\"rows\": 96,"));
}

TEST_F(PartitionedExport, IsNotMixedWithAnother) {
  MustRun("hours", "days", {"--partition", "day"});

  for (const std::vector<std::string>& more : {std::vector<std::string>{"--partition", "month"},
                                               {"--partition", "day", "--format", "csv"}}) {
    const RunResult run = Run("hours", "days", more);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_THAT(run.err, HasSubstr("has an export of hours as parquet by day"));
  }
  EXPECT_EQ(Run("SELECT * FROM hours WHERE n > 3", "days", {"--partition", "day"}).exit_code, 2);
}

TEST_F(PartitionedExport, GoesOnWhereItWasStopped) {
  // Of the third day no file can be made.
  fs::create_directories(here_ / "days/date=2026-11-01/part.parquet");
  WriteFile(here_ / "days/manifest.json", "{\"complete\": false}");
  const RunResult stopped = Run("hours", "days", {"--partition", "day"});
  EXPECT_EQ(stopped.exit_code, 2) << stopped.err;
  EXPECT_THAT(Manifest("days/manifest.json"), HasSubstr("\"complete\": false,\n  \"rows\": 48,"));

  fs::remove(here_ / "days/date=2026-11-01/part.parquet");
  EXPECT_THAT(Run("hours", "days", {"--partition", "day"}).err,
              HasSubstr("52 rows in 3 partitions (2 more are there already and the same)"));
}

/// Of tables and of views over their rows; what is made of them has the time that is its only one.
TEST_F(Export, EveryTableHasATimeOrIsKnownToHaveNone) {
  std::istringstream names(polyhouse().Query(
      "SELECT name FROM system.tables WHERE database = 'polymarket' AND (name LIKE '%_current' OR "
      "name LIKE '%_history' OR engine LIKE '%MergeTree') AND name NOT IN ('polyhouse_migrations', "
      "'hours') AND name NOT LIKE "
      "'polyhouse%'"));
  for (std::string name; std::getline(names, name);) {
    const auto time = TimeColumnOf(name);
    ASSERT_TRUE(time) << name;
    if (time->empty()) continue;
    EXPECT_THAT(polyhouse().Query("SELECT type FROM system.columns WHERE database = 'polymarket' "
                                  "AND table = '" +
                                      name + "' AND name = '" + std::string(*time) + "'",
                                  "TabSeparatedRaw"),
                HasSubstr("Date"))
        << name;
  }
}

}  // namespace
}  // namespace polyhouse
