#pragma once

#include <string>

namespace polyhouse {

/// Whether a request to `url` ends on this machine, however it is spelt: a loopback or unspecified
/// address in any form that resolvers understand (127.1, 0x7f000001, [::ffff:127.0.0.1]), a name
/// that always means it (localhost, *.localhost, ip6-localhost), its own name, or one to which
/// `hosts_file` gives such an address. Asks no name server.
bool IsForThisMachine(const std::string& url, const std::string& hosts_file = "/etc/hosts");

}  // namespace polyhouse
