#include "checks/hash_set.h"

#include <functional>

namespace polyhouse {

namespace {

/// Never zero, which marks a free slot.
std::uint64_t HashOf(std::string_view text) {
  const std::uint64_t hash = std::hash<std::string_view>()(text);
  return hash == 0 ? 1 : hash;
}

}  // namespace

std::size_t HashSet::SlotOf(std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at] != 0 && slots_[at] != hash) at = (at + 1) & mask;
  return at;
}

void HashSet::Grow() {
  std::vector<std::uint64_t> old(slots_.size() * 2);
  old.swap(slots_);
  for (const std::uint64_t hash : old) {
    if (hash != 0) slots_[SlotOf(hash)] = hash;
  }
}

bool HashSet::Contains(std::string_view text) const {
  return slots_[SlotOf(HashOf(text))] != 0;
}

bool HashSet::Insert(std::string_view text) {
  if (size_ >= slots_.size() / 4 * 3) Grow();
  const std::uint64_t hash = HashOf(text);
  std::uint64_t& slot = slots_[SlotOf(hash)];
  if (slot == hash) return false;
  slot = hash;
  ++size_;
  return true;
}

}  // namespace polyhouse
