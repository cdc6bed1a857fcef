#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace polyhouse {

/// A set of texts by their 64-bit hashes: 16 bytes or fewer a text, whatever its length. Two texts
/// of one hash are taken for one, which among two million happens once in ten million sets.
class HashSet {
 public:
  /// True when the text was not in the set before.
  bool Insert(std::string_view text);
  bool Contains(std::string_view text) const;
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kFirstSlots = 1024;

  void Grow();
  /// Where the hash is, or the free slot where it belongs.
  std::size_t SlotOf(std::uint64_t hash) const;

  std::vector<std::uint64_t> slots_ = std::vector<std::uint64_t>(kFirstSlots);  ///< 0: free.
  std::size_t size_ = 0;
};

}  // namespace polyhouse
