#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace polyhouse {

/// How large a batch may be, in bytes: as it was told, or what the database, or what stands in
/// front of it, was found to take. By and by it tries whether more goes through again.
class BatchCeiling {
 public:
  explicit BatchCeiling(std::size_t most) : most_(most), now_(most) {}

  std::size_t bytes() const { return now_; }
  /// A batch of so many bytes was too much.
  void Refused(std::size_t bytes) {
    now_ = std::max<std::size_t>(1, std::min(now_, bytes / 2));
    passed_ = 0;
  }
  /// A batch was stored.
  void Passed() {
    if (now_ >= most_ || ++passed_ < kBeforeMore) return;
    now_ = now_ > most_ / 2 ? most_ : 2 * now_;
    passed_ = 0;
  }

 private:
  /// One refusal in so many batches is what trying costs.
  static constexpr std::uint32_t kBeforeMore = 100;

  std::size_t most_;
  std::size_t now_;
  std::uint32_t passed_ = 0;
};

}  // namespace polyhouse
