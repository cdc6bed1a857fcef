#pragma once

#include "base/result.h"

namespace polyhouse {

/// What the program tells its caller.
enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kConfig = 2,  ///< Wrong configuration or usage.
  kInterrupted = 130,
};

inline ExitCode ExitCodeOf(const Error& error) {
  return error.kind == ErrorKind::kConfig ? ExitCode::kConfig : ExitCode::kFailed;
}

}  // namespace polyhouse
