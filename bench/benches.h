#pragma once

#include <string>

#include "report.h"

namespace polyhouse {

/// Where the bench finds what it works on.
struct BenchInput {
  std::string recordings;   ///< A directory of recorded API pages; may be absent, then generated
                            ///< pages are used.
  std::string program;      ///< polyhouse.
  std::string self;         ///< This bench, for child processes that load the engine's library.
  std::size_t markets = 0;  ///< Size of the generated world.
  std::size_t lines = 0;    ///< Of the file to import; trades to ask for and to export.
};

void BenchArchive(const BenchInput& input, Report& report);
void BenchDecode(const BenchInput& input, Report& report);
void BenchStreams(const BenchInput& input, Report& report);
void BenchRedis(const BenchInput& input, Report& report);
void BenchTables(const BenchInput& input, Report& report);
void BenchProcesses(const BenchInput& input, Report& report);
void BenchFills(const BenchInput& input, Report& report);
void BenchTradeLatency(const BenchInput& input, Report& report);
void BenchTradeQuestions(const BenchInput& input, Report& report);
void BenchExport(const BenchInput& input, Report& report);
void BenchImport(const BenchInput& input, Report& report);
void BenchPageClients(const BenchInput& input, Report& report);
void BenchFreshness(const BenchInput& input, Report& report);

/// The child's side of BenchTables: calls libchdb directly on `dir` and prints one figure. `what`
/// is "insert" or "select".
int RunDirect(const std::string& libchdb,
              const std::string& what,
              const std::string& dir,
              const std::string& file);

}  // namespace polyhouse
