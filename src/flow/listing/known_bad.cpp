#include "flow/listing/known_bad.h"

#include <xxhash.h>

#include <algorithm>

#include "base/number_text.h"

namespace polyhouse {
namespace {

constexpr std::size_t kMost = 1'000;

}  // namespace

KnownBad::KnownBad(std::string_view text) {
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    std::uint64_t hash = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), hash, 16);
    if (error == std::errc{} && end == word.data() + word.size()) hashes_.push_back(hash);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
}

bool KnownBad::Insert(std::string_view raw) {
  const std::uint64_t hash = XXH3_64bits(raw.data(), raw.size());
  if (std::find(hashes_.begin(), hashes_.end(), hash) != hashes_.end()) return false;
  hashes_.push_back(hash);
  if (hashes_.size() > kMost) hashes_.pop_front();
  return true;
}

std::string KnownBad::Text() const {
  std::string text;
  for (const std::uint64_t hash : hashes_) {
    if (!text.empty()) text += ' ';
    text += HexText(hash);
  }
  return text;
}

}  // namespace polyhouse
