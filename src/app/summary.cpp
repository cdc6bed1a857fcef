#include "app/summary.h"

#include <algorithm>
#include <cstdio>

namespace polyhouse {
namespace {

template <class... Values>
std::string Row(const char* format, Values... values) {
  char line[200];
  (void)std::snprintf(line, sizeof(line), format, values...);
  return line;
}

}  // namespace

std::string Summary(const telemetry::Counts& counts, std::chrono::milliseconds elapsed) {
  std::string text = Row("%-20s %10s %10s %10s %10s %12s %10s\n",
                         "ingester",
                         "requests",
                         "retries",
                         "records",
                         "changed",
                         "dead letters",
                         "odd rows");
  for (const auto& [name, ingester] : counts.ingesters) {
    text += Row("%-20s %10llu %10llu %10llu %10llu %12llu %10llu\n",
                name.c_str(),
                static_cast<unsigned long long>(ingester.requests),
                static_cast<unsigned long long>(ingester.retries),
                static_cast<unsigned long long>(ingester.records),
                static_cast<unsigned long long>(ingester.changed),
                static_cast<unsigned long long>(ingester.dead_letters),
                static_cast<unsigned long long>(ingester.odd_rows));
    for (const auto& [lane, counts_of] : ingester.lanes) {
      text += Row("  %-18s %10llu %10llu %10llu %10llu\n",
                  lane.c_str(),
                  static_cast<unsigned long long>(counts_of.requests),
                  static_cast<unsigned long long>(counts_of.retries),
                  static_cast<unsigned long long>(counts_of.records),
                  static_cast<unsigned long long>(counts_of.changed));
    }
  }
  for (const auto& [name, ingester] : counts.ingesters) {
    for (const auto& [field, times] : ingester.unknown_fields) {
      text.append("unknown field of ").append(name).append(": ").append(field);
      text.append(", ").append(std::to_string(times)).append(" times\n");
    }
  }
  text += Row("%-20s %10s %10s %10s %12s\n", "table", "batches", "retries", "rows", "dead letters");
  std::uint64_t rows = 0;
  for (const auto& [name, table] : counts.tables) {
    rows += table.rows;
    text += Row("%-20s %10llu %10llu %10llu %12llu\n",
                name.c_str(),
                static_cast<unsigned long long>(table.batches),
                static_cast<unsigned long long>(table.retries),
                static_cast<unsigned long long>(table.rows),
                static_cast<unsigned long long>(table.dead_letters));
  }
  // No rate: the time is mostly that of the API, which is asked no faster than it allows.
  return text + Row("%llu rows in %.1f s\n",
                    static_cast<unsigned long long>(rows),
                    static_cast<double>(elapsed.count()) / 1000);
}

}  // namespace polyhouse
