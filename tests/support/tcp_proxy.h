#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace polyhouse {

/// A TCP proxy on a port of its own that hands bytes on to a port of this machine, until it is told
/// to do what networks do.
class TcpProxy {
 public:
  /// What becomes of the bytes that a test waits for. In any case the client is cut off.
  enum class Fate {
    kArrive,  ///< They reach the server, and its reply the proxy.
    kLater,   ///< They reach the server when the test says so.
  };

  explicit TcpProxy(std::uint16_t to);
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;
  ~TcpProxy();

  std::uint16_t port() const { return port_; }
  /// How many connections were accepted so far.
  int connections() const { return accepted_; }

  /// Once, for the next bytes of a client that have `needle` in them.
  void CutAt(std::string needle, Fate fate);
  bool HasCut() const { return cut_; }
  /// Once: the next request with `needle` in its bytes goes through whole, and the client is cut
  /// off in the place of the first byte of the answer.
  void LoseReplyTo(std::string needle);
  /// Sends what was kept by Fate::kLater and waits until the server has answered.
  void SendLate();
  /// Nothing goes either way until it is thawed; nobody is told.
  void Freeze() { frozen_ = true; }
  void Thaw() { frozen_ = false; }

 private:
  void Accept(const std::stop_token& stop);
  void Serve(int client, const std::stop_token& stop);
  /// False when the client is to be cut off.
  bool FromClient(int server, const std::string& bytes);
  /// True when the answer to these bytes is to be lost.
  bool LosesReplyTo(const std::string& bytes);

  std::uint16_t to_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> frozen_ = false;
  std::atomic<bool> cut_ = false;
  std::atomic<int> accepted_ = 0;
  std::mutex mutex_;
  std::string needle_;  ///< Guarded by mutex_, as what follows; empty: none.
  Fate fate_ = Fate::kArrive;
  std::string lost_needle_;
  std::string late_;
  int late_server_ = -1;
  std::list<std::jthread> connections_;  ///< Of the accepting thread.
  std::jthread thread_;
};

}  // namespace polyhouse
