#include "engine/engine.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <vector>

#include "doors/listener.h"
#include "engine/chdb_api.h"
#include "engine/client_watch.h"
#include "engine/http_server.h"
#include "engine/tables.h"
#include "engine/traffic.h"

namespace polyhouse::engine {
namespace {

/// Requests beyond this bound are told to come back; queries wait a while for a place first.
constexpr std::size_t kMostRequests = 256;
constexpr std::uint64_t kSmallestMemoryLimit = std::uint64_t{256} << 20;
/// After a stop was requested: what is nearly done may finish; then reading queries are ended, and
/// those who do not read their answer are cut off; inserts have the rest of the time, then they are
/// killed.
constexpr std::chrono::milliseconds kGraceTime{500};
constexpr std::chrono::milliseconds kEndTime{2'000};
constexpr std::chrono::milliseconds kDrainTime{30'000};
constexpr std::chrono::milliseconds kKillTime{5'000};

using Servers = std::vector<std::unique_ptr<EngineHttpServer>>;

Status AddServer(Servers& servers, Listener listener, EngineDoor door, EngineParts parts) {
  auto server = EngineHttpServer::Start(std::move(listener), std::move(door), parts);
  if (!server) return std::move(server.error());
  servers.push_back(std::move(*server));
  return Ok();
}

Status AddUnixServer(Servers& servers, const EngineOptions& options, EngineParts parts) {
  auto listener = Listener::OnUnixSocket(options.socket_path);
  if (!listener) return std::move(listener.error());
  EngineDoor door;
  door.account.user = options.user;
  return AddServer(servers, std::move(*listener), std::move(door), parts);
}

/// The port, or 0 when nobody asked for one.
Result<std::uint16_t> AddTcpServer(Servers& servers,
                                   const EngineOptions& options,
                                   EngineParts parts) {
  if (options.listen.empty()) return std::uint16_t{0};
  const auto address = ParseHostPort(options.listen);
  if (!address) return address.error();
  auto listener = Listener::OnTcp(options.listen);
  if (!listener) return std::move(listener.error());
  if (listener->reach() == Listener::Reach::kOthers && options.password.empty()) {
    return ConfigError("The address " + options.listen +
                       " is open to other machines, and there is no password: set "
                       "POLYHOUSE_ENGINE_PASSWORD (engine.password), or listen on 127.0.0.1.");
  }
  const std::uint16_t port = listener->port();
  auto added = AddServer(
      servers,
      std::move(*listener),
      {EngineDoor::Kind::kTcp, options.tcp_access, address->host, {options.user, options.password}},
      parts);
  if (!added) return std::move(added).error();
  return port;
}

void WaitForStop(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait(lock, std::move(stop), [] { return false; });
}

void Drain(Servers& servers, EngineParts parts) {
  parts.traffic.Stop();
  for (const auto& server : servers) server->StopAccepting();
  if (parts.traffic.WaitUntilQuiet(kGraceTime)) return;
  parts.clients.EndAll();
  if (parts.traffic.WaitUntilQuiet(kEndTime)) return;
  parts.clients.HangUp();
  if (parts.traffic.WaitUntilQuiet(kDrainTime)) return;
  parts.tables.KillQueries();
  parts.traffic.WaitUntilQuiet(kKillTime);
}

Status Run(const EngineOptions& options,
           std::stop_token stop,
           const std::function<void(std::uint16_t)>& ready) {
  if (options.memory_limit_bytes > 0 && options.memory_limit_bytes < kSmallestMemoryLimit) {
    return ConfigError("The engine's memory limit is too small: it needs at least 256 MiB.");
  }
  const auto api = LoadChdb(options.library);
  if (!api) return api.error();
  auto tables =
      Tables::Open(*api, options.tables_dir, {options.memory_limit_bytes, options.reader_seconds});
  if (!tables) return std::move(tables.error());
  Traffic traffic(kMostRequests, options.most_queries);
  ClientWatch clients(**tables);
  const EngineParts parts{**tables, traffic, clients};
  Servers servers;
  const auto port = AddTcpServer(servers, options, parts);
  if (!port) return port.error();
  if (auto added = AddUnixServer(servers, options, parts); !added) return added;
  ready(*port);
  WaitForStop(std::move(stop));
  Drain(servers, parts);
  return Ok();
}

}  // namespace

Status RunEngine(const EngineOptions& options,
                 std::stop_token stop,
                 const std::function<void(std::uint16_t)>& ready) {
  try {
    return Run(options, std::move(stop), ready);
  } catch (const std::exception& failure) {
    return TransientError(std::string("The engine stopped: ") + failure.what() + ".");
  }
}

}  // namespace polyhouse::engine
