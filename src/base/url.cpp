#include "base/url.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace polyhouse {
namespace {

std::optional<std::string> PercentDecode(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    const auto digits = text.substr(at + 1, 2);
    unsigned byte = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2) return {};
    decoded += static_cast<char>(byte);
    at += 2;
  }
  return decoded;
}

/// What stands before the first of `stops`; it is taken off `text`, the stop is not.
std::string_view TakeUntil(std::string_view& text, std::string_view stops) {
  const auto part = text.substr(0, text.find_first_of(stops));
  text.remove_prefix(part.size());
  return part;
}

}  // namespace

void AppendUrlParameter(std::string& url, std::string_view name, std::string_view value) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  url += url.find('?') == std::string::npos ? '?' : '&';
  url.append(name).append("=");
  for (const char c : value) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      url += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      url.append({'%', kHex[byte >> 4U], kHex[byte & 0xFU]});
    }
  }
}

Result<UrlParts> ParseUrl(std::string_view url) {
  UrlParts parts;
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos || scheme_end == 0) {
    return ConfigError("it does not begin with a scheme such as http://");
  }
  parts.scheme = url.substr(0, scheme_end);
  url.remove_prefix(scheme_end + 3);
  auto authority = TakeUntil(url, "/?");
  // Otherwise the beginning of the password would be taken for the host, and be shown as such.
  if (url.find('@') != std::string_view::npos) {
    return ConfigError("its user or password has a / or ? in it: write %2F or %3F, and %40 for @");
  }
  // The last @: a careless password may have one in it.
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    auto credentials = authority.substr(0, at);
    const auto user = PercentDecode(TakeUntil(credentials, ":"));
    const auto password = PercentDecode(credentials.substr(credentials.empty() ? 0 : 1));
    if (!user || !password) {
      return ConfigError("its user or password has a % that is not the start of %XX");
    }
    parts.user = *user;
    parts.password = Secret(*password);
    authority.remove_prefix(at + 1);
  }
  if (authority.empty()) return ConfigError("it names no host");
  parts.hosts = authority;
  parts.path = TakeUntil(url, "?");
  parts.query = url.substr(url.empty() ? 0 : 1);
  return parts;
}

std::string WithoutPasswords(std::string_view urls) {
  std::string text;
  while (!urls.empty()) {
    const auto scheme_end = urls.find("://");
    if (scheme_end == std::string_view::npos) return text.append(urls);
    text.append(urls.substr(0, scheme_end + 3));
    urls.remove_prefix(scheme_end + 3);
    // Up to the next URL of the list. A password may hold a careless slash or @.
    const auto next = urls.find("://");
    const auto own = next == std::string_view::npos ? urls : urls.substr(0, urls.rfind(',', next));
    const auto at = own.rfind('@');
    if (at == std::string_view::npos) continue;
    const auto colon = std::min(own.find(':'), at);
    text.append(own.substr(0, colon));
    if (colon < at) text.append(":***");
    urls.remove_prefix(at);
  }
  return text;
}

}  // namespace polyhouse
