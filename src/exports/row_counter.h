#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "exports/file_kind.h"

namespace polyhouse {

/// Counts the rows in the bytes of a file while they pass, and knows whether the file is whole: so
/// what was written is counted, not what was asked for. Used from one thread.
class RowCounter {
 public:
  virtual ~RowCounter() = default;
  virtual void Add(std::string_view bytes) = 0;
  /// Those that were seen so far; zero where only the end tells.
  virtual std::uint64_t seen() const { return 0; }
  /// All of them. kMalformed when the bytes do not end as such a file does.
  virtual Result<std::uint64_t> Finish() = 0;
};

/// Of bytes before they are compressed.
std::unique_ptr<RowCounter> MakeRowCounter(ExportFormat format);

}  // namespace polyhouse
