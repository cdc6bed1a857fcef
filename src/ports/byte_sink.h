#pragma once

#include <string_view>

#include "base/result.h"

namespace polyhouse {

/// Takes bytes one after the other. Used from one thread.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// kConfig when there is no room or no permission: somebody must act. kStopping when whoever
  /// reads them wants no more.
  virtual Status Write(std::string_view bytes) = 0;
  /// No more follow: what was held back is passed on.
  virtual Status Finish() = 0;
};

/// How a file is compressed as a whole.
enum class FileCoding { kNone, kGzip, kZstd };

}  // namespace polyhouse
