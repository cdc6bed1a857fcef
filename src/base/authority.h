#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace polyhouse {

/// "host", "host:port" or "[v6]:port" taken apart.
struct Authority {
  std::string host;        ///< In lower case, without brackets.
  bool bracketed = false;  ///< An IPv6 address.
  std::string port{};      ///< Digits; empty when none is named.
};

/// Empty when it is nothing of the kind.
std::optional<Authority> ParseAuthority(std::string_view text);

/// Whether a host is this machine: an address of the loopback interface, or exactly `localhost`.
/// Names that merely begin like one, such as 127.evil.example, are not.
bool IsLoopback(const Authority& authority);
/// The same of "host" or "host:port".
bool IsLoopback(std::string_view authority);

/// "host:port" of "scheme://user@host:port/path"; empty when there is none.
std::string_view AuthorityOfUrl(std::string_view url);

}  // namespace polyhouse
