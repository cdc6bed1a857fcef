#include "support/tcp_proxy.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace polyhouse {
namespace {

/// How often a thread looks whether it is to end.
constexpr int kLookAroundMs = 5;

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

int ConnectTo(std::uint16_t port) {
  const int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = Loopback(port);
  if (connect(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return socket_fd;
  close(socket_fd);
  return -1;
}

bool IsReadable(int socket_fd) {
  pollfd waiting{.fd = socket_fd, .events = POLLIN, .revents = 0};
  return poll(&waiting, 1, kLookAroundMs) > 0;
}

/// Empty at the end.
std::string ReceiveSome(int socket_fd) {
  std::string bytes(1U << 20U, '\0');
  const ssize_t size = recv(socket_fd, bytes.data(), bytes.size(), 0);
  bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return bytes;
}

bool SendAll(int socket_fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

TcpProxy::TcpProxy(std::uint16_t to) : to_(to), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 16) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("the proxy cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { Accept(stop); });
}

TcpProxy::~TcpProxy() {
  thread_.request_stop();
  thread_.join();
  connections_.clear();
  close(listener_);
  if (late_server_ >= 0) close(late_server_);
}

void TcpProxy::Accept(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (!IsReadable(listener_)) continue;
    const int client = accept(listener_, nullptr, nullptr);
    if (client >= 0) ++accepted_;
    if (client < 0) continue;
    connections_.emplace_back([this, client](const std::stop_token& done) { Serve(client, done); });
  }
}

void TcpProxy::Serve(int client, const std::stop_token& stop) {
  const int server = ConnectTo(to_);
  bool loses_reply = false;
  while (server >= 0 && !stop.stop_requested()) {
    if (frozen_) {
      std::this_thread::sleep_for(std::chrono::milliseconds(kLookAroundMs));
      continue;
    }
    pollfd waiting[] = {{.fd = client, .events = POLLIN, .revents = 0},
                        {.fd = server, .events = POLLIN, .revents = 0}};
    poll(waiting, 2, kLookAroundMs);
    if (frozen_) continue;
    if (waiting[0].revents != 0) {
      const std::string bytes = ReceiveSome(client);
      loses_reply |= LosesReplyTo(bytes);
      if (bytes.empty() || !FromClient(server, bytes)) break;
    }
    if (waiting[1].revents != 0) {
      const std::string bytes = ReceiveSome(server);
      if (loses_reply) break;
      if (bytes.empty() || !SendAll(client, bytes)) break;
    }
  }
  close(client);
  const std::lock_guard lock(mutex_);
  if (server >= 0 && server != late_server_) close(server);
}

bool TcpProxy::FromClient(int server, const std::string& bytes) {
  const std::lock_guard lock(mutex_);
  if (needle_.empty() || bytes.find(needle_) == std::string::npos) return SendAll(server, bytes);
  needle_.clear();
  if (fate_ == Fate::kArrive) {
    SendAll(server, bytes);
    ReceiveSome(server);
  } else {
    late_ = bytes;
    late_server_ = server;
  }
  cut_ = true;
  return false;
}

void TcpProxy::LoseReplyTo(std::string needle) {
  const std::lock_guard lock(mutex_);
  lost_needle_ = std::move(needle);
}

bool TcpProxy::LosesReplyTo(const std::string& bytes) {
  const std::lock_guard lock(mutex_);
  if (lost_needle_.empty() || bytes.find(lost_needle_) == std::string::npos) return false;
  lost_needle_.clear();
  return true;
}

void TcpProxy::CutAt(std::string needle, Fate fate) {
  const std::lock_guard lock(mutex_);
  needle_ = std::move(needle);
  fate_ = fate;
  cut_ = false;
}

void TcpProxy::SendLate() {
  const std::lock_guard lock(mutex_);
  SendAll(late_server_, late_);
  ReceiveSome(late_server_);
}

}  // namespace polyhouse
