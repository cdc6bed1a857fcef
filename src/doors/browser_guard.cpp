#include "doors/browser_guard.h"

#include "base/authority.h"

namespace polyhouse {
namespace {

constexpr std::string_view kScheme = "http://";

constexpr std::string_view kDefaultPort = "80";

std::string_view PortOf(const Authority& authority) {
  return authority.port.empty() ? kDefaultPort : std::string_view(authority.port);
}

/// What the operator called the place we listen on.
bool IsOwnName(const Authority& host, const ListeningPlace& place) {
  const auto own = ParseAuthority(place.host);
  return own && own->host == host.host && own->bracketed == host.bracketed;
}

bool IsSameOrigin(std::string_view origin, const Authority& host) {
  if (!origin.starts_with(kScheme)) return false;
  const auto page = ParseAuthority(origin.substr(kScheme.size()));
  return page && page->host == host.host && page->bracketed == host.bracketed &&
         PortOf(*page) == PortOf(host);
}

}  // namespace

std::optional<std::string> WhyRefused(const RequestSource& source, const ListeningPlace& place) {
  constexpr std::string_view kPages = "Requests from web pages of other sites are refused.";
  if (source.hosts > 1 || source.origins > 1 || source.fetch_sites > 1) {
    return "Two Host, Origin or Sec-Fetch-Site headers are refused.";
  }
  const bool is_own = source.fetch_site == "same-origin" || source.fetch_site == "none";
  if (source.fetch_sites > 0 && !is_own && !(source.is_link && source.origins == 0)) {
    return std::string(kPages);
  }
  if (source.hosts == 0 && source.needs_host) return "A request of HTTP/1.1 has a Host header.";
  const auto host = ParseAuthority(source.host);
  if (!host) return "The Host header is no host and port.";
  if (source.origins > 0 && !IsSameOrigin(source.origin, *host)) return std::string(kPages);
  // Without a Host (HTTP/1.0), it is no browser.
  if (!place.this_machine_only || source.hosts == 0) return std::nullopt;
  if (IsLoopback(*host) || IsOwnName(*host, place)) return std::nullopt;
  return "Only this machine can connect here: use 127.0.0.1, [::1] or localhost as the host.";
}

}  // namespace polyhouse
