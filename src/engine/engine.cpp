#include "engine/engine.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "doors/listener.h"
#include "engine/chdb_api.h"
#include "engine/client_watch.h"
#include "engine/http_server.h"
#include "engine/tables.h"
#include "engine/traffic.h"
#include "engine/wall.h"

namespace polyhouse::engine {
namespace {

/// Requests beyond these bounds are told to come back; queries wait a while for a place first. The
/// owner's door has places of its own.
constexpr TrafficLimits kOwnerLimits{.requests = 256, .queries = 64};
constexpr std::size_t kMostOverTcp = 128;
constexpr std::uint64_t kSmallestMemoryLimit = std::uint64_t{256} << 20;
/// After a stop was requested: what is nearly done may finish; then reading queries are ended, and
/// those who do not read their answer or do not send the rest of their request are cut off; inserts
/// have the rest of the time, then they are killed.
constexpr std::chrono::milliseconds kGraceTime{500};
constexpr std::chrono::milliseconds kEndTime{2'000};
constexpr std::chrono::milliseconds kDrainTime{10'000};
constexpr std::chrono::milliseconds kKillTime{5'000};
static_assert(kGraceTime + kEndTime + kDrainTime + kKillTime < kLongestStop);

using Servers = std::vector<std::unique_ptr<EngineHttpServer>>;

/// Where clients come in. Made before the wall stands, which lets no socket be made, and removed
/// outside of it.
struct Entrances {
  Listener socket;
  std::optional<Listener> tcp;
  std::string tcp_host;
};

Status OpenTcp(const EngineOptions& options, Entrances& entrances) {
  if (options.listen.empty()) return Ok();
  const auto address = ParseHostPort(options.listen);
  if (!address) return address.error();
  auto listener = Listener::OnTcp(options.listen);
  if (!listener) return std::move(listener.error());
  if (listener->reach() == Listener::Reach::kOthers && options.password.empty()) {
    return ConfigError("The address " + options.listen +
                       " is open to other machines, and there is no password: set "
                       "POLYHOUSE_ENGINE_PASSWORD (engine.password), or listen on 127.0.0.1.");
  }
  entrances.tcp = std::move(*listener);
  entrances.tcp_host = address->host;
  return Ok();
}

Result<Entrances> OpenEntrances(const EngineOptions& options) {
  Entrances entrances;
  if (auto opened = OpenTcp(options, entrances); !opened) return opened.error();
  auto socket = Listener::OnUnixSocket(options.socket_path);
  if (!socket) return std::move(socket.error());
  entrances.socket = std::move(*socket);
  return entrances;
}

/// Without a wall, whoever may read tables could find a way to read this user's files. Why no
/// strangers may; empty: they may.
Result<std::string> ShutIn(const EngineOptions& options) {
  const auto lacking = BuildWall(options.tables_dir);
  if (!lacking || options.may_listen_without_wall) return std::string();
  const std::string cannot = "This machine cannot shut the engine in (" + *lacking + "), so ";
  const std::string way = " may find a way to this user's files and network. ";
  const std::string advice =
      "use Linux 5.13 or newer with Landlock and seccomp, or accept the risk with "
      "engine.listen_without_wall.";
  if (options.listen.empty())
    return cannot + "a stranger's statement" + way + "U" + advice.substr(1);
  return ConfigError(cannot + "a client on " + options.listen + way + "Leave the address out, " +
                     advice);
}

/// Two pools: what comes over TCP, or by the owner's door for those who only read, takes nothing
/// that the owner needs.
class Places {
 public:
  explicit Places(TrafficLimits of_others) : others(of_others) {}

  void Stop() {
    owner.Stop();
    others.Stop();
  }
  bool WaitUntilQuiet(std::chrono::milliseconds patience) {
    const auto deadline = SteadyNow() + patience;
    if (!owner.WaitUntilQuiet(patience)) return false;
    return others.WaitUntilQuiet(
        std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyNow()));
  }

  Traffic owner{kOwnerLimits};
  Traffic others;
};

Status AddServer(Servers& servers, const Listener& listener, EngineDoor door, EngineParts parts) {
  auto server = EngineHttpServer::Start(listener, std::move(door), parts);
  if (!server) return std::move(server.error());
  servers.push_back(std::move(*server));
  return Ok();
}

struct Shared {
  Tables& tables;
  ClientWatch& clients;
  Places& places;
  std::string no_strangers;  ///< EngineDoor's.
};

Status AddServers(Servers& servers,
                  const EngineOptions& options,
                  const Entrances& entrances,
                  const Shared& shared) {
  EngineDoor owner;
  owner.account.user = options.user;
  owner.no_strangers = shared.no_strangers;
  auto added =
      AddServer(servers,
                entrances.socket,
                std::move(owner),
                {shared.tables, shared.places.owner, shared.places.others, shared.clients});
  if (!added || !entrances.tcp) return added;
  const bool is_local = entrances.tcp->reach() == Listener::Reach::kThisMachine;
  return AddServer(servers,
                   *entrances.tcp,
                   {EngineDoor::Kind::kTcp,
                    options.tcp_access,
                    {is_local, entrances.tcp_host},
                    {options.user, options.password}},
                   {shared.tables, shared.places.others, shared.places.others, shared.clients});
}

void WaitForStop(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait(lock, std::move(stop), [] { return false; });
}

void Drain(Servers& servers, const Shared& shared) {
  shared.places.Stop();
  for (const auto& server : servers) server->StopAccepting();
  if (shared.places.WaitUntilQuiet(kGraceTime)) return;
  shared.clients.EndAll();
  if (shared.places.WaitUntilQuiet(kEndTime)) return;
  shared.clients.HangUp();
  for (const auto& server : servers) {
    if (auto* const slow = server->slow_clients()) slow->CutSilent(kEndTime);
  }
  if (shared.places.WaitUntilQuiet(kDrainTime)) return;
  shared.tables.KillQueries();
  shared.places.WaitUntilQuiet(kKillTime);
}

using Ready = std::function<void(std::uint16_t)>;

Status Serve(const EngineOptions& options,
             const Entrances& entrances,
             std::stop_token stop,
             const Ready& ready) {
  std::error_code failure;
  std::filesystem::create_directories(options.tables_dir, failure);
  if (failure) {
    return ConfigError("Cannot create " + options.tables_dir + ": " + failure.message() + ".");
  }
  const auto api = LoadChdb(options.library);
  if (!api) return api.error();
  auto no_strangers = ShutIn(options);
  if (!no_strangers) return std::move(no_strangers).error();
  const TableLimits limits{options.memory_limit_bytes, options.reader_seconds};
  auto tables = Tables::Open(*api, options.tables_dir, limits);
  if (!tables) return std::move(tables.error());
  Places places({.requests = kMostOverTcp,
                 .queries = options.most_queries,
                 .memory_bytes = limits.readers_memory_bytes()});
  ClientWatch clients(**tables);
  const Shared shared{**tables, clients, places, std::move(*no_strangers)};
  Servers servers;
  if (auto added = AddServers(servers, options, entrances, shared); !added) return added;
  ready(entrances.tcp ? entrances.tcp->port() : std::uint16_t{0});
  WaitForStop(std::move(stop));
  Drain(servers, shared);
  return Ok();
}

Status ServeOrSayWhy(const EngineOptions& options,
                     const Entrances& entrances,
                     std::stop_token stop,
                     const Ready& ready) {
  try {
    return Serve(options, entrances, std::move(stop), ready);
  } catch (const std::exception& failure) {
    return TransientError(std::string("The engine stopped: ") + failure.what() + ".");
  }
}

}  // namespace

Status RunEngine(const EngineOptions& options, std::stop_token stop, const Ready& ready) {
  if (options.memory_limit_bytes > 0 && options.memory_limit_bytes < kSmallestMemoryLimit) {
    return ConfigError("The engine's memory limit is too small: it needs at least 256 MiB.");
  }
  const auto entrances = OpenEntrances(options);
  if (!entrances) return entrances.error();
  Status ended;
  // A thread of its own, because it shuts itself in for ever, and because libchdb looks a main
  // thread up in /proc, which is shut too.
  std::thread engine([&] { ended = ServeOrSayWhy(options, *entrances, stop, ready); });
  engine.join();
  return ended;
}

}  // namespace polyhouse::engine
