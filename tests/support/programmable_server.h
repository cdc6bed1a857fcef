#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace polyhouse {

/// A real HTTP server on a port of its own that answers as it is told, byte for byte, so that it
/// can also do what a server must not: stop half-way, fall silent, reset the connection.
class ProgrammableServer {
 public:
  struct Request {
    int connection = 0;  ///< Counted from 1 in the order of their arrival.
    std::string head;    ///< Request line and headers.
    std::string body;
  };
  enum class Then {
    kKeepAlive,  ///< Waits for the next request on this connection.
    kClose,
    kReset,  ///< Closes so that the client's system reports a reset.
    kStall,  ///< Says nothing more until the client goes away or the server is destroyed.
  };
  struct Reply {
    std::string bytes;
    Then then = Then::kKeepAlive;
  };

  ProgrammableServer();
  ProgrammableServer(const ProgrammableServer&) = delete;
  ProgrammableServer& operator=(const ProgrammableServer&) = delete;
  ~ProgrammableServer();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// The next answers, in order; after them everything is answered by 404.
  void Answer(Reply reply);
  /// A whole response with its Content-Length. `headers` are lines without their ends.
  void Answer(int status, const std::string& body, const std::vector<std::string>& headers = {});
  static std::string Response(int status,
                              const std::string& body,
                              const std::vector<std::string>& headers = {});

  std::vector<Request> requests();
  /// Called with each request before it is answered, on the server's thread.
  std::function<void()> on_request;

 private:
  void Serve(std::stop_token stop);
  void Converse(int socket, int connection, const std::stop_token& stop);
  Reply NextReply();

  int listener_ = -1;
  int port_ = 0;
  std::mutex mutex_;
  std::vector<Request> requests_;
  std::deque<Reply> replies_;
  std::jthread thread_;
};

}  // namespace polyhouse
