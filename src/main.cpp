#include <cstdio>
#include <exception>

#include "app/command_line.h"
#include "app/run.h"
#include "base/standard_streams.h"

int main(int argc, char** argv) {
  const polyhouse::StandardStreams streams;
  try {
    auto outcome = polyhouse::ParseCommandLine(argc, argv);
    if (!outcome.parsed) return static_cast<int>(outcome.exit_code);
    return static_cast<int>(polyhouse::Run(*outcome.parsed));
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "polyhouse: unexpected failure: %s\n", exception.what());
    return static_cast<int>(polyhouse::ExitCode::kFailed);
  }
}
