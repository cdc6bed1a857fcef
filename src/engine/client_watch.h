#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "engine/tables.h"

namespace polyhouse::engine {

/// The connection a request came on.
struct ClientSocket {
  int descriptor = -1;
  /// On a Unix socket a client that has gone can be told from one that has only finished sending.
  /// On TCP both look alike, and both count as gone: no HTTP client closes half a connection.
  enum class Kind { kUnixSocket, kTcp } kind = Kind::kUnixSocket;
};

/// Ends reading queries that nobody waits for any more: their client has hung up, or the engine is
/// asked to stop. Statements that change something always run to their end. Thread-safe.
class ClientWatch {
 public:
  /// A query under watch, as long as this object lives.
  class Watched {
   public:
    Watched() = default;
    Watched(ClientWatch* watch, std::string tag) : watch_(watch), tag_(std::move(tag)) {}
    Watched(Watched&& other) noexcept
        : watch_(std::exchange(other.watch_, nullptr)), tag_(std::move(other.tag_)) {}
    Watched& operator=(Watched&& other) noexcept {
      std::swap(watch_, other.watch_);
      std::swap(tag_, other.tag_);
      return *this;
    }
    ~Watched() {
      if (watch_ != nullptr) watch_->Forget(tag_);
    }

   private:
    ClientWatch* watch_ = nullptr;
    std::string tag_;
  };

  /// `tables` must outlive it.
  explicit ClientWatch(Tables& tables);

  /// Watches the query of the session with this tag; the socket stays open meanwhile.
  Watched Watch(std::string tag, ClientSocket client);
  /// Ends every query under watch, now and from now on.
  void EndAll();
  /// Closes the connections of queries under watch, for clients that do not read their answer.
  void HangUp();

 private:
  void Forget(const std::string& tag);
  void Run(std::stop_token stop);
  /// The tags of queries to end, as a list for SQL; empty when there are none.
  std::string Abandoned() const;

  Tables& tables_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, ClientSocket> clients_;
  bool ending_all_ = false;
  std::jthread thread_;  // Last: it uses everything above.
};

}  // namespace polyhouse::engine
