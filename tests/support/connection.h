#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace polyhouse {

/// One end of a connection.
class Connection {
 public:
  explicit Connection(int descriptor) : descriptor_(descriptor) {}
  Connection(Connection&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Connection& operator=(Connection&&) = delete;
  ~Connection() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  static Connection To(std::uint16_t port) {
    Connection connection(socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    connect(connection.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    return connection;
  }

  int descriptor() const { return descriptor_; }
  void Send(std::string_view bytes) const {
    (void)!send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  /// All that comes until the other side closes.
  std::string ReceiveAll() const {
    std::string all;
    std::array<char, 4096> piece{};
    for (ssize_t size = 0; (size = recv(descriptor_, piece.data(), piece.size(), 0)) > 0;) {
      all.append(piece.data(), static_cast<std::size_t>(size));
    }
    return all;
  }
  bool IsCut() const {
    char byte = 0;
    return recv(descriptor_, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
  }

 private:
  int descriptor_;
};

}  // namespace polyhouse
