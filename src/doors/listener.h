#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/result.h"

namespace polyhouse {

/// A listening socket. Closes it, and removes the socket file if it made one. Movable, not
/// copyable.
class Listener {
 public:
  Listener() = default;
  Listener(Listener&& other) noexcept { *this = std::move(other); }
  Listener& operator=(Listener&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(port_, other.port_);
    std::swap(file_, other.file_);
    std::swap(reach_, other.reach_);
    return *this;
  }
  ~Listener();

  /// Listens on a Unix socket which only this user can open. A socket left behind at that path is
  /// replaced: call it only when its owner is known to be gone. kConfig when it cannot be made.
  static Result<Listener> OnUnixSocket(const std::string& path);

  /// Listens on "host:port", ":port" or "port"; without a host on the loopback interface. Port 0
  /// lets the system choose. kConfig when the address is malformed, unknown or taken.
  static Result<Listener> OnTcp(const std::string& address);

  int descriptor() const { return descriptor_; }
  std::uint16_t port() const { return port_; }  ///< 0 for a Unix socket.
  /// Who can connect.
  enum class Reach { kThisMachine, kOthers };
  Reach reach() const { return reach_; }

 private:
  int descriptor_ = -1;
  std::uint16_t port_ = 0;
  std::string file_;
  Reach reach_ = Reach::kThisMachine;
};

/// A "host:port" taken apart.
struct HostPort {
  std::string host;
  std::string port;
};

/// Takes "host:port", "[v6]:port", ":port" or "port" apart; the host defaults to 127.0.0.1.
/// kConfig when there is no port, or it is no number up to 65535.
Result<HostPort> ParseHostPort(const std::string& address);

/// The http:// URL of a host and port, with brackets around an IPv6 address.
std::string HttpUrl(const std::string& host, std::uint16_t port);

}  // namespace polyhouse
