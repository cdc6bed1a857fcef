#include "imports/repeat_counter.h"

#include <xxhash.h>

#include <utility>

namespace polyhouse {

std::uint32_t RepeatCounter::Count(std::string_view line) {
  const std::uint64_t hash = XXH3_64bits(line.data(), line.size());
  if (++at_ % kWindow == 0) {
    older_ = std::exchange(recent_, {});
    recent_.reserve(kWindow);
  }
  const auto found = recent_.find(hash);
  const Seen* last = found != recent_.end() ? &found->second : nullptr;
  if (last == nullptr) {
    if (const auto old = older_.find(hash); old != older_.end()) last = &old->second;
  }
  const bool repeats = last != nullptr && at_ - last->at <= kWindow;
  const Seen seen{at_, repeats ? last->before + 1 : 0};
  recent_[hash] = seen;
  return seen.before;
}

}  // namespace polyhouse
