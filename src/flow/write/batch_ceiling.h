#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace polyhouse {

/// How large a batch may be, in bytes: as it was told, or what the database, or what stands in
/// front of it, was found to take. It tries again and again whether twice as much goes through:
/// soon after a shortage, which may have been a moment's, ever more rarely while that is refused.
class BatchCeiling {
 public:
  explicit BatchCeiling(std::size_t most) : most_(most), now_(most) {}

  std::size_t bytes() const { return now_; }
  /// A batch of so many bytes was too much: for now, or for a limit that somebody has set.
  void Refused(std::size_t bytes, bool is_shortage) {
    now_ = std::max<std::size_t>(1, std::min(now_, bytes / 2));
    if (!is_shortage) wait_ = kLongestWait;
    if (trying_) wait_ = std::min(2 * wait_, kLongestWait);
    trying_ = false;
    passed_ = 0;
  }
  /// A batch was stored.
  void Passed() {
    if (now_ >= most_ || ++passed_ < wait_) return;
    if (trying_) wait_ = kShortestWait;
    trying_ = true;
    now_ = now_ > most_ / 2 ? most_ : 2 * now_;
    passed_ = 0;
  }

 private:
  /// In batches. In the long run trying costs one refusal in the longest wait.
  static constexpr std::uint32_t kShortestWait = 2;
  static constexpr std::uint32_t kLongestWait = 128;

  std::size_t most_;
  std::size_t now_;
  std::uint32_t wait_ = kShortestWait;
  std::uint32_t passed_ = 0;  ///< Since it was changed last.
  bool trying_ = false;       ///< It was raised, and nothing was refused since.
};

}  // namespace polyhouse
