#include "base/authority.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

#include "base/lower_case.h"

namespace polyhouse {
namespace {

bool IsNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::optional<Authority> ParseAuthority(std::string_view text) {
  Authority authority;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  authority.bracketed = text.starts_with('[');
  if (authority.bracketed) text.remove_prefix(1);
  const auto end = authority.bracketed ? text.find(']') : std::min(text.find(':'), text.size());
  if (end == std::string_view::npos) return std::nullopt;
  authority.host = LowerCase(text.substr(0, end));
  const auto rest = text.substr(end + (authority.bracketed ? 1 : 0));
  if (rest.empty()) return authority;
  if (rest.front() != ':' || !IsNumber(rest.substr(1))) return std::nullopt;
  authority.port = rest.substr(1);
  return authority;
}

bool IsLoopback(const Authority& authority) {
  if (authority.bracketed) {
    in6_addr v6{};
    return inet_pton(AF_INET6, authority.host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6) != 0;
  }
  in_addr v4{};
  if (inet_pton(AF_INET, authority.host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24U == 127;
  return authority.host == "localhost";
}

bool IsLoopback(std::string_view authority) {
  const auto parsed = ParseAuthority(authority);
  return parsed && IsLoopback(*parsed);
}

std::string_view AuthorityOfUrl(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  const auto user = url.rfind('@');
  return user == std::string_view::npos ? url : url.substr(user + 1);
}

}  // namespace polyhouse
