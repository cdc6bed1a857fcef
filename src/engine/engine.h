#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace polyhouse::engine {

/// The embedded engine answers ClickHouse's HTTP interface for one directory of tables.
/// It is the only code that loads libchdb, and it runs in a process of its own: libchdb takes one
/// directory per process, and cannot be loaded under AddressSanitizer or ThreadSanitizer.
/// Whoever reaches tables does so over HTTP, on the Unix socket (full access) or on TCP.
struct EngineOptions {
  std::string tables_dir;   ///< Where libchdb keeps its parts; created if absent.
  std::string socket_path;  ///< Unix socket, mode 0600; a stale socket file is replaced.
  std::string listen;       ///< "host:port" for TCP as well; empty: none; port 0: system chooses.
  enum class TcpAccess { kReadOnly, kReadWrite } tcp_access = TcpAccess::kReadOnly;
  std::string user = "default";          ///< The user for TCP.
  Secret password;                       ///< For TCP; empty: none is asked for.
  std::uint64_t memory_limit_bytes = 0;  ///< Cap on the engine's memory; 0: the engine's default.
  std::uint64_t most_queries = 8;        ///< At once over TCP; further ones wait, then go away.
  std::uint64_t reader_seconds = 0;      ///< For a query over read-only TCP; 0: no limit.
  std::string library;                   ///< Path of libchdb.so.
  /// Listen on TCP even where the kernel offers no wall around the engine.
  bool may_listen_without_wall = false;
};

/// From the request to stop to the end; whoever waits for it longer may kill the process.
inline constexpr std::chrono::seconds kLongestStop{18};

/// Runs until `stop` is requested, then lets inserts finish (up to ten seconds), ends reading
/// queries that take longer than a moment, and closes.
/// `ready` is called once, when requests are accepted, with the TCP port (0 when there is none).
/// kConfig when the operator must act: library missing or too old, directory in use or not
/// writable, address taken, open to other machines without a password, or a machine without the
/// means to shut the engine in (wall.h). Call it once per process: libchdb cannot be started a
/// second time.
Status RunEngine(const EngineOptions& options,
                 std::stop_token stop,
                 const std::function<void(std::uint16_t)>& ready);

}  // namespace polyhouse::engine
