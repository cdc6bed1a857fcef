#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace polyhouse {

/// The bad records that have their dead letters, by a hash of their bytes, and rows with what could
/// not be read of them. It remembers the last
/// thousand: more at once would mean that the API has changed, and then a few letters too many do
/// no harm.
class KnownBad {
 public:
  KnownBad() = default;
  /// From Text; anything else in it is ignored.
  explicit KnownBad(std::string_view text);

  /// True when the record was not known before.
  bool Insert(std::string_view raw);
  /// 16 hexadecimal digits each, separated by spaces, oldest first: the state key `…_bad`.
  std::string Text() const;

 private:
  std::deque<std::uint64_t> hashes_;
};

}  // namespace polyhouse
