#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace polyhouse {

struct RedisEndpoint {
  std::string host;
  std::uint16_t port = 6379;

  auto operator<=>(const RedisEndpoint&) const = default;
};

/// What answers at the endpoints.
enum class RedisKind {
  kStandalone,  ///< The server itself.
  kSentinel,    ///< Sentinels, which know the server that is the master now.
  kCluster,     ///< Nodes of a cluster, any of which knows the others.
};

/// Where Redis is and how it is spoken to.
struct RedisOptions {
  RedisKind kind = RedisKind::kStandalone;
  std::vector<RedisEndpoint> endpoints{};  ///< At least one; tried in turn.
  std::string service{};                   ///< The master's name at the sentinels.
  int database = 0;
  std::string user{};  ///< Empty: the default user.
  Secret password{};   ///< Empty: no AUTH is sent.
  Secret sentinel_password{};
  /// In front of every key. A cluster needs a hash tag in it, such as "{pm}:", because what belongs
  /// to one transaction must lie in one slot.
  std::string key_prefix{};
  std::chrono::milliseconds connect_timeout{2'000};
  /// How long a server may stay silent after a command. A connection on which it did is dropped.
  std::chrono::milliseconds command_timeout{5'000};
};

/// Takes these apart, with user and password percent-encoded and both optional:
///   redis://user:password@host:port/database
///   redis+sentinel://user:password@host:port,host:port/service/database
///   redis+cluster://user:password@host:port,host:port
/// Ports default to 6379, sentinels' to 26379. kConfig with a sentence otherwise, which never
/// repeats the URL.
Result<RedisOptions> ParseRedisUrl(std::string_view url);

/// kConfig when the options contradict each other: no endpoint, a cluster without a hash tag or
/// with a database, sentinels without a service.
Status CheckRedisOptions(const RedisOptions& options);

}  // namespace polyhouse
