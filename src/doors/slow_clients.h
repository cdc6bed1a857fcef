#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

namespace polyhouse {

/// What a client may take its time for.
struct ClientPatience {
  std::size_t most_connections = 256;
  std::chrono::milliseconds head{10'000};  ///< From the connection to the end of a request's head.
  std::chrono::milliseconds body{30'000};  ///< For a body, and for each piece of an answer;
  std::uint64_t bytes_per_second = 1'024;  ///< longer, by this rate, for larger ones.
  std::chrono::milliseconds silence{60'000};  ///< Between an answer and the next request.
};

/// Cuts connections whose client is too slow: a head, a body or the reading of an answer that drips
/// keeps a connection only so long, however steadily it drips. When there are too many connections,
/// the one that has kept us waiting longest goes, so that a new one always finds a place. Time in
/// which we are at work is not the client's. Thread-safe; connections are known by descriptor.
class SlowClients {
 public:
  explicit SlowClients(ClientPatience patience);

  void Opened(int descriptor);
  /// Call it before the descriptor is closed.
  void Closed(int descriptor);

  /// The head has arrived; now the body is waited for.
  void AwaitBody(int descriptor);
  /// We are at work.
  void Work(int descriptor);
  /// This many bytes of the body came in: they earn time.
  void Took(int descriptor, std::size_t bytes);
  /// The client has this many bytes to read.
  void AwaitReading(int descriptor, std::size_t bytes);
  /// The answer is sent; the next request may take a while.
  void AwaitNext(int descriptor);

  /// We end: cuts everybody of whom nothing was heard for so long.
  void CutSilent(std::chrono::milliseconds time);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Wait {
    bool waiting = true;  ///< False while we are at work.
    Time since;           ///< When the wait for a head, a body or a reader began.
    Time deadline;
    Time heard = since;  ///< When it last did what we wait for.
    Time work_began{};
  };

  void Await(int descriptor, std::chrono::milliseconds time);
  std::chrono::milliseconds TimeFor(std::size_t bytes) const;
  void CutLongestWaiting();
  void CutIf(const std::function<bool(const Wait&)>& is_enough);
  void Run(std::stop_token stop);

  const ClientPatience patience_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<int, Wait> waits_;
  std::jthread thread_;  // Last: it uses everything above.
};

}  // namespace polyhouse
