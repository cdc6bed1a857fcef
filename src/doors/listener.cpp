#include "doors/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <system_error>

#include "base/socket_path.h"

namespace polyhouse {
namespace {

constexpr int kBacklog = 128;

std::string SystemReason() {
  return std::generic_category().message(errno);
}

/// Removes a socket left at `path`; kConfig when something else stands there.
Status RemoveStaleSocket(const std::string& path) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0) return Ok();
  if (!S_ISSOCK(found.st_mode)) {
    return ConfigError("Cannot listen on " + path +
                       ": there is a file of that name, not a socket.");
  }
  if (unlink(path.c_str()) != 0 && errno != ENOENT) {
    return ConfigError("Cannot replace the old socket " + path + ": " + SystemReason() + ".");
  }
  return Ok();
}

std::uint16_t PortOf(int descriptor) {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

Listener::Reach ReachOf(const sockaddr& address) {
  bool is_loopback = false;
  if (address.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    is_loopback = ntohl(v4.sin_addr.s_addr) >> 24U == 127;
  } else if (address.sa_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    is_loopback = IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) != 0;
  }
  return is_loopback ? Listener::Reach::kThisMachine : Listener::Reach::kOthers;
}

}  // namespace

Listener::~Listener() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!file_.empty()) unlink(file_.c_str());
}

Result<Listener> Listener::OnUnixSocket(const std::string& path) {
  const auto name = SocketPath::For(path);
  if (!name) return name.error();
  if (auto removed = RemoveStaleSocket(path); !removed) return removed.error();
  Listener listener;
  listener.descriptor_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name->name().c_str(), name->name().size() + 1);
  // The mode is set before the file exists, so that at no moment others could open it.
  if (listener.descriptor_ < 0 || fchmod(listener.descriptor_, S_IRUSR | S_IWUSR) != 0 ||
      bind(listener.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) !=
          0) {
    return ConfigError("Cannot listen on " + path + ": " + SystemReason() + ".");
  }
  listener.file_ = path;
  if (listen(listener.descriptor_, kBacklog) != 0) {
    return ConfigError("Cannot listen on " + path + ": " + SystemReason() + ".");
  }
  return listener;
}

Result<Listener> Listener::OnTcp(const std::string& address) {
  const auto parts = ParseHostPort(address);
  if (!parts) return parts.error();
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(parts->host.c_str(), parts->port.c_str(), &hints, &found);
  if (failure != 0) {
    return ConfigError("Cannot listen on " + address + ": " + gai_strerror(failure) + ".");
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> first(found, freeaddrinfo);
  Listener listener;
  listener.descriptor_ = socket(first->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  if (listener.descriptor_ < 0 ||
      setsockopt(listener.descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      bind(listener.descriptor_, first->ai_addr, first->ai_addrlen) != 0 ||
      listen(listener.descriptor_, kBacklog) != 0) {
    return ConfigError("Cannot listen on " + address + ": " + SystemReason() + ".");
  }
  listener.port_ = PortOf(listener.descriptor_);
  listener.reach_ = ReachOf(*first->ai_addr);
  return listener;
}

Result<HostPort> ParseHostPort(const std::string& address) {
  const auto colon = address.rfind(':');
  const bool has_host = colon != std::string::npos;
  HostPort parts{has_host ? address.substr(0, colon) : std::string(),
                 has_host ? address.substr(colon + 1) : address};
  if (parts.host.size() > 2 && parts.host.front() == '[' && parts.host.back() == ']') {
    parts.host = parts.host.substr(1, parts.host.size() - 2);
  }
  if (parts.host.empty()) parts.host = "127.0.0.1";
  if (!has_host && parts.port.find_first_not_of("0123456789") != std::string::npos) {
    return ConfigError("The address \"" + address + "\" has no port: write it as " + address +
                       ":8123.");
  }
  std::uint16_t port = 0;
  const char* const end = parts.port.data() + parts.port.size();
  const auto read = std::from_chars(parts.port.data(), end, port);
  if (read.ec != std::errc() || read.ptr != end) {
    return ConfigError("The port \"" + parts.port + "\" of the address \"" + address +
                       "\" is no number from 0 to 65535: write it as " + parts.host + ":8123.");
  }
  return parts;
}

std::string HttpUrl(const std::string& host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return "http://" + (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace polyhouse
