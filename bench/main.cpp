// Measures what docs/performance.md shows: every figure beside a reference from the same run,
// medians of several rounds.
//   polyhouse_bench [MARKETS [PART [LINES]]]    (default 50000, all parts: decode archive streams
//   redis tables fills latency questions import export processes page freshness; LINES of the file
//   to import, and trades to ask for and to export, 200000)

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <utility>

#include "benches.h"

namespace {

int Bench(int argc, char** argv) {
  if (argc == 5 && std::string_view(argv[1]) == "--direct")
    return polyhouse::RunDirect(LIBCHDB, argv[2], argv[3], argv[4]);
  const polyhouse::BenchInput input{.recordings = RECORDINGS_DIR,
                                    .program = POLYHOUSE_PROGRAM,
                                    .self = argv[0],
                                    .markets = argc > 1 ? std::stoul(argv[1]) : 50'000,
                                    .lines = argc > 3 ? std::stoul(argv[3]) : 200'000};
  polyhouse::Report report;
  const std::string_view only = argc > 2 ? argv[2] : "";
  for (const auto& [part, run] : {std::pair("decode", &polyhouse::BenchDecode),
                                  std::pair("archive", &polyhouse::BenchArchive),
                                  std::pair("streams", &polyhouse::BenchStreams),
                                  std::pair("redis", &polyhouse::BenchRedis),
                                  std::pair("tables", &polyhouse::BenchTables),
                                  std::pair("fills", &polyhouse::BenchFills),
                                  std::pair("latency", &polyhouse::BenchTradeLatency),
                                  std::pair("questions", &polyhouse::BenchTradeQuestions),
                                  std::pair("import", &polyhouse::BenchImport),
                                  std::pair("export", &polyhouse::BenchExport),
                                  std::pair("processes", &polyhouse::BenchProcesses),
                                  std::pair("page", &polyhouse::BenchPageClients),
                                  std::pair("freshness", &polyhouse::BenchFreshness)}) {
    if (!only.empty() && only != part) continue;
    std::fprintf(stderr, "%s…\n", part);
    run(input, report);
  }
  std::fputs(report.Table().c_str(), stdout);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Bench(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "polyhouse_bench: %s\n", exception.what());
    return 1;
  }
}
