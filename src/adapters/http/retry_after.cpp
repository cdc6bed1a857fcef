#include "adapters/http/retry_after.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kLongest = std::chrono::hours(1);

}  // namespace

std::optional<std::chrono::milliseconds> ParseRetryAfter(std::string_view value, Timestamp now) {
  std::uint64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc::invalid_argument && end == value.data() + value.size()) {
    if (error == std::errc::result_out_of_range) return kLongest;
    return std::min<std::chrono::milliseconds>(
        std::chrono::seconds(std::min<std::uint64_t>(seconds, 3600)), kLongest);
  }
  const auto date = ParseHttpDate(value);
  if (!date) return {};
  return std::clamp(*date - now, std::chrono::milliseconds(0), kLongest);
}

std::optional<Timestamp> ParseHttpDate(std::string_view value) {
  const std::time_t date = curl_getdate(std::string(value).c_str(), nullptr);
  if (date < 0) return {};
  return Timestamp(std::chrono::seconds(date));
}

}  // namespace polyhouse
