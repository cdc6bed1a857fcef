#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace polyhouse {

/// What the headers of a request say about where it comes from.
struct RequestSource {
  std::size_t hosts = 0;    ///< How many Host headers there are.
  bool needs_host = false;  ///< As from HTTP/1.1 on.
  std::string_view host{};
  std::size_t origins = 0;
  std::string_view origin{};
  std::size_t fetch_sites = 0;
  std::string_view fetch_site{};  ///< Sec-Fetch-Site.
  bool is_link = false;  ///< A page is opened that changes nothing and tells nothing to its opener.
};

/// Where we listen.
struct ListeningPlace {
  bool this_machine_only = true;
  std::string host{};  ///< As the operator wrote it.
};

/// Why a request over TCP may not come in, as a sentence; empty when it may. A browser on this
/// machine can be made to send requests to a local port by any page it shows, also by a page of
/// another port of this machine. Such a request carries the page's Origin or says in Sec-Fetch-Site
/// that it comes from elsewhere; or, after the page's name was pointed at 127.0.0.1, it has that
/// name as its Host. So an Origin must be the Host with its port, and where only this machine can
/// connect, the Host must be this machine. A link on another site may lead to a page.
std::optional<std::string> WhyRefused(const RequestSource& source, const ListeningPlace& place);

}  // namespace polyhouse
