#pragma once

#include <string>
#include <string_view>

namespace polyhouse {

/// The host of a Host header or of an Origin, without scheme and port, in lower case.
std::string HostName(std::string_view authority);

/// Whether a request over TCP may come from where its headers say. A browser on this machine can be
/// made to send requests to a local port by any page it shows: such a request carries the page's
/// Origin, or (after the page's name was pointed at 127.0.0.1) that name as Host. So an Origin must
/// be the Host, and a listener on the loopback interface is addressed by address or as localhost.
/// `host` and `origin` are the headers, empty when absent; `listen_host` is where we listen.
bool IsTrustedOrigin(std::string_view host, std::string_view origin, std::string_view listen_host);

}  // namespace polyhouse
