#include "doors/browser_guard.h"

#include <algorithm>

namespace polyhouse {
namespace {

bool IsLoopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace

std::string HostName(std::string_view authority) {
  if (const auto scheme = authority.find("://"); scheme != std::string_view::npos) {
    authority.remove_prefix(scheme + 3);
  }
  const bool bracketed = authority.starts_with('[');
  const auto end = bracketed ? authority.find(']') : authority.find(':');
  auto name = authority.substr(bracketed ? 1 : 0);
  if (end != std::string_view::npos) name = name.substr(0, end - (bracketed ? 1 : 0));
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return lower;
}

bool IsTrustedOrigin(std::string_view host, std::string_view origin, std::string_view listen_host) {
  const std::string name = HostName(host);
  if (!origin.empty() && HostName(origin) != name) return false;
  const std::string own = HostName(listen_host);
  return !IsLoopback(own) || name.empty() || IsLoopback(name) || name == own;
}

}  // namespace polyhouse
