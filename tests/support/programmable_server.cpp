#include "support/programmable_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <stdexcept>

namespace polyhouse {
namespace {

/// False when the client has gone or the server is stopping.
bool WaitForBytes(int socket, const std::stop_token& stop) {
  pollfd wait{socket, POLLIN, 0};
  while (!stop.stop_requested()) {
    if (poll(&wait, 1, 20) > 0) return true;
  }
  return false;
}

bool ReceiveSome(int socket, std::string& text, const std::stop_token& stop) {
  char buffer[65'536];
  if (!WaitForBytes(socket, stop)) return false;
  const ssize_t size = recv(socket, buffer, sizeof(buffer), 0);
  if (size <= 0) return false;
  text.append(buffer, static_cast<std::size_t>(size));
  return true;
}

std::size_t ContentLength(const std::string& head) {
  constexpr std::string_view kName = "\r\nContent-Length: ";
  const auto at = head.find(kName);
  std::size_t length = 0;
  if (at != std::string::npos) {
    const char* begin = head.data() + at + kName.size();
    std::from_chars(begin, head.data() + head.size(), length);
  }
  return length;
}

bool SendAll(int socket, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t part = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (part <= 0) return false;
    sent += static_cast<std::size_t>(part);
  }
  return true;
}

}  // namespace

ProgrammableServer::ProgrammableServer() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, 16) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("cannot listen on a port of the loopback interface");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this](std::stop_token stop) { Serve(std::move(stop)); });
}

ProgrammableServer::~ProgrammableServer() {
  thread_.request_stop();
  thread_.join();
  close(listener_);
}

void ProgrammableServer::Answer(Reply reply) {
  const std::lock_guard lock(mutex_);
  replies_.push_back(std::move(reply));
}

void ProgrammableServer::Answer(int status,
                                const std::string& body,
                                const std::vector<std::string>& headers) {
  Answer(Reply{.bytes = Response(status, body, headers)});
}

std::string ProgrammableServer::Response(int status,
                                         const std::string& body,
                                         const std::vector<std::string>& headers) {
  std::string response = "HTTP/1.1 " + std::to_string(status) +
                         " Said\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  for (const std::string& header : headers) response += header + "\r\n";
  return response + "\r\n" + body;
}

std::vector<ProgrammableServer::Request> ProgrammableServer::requests() {
  const std::lock_guard lock(mutex_);
  return requests_;
}

ProgrammableServer::Reply ProgrammableServer::NextReply() {
  const std::lock_guard lock(mutex_);
  if (replies_.empty()) return {.bytes = Response(404, "nothing was planned")};
  Reply reply = std::move(replies_.front());
  replies_.pop_front();
  return reply;
}

void ProgrammableServer::Serve(std::stop_token stop) {
  std::vector<std::jthread> conversations;
  for (int connection = 1; WaitForBytes(listener_, stop); ++connection) {
    const int accepted = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (accepted < 0) continue;
    conversations.emplace_back([this, accepted, connection, stop] {
      Converse(accepted, connection, stop);
      close(accepted);
    });
  }
}

void ProgrammableServer::Converse(int socket, int connection, const std::stop_token& stop) {
  std::string text;
  while (true) {
    std::size_t end = text.find("\r\n\r\n");
    for (; end == std::string::npos; end = text.find("\r\n\r\n")) {
      if (!ReceiveSome(socket, text, stop)) return;
    }
    Request request{connection, text.substr(0, end + 2), {}};
    text.erase(0, end + 4);
    const std::size_t length = ContentLength(request.head);
    while (text.size() < length) {
      if (!ReceiveSome(socket, text, stop)) return;
    }
    request.body = text.substr(0, length);
    text.erase(0, length);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(std::move(request));
    }
    if (on_request) on_request();
    const Reply reply = NextReply();
    if (!SendAll(socket, reply.bytes)) return;
    switch (reply.then) {
      case Then::kKeepAlive:
        break;
      case Then::kClose:
        return;
      case Then::kReset: {
        const linger hard{1, 0};
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
        return;
      }
      case Then::kStall:
        while (ReceiveSome(socket, text, stop)) {
        }
        return;
    }
  }
}

}  // namespace polyhouse
