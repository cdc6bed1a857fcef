#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace polyhouse {

/// Counts lines that say the same, so that equal fills of one transaction stay apart. A line counts
/// as the next of its kind when it was seen within the last kWindow lines: what repeats later, such
/// as a part of a file that is in it twice, is the same row again. So the answer depends on what
/// stands before a line and not on where files or pieces of them begin. Used from one thread.
class RepeatCounter {
 public:
  /// More lines than one block of the chain has fills.
  static constexpr std::uint64_t kWindow = 1U << 16U;

  /// How many equal lines stand before this one.
  std::uint32_t Count(std::string_view line);

 private:
  /// Of one hash; a line that was never seen has `at` 0.
  struct Seen {
    std::uint64_t hash = 0;
    std::uint64_t at = 0;
    std::uint32_t before = 0;
  };
  /// Open addressing, half full at most. kWindow lines fit in.
  using Lines = std::vector<Seen>;
  static constexpr std::size_t kPlaces = 2 * kWindow;

  static Seen& Find(Lines& lines, std::uint64_t hash);

  std::uint64_t at_ = 0;
  Lines recent_ = Lines(kPlaces);  ///< Seen since at_ was last a multiple of kWindow.
  Lines older_ = Lines(kPlaces);   ///< And in the kWindow lines before that.
};

}  // namespace polyhouse
