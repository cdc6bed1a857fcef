#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "doors/listener.h"
#include "engine/credentials.h"
#include "engine/engine.h"
#include "engine/engine_parts.h"

struct MHD_Daemon;

namespace polyhouse::engine {

/// Where requests come in, and what they may do there.
struct EngineDoor {
  enum class Kind { kUnixSocket, kTcp } kind = Kind::kUnixSocket;
  EngineOptions::TcpAccess tcp_access = EngineOptions::TcpAccess::kReadOnly;
  std::string listen_host;  ///< For TCP: the host we listen on.
  Account account;          ///< Who may come in.
};

/// ClickHouse's HTTP interface on one listening socket, with one thread per connection: connections
/// are few, and a query is long work anyway.
class EngineHttpServer {
 public:
  /// Starts to answer. `parts` must outlive it.
  static Result<std::unique_ptr<EngineHttpServer>> Start(Listener listener,
                                                         EngineDoor door,
                                                         EngineParts parts);

  EngineHttpServer(const EngineHttpServer&) = delete;
  EngineHttpServer& operator=(const EngineHttpServer&) = delete;
  /// Cuts the connections that are left and waits for their threads.
  ~EngineHttpServer();

  /// Takes no new connections, and closes the listening socket; connections that are open go on.
  void StopAccepting();

  EngineParts parts() const { return parts_; }
  const EngineDoor& door() const { return door_; }

 private:
  EngineHttpServer(Listener listener, EngineDoor door, EngineParts parts)
      : listener_(std::move(listener)), door_(std::move(door)), parts_(parts) {}

  Listener listener_;
  EngineDoor door_;
  EngineParts parts_;
  MHD_Daemon* daemon_ = nullptr;
  bool accepting_ = true;
};

}  // namespace polyhouse::engine
