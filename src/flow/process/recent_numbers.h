#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <utility>

#include "domain/uint256.h"

namespace polyhouse {

/// Numbers that were seen lately, at least the last `most` different ones and at most twice as
/// many, so that memory is bounded. Used from one thread.
class RecentNumbers {
 public:
  explicit RecentNumbers(std::size_t most) : most_(most) {}

  void Add(const Uint256& number) {
    if (newer_.size() >= most_) older_ = std::exchange(newer_, {});
    newer_.insert(number);
  }
  /// What is found counts as seen again.
  bool Contains(const Uint256& number) {
    if (newer_.contains(number)) return true;
    if (!older_.contains(number)) return false;
    Add(number);
    return true;
  }

 private:
  struct Hash {
    /// Addresses are hashes already.
    std::size_t operator()(const Uint256& number) const { return number.limbs[0]; }
  };
  using Numbers = std::unordered_set<Uint256, Hash>;

  std::size_t most_;
  Numbers newer_;
  Numbers older_;
};

}  // namespace polyhouse
