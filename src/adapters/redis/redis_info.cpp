#include "adapters/redis/redis_info.h"

#include <charconv>

namespace polyhouse {

RedisInfo::RedisInfo(std::string_view text) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find("\r\n"));
    text.remove_prefix(std::min(text.size(), line.size() + 2));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    values_.emplace(line.substr(0, colon), line.substr(colon + 1));
  }
}

std::string_view RedisInfo::Text(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string_view() : std::string_view(found->second);
}

std::uint64_t RedisInfo::Number(std::string_view name) const {
  const auto text = Text(name);
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace polyhouse
