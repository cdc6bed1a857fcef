#include <sqlite3.h>

#include <stdexcept>

#include "adapters/sqlite/sqlite_streams.h"
#include "benches.h"
#include "support/scratch_dir.h"
#include "typical_payload.h"

namespace polyhouse {
namespace {

constexpr std::size_t kPages = 200;
constexpr std::size_t kPageRows = 100;

void Check(bool good) {
  if (!good) throw std::runtime_error("the bench itself failed");
}

void AppendThroughPort(const std::string& payload) {
  const ScratchDir dir;
  const auto writer = OpenSqliteStreamWriter(dir / "streams.db");
  Check(writer.has_value());
  AppendTransaction page{.stream = StreamName("stream:markets")};
  page.entries.assign(kPageRows, {payload, "2026-11-01T00:00:00.000Z"});
  page.set = {{"state:polymarket_markets_cursor", "open abc"},
              {"state:polymarket_markets_version", "1"}};
  page.add = {{"state:polymarket_markets_offset", 100}};
  for (std::size_t i = 0; i < kPages; ++i) Check((*writer)->Append(page).has_value());
}

/// The same rows in the same transactions by SQLite alone: what no adapter could beat.
void AppendBySqlite(const std::string& payload) {
  const ScratchDir dir;
  sqlite3* database = nullptr;
  Check(sqlite3_open((dir / "plain.db").c_str(), &database) == SQLITE_OK);
  const auto run = [&](const char* sql) {
    Check(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  };
  run("PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT, version INTEGER, data "
      "BLOB)");
  sqlite3_stmt* insert = nullptr;
  Check(sqlite3_prepare_v2(database,
                           "INSERT INTO t (timestamp, version, data) VALUES ('t', 1, ?)",
                           -1,
                           &insert,
                           nullptr) == SQLITE_OK);
  for (std::size_t i = 0; i < kPages; ++i) {
    run("BEGIN IMMEDIATE");
    for (std::size_t row = 0; row < kPageRows; ++row) {
      sqlite3_bind_blob(insert, 1, payload.data(), static_cast<int>(payload.size()), SQLITE_STATIC);
      Check(sqlite3_step(insert) == SQLITE_DONE);
      sqlite3_reset(insert);
    }
    run("COMMIT");
  }
  sqlite3_finalize(insert);
  sqlite3_close(database);
}

}  // namespace

void BenchStreams(const BenchInput&, Report& report) {
  const std::string payload = TypicalPayload();
  const Pair seconds = MedianPair(
      5, [] {}, [&] { AppendThroughPort(payload); }, [&] { AppendBySqlite(payload); });
  const double rows = kPages * kPageRows;
  report.AddRatio("append pages of 100 entries of " + std::to_string(payload.size()) + " bytes",
                  PerSecond(rows / seconds.ours, "rows"),
                  "plain SQLite " + PerSecond(rows / seconds.reference, "rows"),
                  seconds.reference / seconds.ours,
                  "");
}

}  // namespace polyhouse
