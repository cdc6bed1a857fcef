#pragma once

// Private to adapters/redis.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace polyhouse {

/// What INFO answers: lines of "name:value" under headings.
class RedisInfo {
 public:
  explicit RedisInfo(std::string_view text);

  /// Empty when the server does not say.
  std::string_view Text(std::string_view name) const;
  /// Zero when the server does not say. The digits before anything else: 7 for "7.2.4".
  std::uint64_t Number(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace polyhouse
