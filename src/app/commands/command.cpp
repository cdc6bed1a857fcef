#include "app/commands/command.h"

#include <cstdio>

namespace polyhouse {

ExitCode Fail(const Error& error) {
  std::fprintf(stderr, "polyhouse: %s\n", error.message.c_str());
  return ExitCodeOf(error);
}

}  // namespace polyhouse
