// Measures what docs/performance.md shows: every figure beside a reference from the same run,
// medians of several rounds.
//   polyhouse_bench [MARKETS]    (default 50000)

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "benches.h"

namespace {

int Bench(int argc, char** argv) {
  if (argc == 5 && std::string_view(argv[1]) == "--direct")
    return polyhouse::RunDirect(LIBCHDB, argv[2], argv[3], argv[4]);
  const polyhouse::BenchInput input{.recordings = RECORDINGS_DIR,
                                    .program = POLYHOUSE_PROGRAM,
                                    .self = argv[0],
                                    .markets = argc > 1 ? std::stoul(argv[1]) : 50'000};
  polyhouse::Report report;
  std::fputs("decode…\n", stderr);
  polyhouse::BenchDecode(input, report);
  std::fputs("streams…\n", stderr);
  polyhouse::BenchStreams(input, report);
  std::fputs("redis…\n", stderr);
  polyhouse::BenchRedis(input, report);
  std::fputs("tables…\n", stderr);
  polyhouse::BenchTables(input, report);
  std::fputs("processes…\n", stderr);
  polyhouse::BenchProcesses(input, report);
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
