#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace polyhouse {

/// A set of API ids. Ids are small dense numbers, so it holds bits: a million ids take about 125
/// kB.
class IdSet {
 public:
  /// True when the id was not in the set before.
  bool Insert(std::string_view id);
  bool Contains(std::string_view id) const;
  void Clear();

 private:
  static constexpr std::size_t kPageBits = 65'536;
  using Page = std::bitset<kPageBits>;

  std::unordered_map<std::uint32_t, std::unique_ptr<Page>> pages_;
  std::unordered_set<std::string> others_;  ///< Ids that are no 32-bit number.
};

}  // namespace polyhouse
