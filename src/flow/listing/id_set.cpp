#include "flow/listing/id_set.h"

#include <charconv>
#include <optional>

namespace polyhouse {
namespace {

/// Empty for text that is not the shortest form of a 32-bit number: "07" is another id than "7".
std::optional<std::uint32_t> ToNumber(std::string_view id) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc{} || end != id.data() + id.size()) return {};
  if (id.size() > 1 && id.front() == '0') return {};
  return number;
}

}  // namespace

bool IdSet::Insert(std::string_view id) {
  const auto number = ToNumber(id);
  if (!number) return others_.emplace(id).second;
  auto& page = pages_[*number / kPageBits];
  if (!page) page = std::make_unique<Page>();
  auto bit = (*page)[*number % kPageBits];
  const bool is_new = !bit;
  bit = true;
  return is_new;
}

bool IdSet::Contains(std::string_view id) const {
  const auto number = ToNumber(id);
  if (!number) return others_.contains(std::string(id));
  const auto page = pages_.find(*number / kPageBits);
  return page != pages_.end() && page->second->test(*number % kPageBits);
}

void IdSet::Clear() {
  pages_.clear();
  others_.clear();
}

}  // namespace polyhouse
