#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "doors/browser_guard.h"
#include "doors/listener.h"
#include "doors/slow_clients.h"
#include "engine/credentials.h"
#include "engine/engine.h"
#include "engine/engine_parts.h"

struct MHD_Daemon;

namespace polyhouse::engine {

/// Where requests come in, and what they may do there.
struct EngineDoor {
  enum class Kind { kUnixSocket, kTcp } kind = Kind::kUnixSocket;
  EngineOptions::TcpAccess tcp_access = EngineOptions::TcpAccess::kReadOnly;
  ListeningPlace place;  ///< For TCP.
  Account account;       ///< Who may come in.
  /// Why statements of strangers are refused though they ask for a reader's rights alone; empty:
  /// they are not. Behind a port they are nothing else, and the port would not be open.
  std::string no_strangers{};
};

/// ClickHouse's HTTP interface on one listening socket, with one thread per connection: connections
/// are few, and a query is long work anyway.
class EngineHttpServer {
 public:
  /// Starts to answer. `listener` and `parts` must outlive it.
  static Result<std::unique_ptr<EngineHttpServer>> Start(const Listener& listener,
                                                         EngineDoor door,
                                                         EngineParts parts);

  EngineHttpServer(const EngineHttpServer&) = delete;
  EngineHttpServer& operator=(const EngineHttpServer&) = delete;
  /// Cuts the connections that are left and waits for their threads.
  ~EngineHttpServer();

  /// Takes no new connections; those that are open go on.
  void StopAccepting();

  EngineParts parts() const { return parts_; }
  const EngineDoor& door() const { return door_; }
  /// Null on a Unix socket, whose clients are this user's own programs.
  SlowClients* slow_clients() const { return slow_clients_.get(); }

 private:
  EngineHttpServer(EngineDoor door, EngineParts parts) : door_(std::move(door)), parts_(parts) {}

  EngineDoor door_;
  EngineParts parts_;
  std::unique_ptr<SlowClients> slow_clients_;
  MHD_Daemon* daemon_ = nullptr;
};

}  // namespace polyhouse::engine
