#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"

namespace polyhouse {

/// Bytes that come one after the other. Used from one thread.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills the beginning of `into` and says how much of it; zero only at the end. kTransient when
  /// they cannot be read, kMalformed when they are not what they claim to be (a damaged archive).
  virtual Result<std::size_t> Read(std::span<char> into) = 0;
  /// How much of `size` has been read, for a progress: of a compressed file what it is on the disk.
  virtual std::uint64_t position() const = 0;
  virtual std::uint64_t size() const = 0;
};

}  // namespace polyhouse
