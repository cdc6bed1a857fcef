#include <array>
#include <cstdio>
#include <stdexcept>

#include "adapters/files/input_file.h"
#include "base/url.h"
#include "benches.h"
#include "engine_tables.h"

namespace polyhouse {
namespace {

/// Fills as poly_data writes them: matches of three makers and a taker, some thousand tokens and
/// wallets, a few fills a second, which are some millions a day.
std::string GeneratedFills(std::size_t lines) {
  return "SELECT 1700000000 + intDiv(number, 16) AS timestamp, concat('0x', "
         "lower(substring(hex(sipHash128(number % 4 = 3, cityHash64(number) % 50000)), 1, 32)), "
         "'01234567') AS maker, if(number % 4 = 3, token, '0') AS makerAssetId, 100000 + "
         "cityHash64(number, 1) % 1000000000 AS makerAmountFilled, if(number % 4 = 3, "
         "'0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e', concat('0x', "
         "lower(hex(sipHash128(intDiv(number, 4) % 70000))), '89abcdef')) AS taker, if(number % 4 "
         "= 3, '0', token) AS takerAssetId, 100000 + cityHash64(number, 2) % 1000000000 AS "
         "takerAmountFilled, concat('0x', lower(hex(sipHash128(intDiv(number, 4)))), "
         "lower(hex(sipHash128(intDiv(number, 4), 1)))) AS transactionHash FROM (SELECT number, "
         "toString(toUInt256(sipHash64(intDiv(number, 4) % 3000) + 1) * toUInt256('"
         "1000000000000000000000000000000000000000000000000000000003')) AS token FROM "
         "numbers(" +
         std::to_string(lines) + ")) FORMAT CSVWithNames";
}

/// What the engine needs alone: the same columns, read from the file or left at their defaults, in
/// the same order as far as it can be told without a look at rows.
constexpr std::string_view kAlone =
    "CREATE TABLE alone (timestamp DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)), transactionHash "
    "String CODEC(ZSTD(1)), row_hash UInt64, exchange LowCardinality(String), generation "
    "LowCardinality(String), order_hash String CODEC(ZSTD(1)), maker String CODEC(ZSTD(1)), taker "
    "String CODEC(ZSTD(1)), makerAssetId String CODEC(ZSTD(1)), takerAssetId String "
    "CODEC(ZSTD(1)), makerAmountFilled UInt256 CODEC(ZSTD(1)), takerAmountFilled UInt256 "
    "CODEC(ZSTD(1)), fee UInt256 CODEC(ZSTD(1)), builder String CODEC(ZSTD(1)), removed Bool, "
    "version UInt64 CODEC(Delta, ZSTD(1))) ENGINE = ReplacingMergeTree(version) PARTITION BY "
    "toYYYYMM(timestamp) ORDER BY (timestamp, transactionHash, maker, taker, makerAmountFilled) "
    "SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, "
    "fsync_part_directory = 1";

constexpr std::string_view kInsertAlone =
    "INSERT INTO alone (timestamp, maker, makerAssetId, makerAmountFilled, taker, takerAssetId, "
    "takerAmountFilled, transactionHash) FORMAT CSVWithNames";

void Check(bool ok, const std::string& what) {
  if (!ok) throw std::runtime_error(what);
}

class ImportBench {
 public:
  explicit ImportBench(std::size_t lines) : lines_(lines) {
    tables_.Execute(std::string(kAlone));
    std::FILE* const file = std::fopen(path_.c_str(), "wb");
    const auto written = tables_.client().Query(
        GeneratedFills(lines),
        {},
        [&](std::string_view piece) {
          return std::fwrite(piece.data(), 1, piece.size(), file) == piece.size();
        },
        {});
    std::fclose(file);
    Check(written.has_value(), "the file cannot be written");
  }

  void Clear() {
    for (const std::string table : {"alone", "imported_fills"}) {
      tables_.Execute("TRUNCATE TABLE " + table);
    }
  }

  void Import() {
    tables_.Run({"import", "fills", "--again", path_});
    ExpectAll("imported_fills");
  }

  void InsertAlone() {
    const auto file = MappedFile::Open(path_);
    const std::array<std::string_view, 1> body = {file->bytes()};
    std::string url = "http://localhost/";
    AppendUrlParameter(url, "database", tables_.client().database());
    AppendUrlParameter(url, "query", kInsertAlone);
    const auto response = tables_.http().Send({.url = url,
                                               .body = body,
                                               .unix_socket = tables_.socket(),
                                               .timeout = std::chrono::milliseconds(0),
                                               .may_be_silent = true},
                                              {});
    Check(response && response->status == 200, "the reference cannot be inserted");
    ExpectAll("alone");
  }

 private:
  void ExpectAll(const std::string& table) {
    Check(tables_.Fetch("SELECT count() FROM " + table) == std::to_string(lines_) + "\n",
          table + " lacks rows");
  }

  std::size_t lines_;
  EngineTables tables_{{"--schema-imports=true"}};
  std::string path_ = tables_.PathOf("orderFilled.csv");
};

}  // namespace

void BenchImport(const BenchInput& input, Report& report) {
  ImportBench bench(input.lines);
  const int rounds = input.lines > 5'000'000 ? 1 : 3;
  const auto pair = MedianPair(
      rounds, [&] { bench.Clear(); }, [&] { bench.Import(); }, [&] { bench.InsertAlone(); });
  const auto lines = static_cast<double>(input.lines);
  report.AddRatio(
      "import " + std::to_string(input.lines) + " lines of orderFilled.csv",
      PerSecond(lines / pair.ours, "rows"),
      "the engine alone stores the same file " + PerSecond(lines / pair.reference, "rows"),
      pair.reference / pair.ours,
      "0.7");
}

}  // namespace polyhouse
