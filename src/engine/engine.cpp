#include "engine/engine.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <vector>

#include "engine/chdb_api.h"
#include "engine/http_server.h"
#include "engine/listener.h"
#include "engine/tables.h"
#include "engine/traffic.h"

namespace polyhouse {
namespace {

/// Requests beyond these bounds are told to come back; queries wait a while for a place first.
constexpr std::size_t kMostRequests = 256;
constexpr std::size_t kMostQueries = 32;
constexpr std::uint64_t kSmallestMemoryLimit = std::uint64_t{256} << 20;
/// How long requests in flight may take after a stop was requested, and then after being killed.
constexpr std::chrono::milliseconds kDrainTime{30'000};
constexpr std::chrono::milliseconds kKillTime{5'000};

using Servers = std::vector<std::unique_ptr<EngineHttpServer>>;

Status AddServer(Servers& servers,
                 Result<Listener> listener,
                 EngineDoor door,
                 std::pair<Tables&, Traffic&> engine) {
  if (!listener) return std::move(listener.error());
  auto server =
      EngineHttpServer::Start(std::move(*listener), std::move(door), engine.first, engine.second);
  if (!server) return std::move(server.error());
  servers.push_back(std::move(*server));
  return Ok();
}

void WaitForStop(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait(lock, std::move(stop), [] { return false; });
}

/// Lets requests in flight finish; what takes too long is killed.
void Drain(Servers& servers, Tables& tables, Traffic& traffic) {
  traffic.Stop();
  for (const auto& server : servers) server->StopAccepting();
  if (traffic.WaitUntilQuiet(kDrainTime)) return;
  tables.KillQueries();
  traffic.WaitUntilQuiet(kKillTime);
}

Status Run(const EngineOptions& options,
           std::stop_token stop,
           const std::function<void(std::uint16_t)>& ready) {
  if (options.memory_limit_bytes > 0 && options.memory_limit_bytes < kSmallestMemoryLimit) {
    return ConfigError("The engine's memory limit is too small: it needs at least 256 MiB.");
  }
  const auto api = LoadChdb(options.library);
  if (!api) return api.error();
  auto tables = Tables::Open(*api, options.tables_dir, options.memory_limit_bytes);
  if (!tables) return std::move(tables.error());
  Traffic traffic(kMostRequests, kMostQueries);
  Servers servers;
  std::uint16_t port = 0;
  if (!options.listen.empty()) {
    auto listener = Listener::OnTcp(options.listen);
    if (!listener) return std::move(listener.error());
    port = listener->port();
    const auto host = ParseHostPort(options.listen);
    auto added = AddServer(servers,
                           std::move(listener),
                           {EngineDoor::Kind::kTcp, options.tcp_access, host->host},
                           {**tables, traffic});
    if (!added) return added;
  }
  auto added = AddServer(
      servers, Listener::OnUnixSocket(options.socket_path), EngineDoor{}, {**tables, traffic});
  if (!added) return added;
  ready(port);
  WaitForStop(std::move(stop));
  Drain(servers, **tables, traffic);
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

}  // namespace polyhouse
