#include "adapters/redis/redis_options.h"

#include <charconv>
#include <optional>

#include "base/url.h"

namespace polyhouse {
namespace {

constexpr std::uint16_t kRedisPort = 6379;
constexpr std::uint16_t kSentinelPort = 26379;

template <class Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

/// "host", "host:port", "[::1]:port".
Result<RedisEndpoint> ParseEndpoint(std::string_view text, std::uint16_t default_port) {
  RedisEndpoint endpoint{.host = {}, .port = default_port};
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return ConfigError("an IPv6 address has no closing bracket");
    endpoint.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    const auto colon = text.find(':');
    endpoint.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  if (endpoint.host.empty()) return ConfigError("a host is empty");
  if (port.empty()) return endpoint;
  const auto number = ParseNumber<std::uint16_t>(port.substr(1));
  if (port.front() != ':' || !number || *number == 0) {
    return ConfigError("the port of " + endpoint.host + " is not a number from 1 to 65535");
  }
  endpoint.port = *number;
  return endpoint;
}

Result<std::vector<RedisEndpoint>> ParseEndpoints(std::string_view hosts,
                                                  std::uint16_t default_port) {
  std::vector<RedisEndpoint> endpoints;
  while (true) {
    const auto comma = hosts.find(',');
    auto endpoint = ParseEndpoint(hosts.substr(0, comma), default_port);
    if (!endpoint) return std::move(endpoint).error();
    endpoints.push_back(std::move(*endpoint));
    if (comma == std::string_view::npos) return endpoints;
    hosts.remove_prefix(comma + 1);
  }
}

Result<RedisKind> KindOf(std::string_view scheme) {
  if (scheme == "redis") return RedisKind::kStandalone;
  if (scheme == "redis+sentinel") return RedisKind::kSentinel;
  if (scheme == "redis+cluster") return RedisKind::kCluster;
  if (scheme == "rediss" || scheme.starts_with("rediss+")) {
    return ConfigError(
        "TLS is not built in, because Debian's hiredis has none: run stunnel or another TLS proxy "
        "beside polyhouse and use redis:// to it");
  }
  return ConfigError("its scheme is none of redis://, redis+sentinel:// and redis+cluster://");
}

/// The path: "", "/", "/3", and for sentinels "/service" and "/service/3".
Status TakePath(std::string_view path, RedisOptions& options) {
  if (path.starts_with('/')) path.remove_prefix(1);
  if (options.kind == RedisKind::kSentinel) {
    options.service = path.substr(0, path.find('/'));
    path.remove_prefix(options.service.size());
    if (path.starts_with('/')) path.remove_prefix(1);
  }
  if (path.empty()) return Ok();
  const auto database = ParseNumber<int>(path);
  if (!database || *database < 0) return ConfigError("its database is not a number");
  options.database = *database;
  return Ok();
}

/// True when the prefix has a hash tag that is not empty, as cluster nodes look for it.
bool HasHashTag(std::string_view prefix) {
  const auto open = prefix.find('{');
  if (open == std::string_view::npos) return false;
  const auto close = prefix.find('}', open);
  return close != std::string_view::npos && close > open + 1;
}

}  // namespace

Result<RedisOptions> ParseRedisUrl(std::string_view url) {
  auto parts = ParseUrl(url);
  if (!parts) return std::move(parts).error().WithContext("the Redis URL");
  const auto wrong = [](Error error) { return std::move(error).WithContext("the Redis URL"); };
  const auto kind = KindOf(parts->scheme);
  if (!kind) return wrong(kind.error());
  RedisOptions options{.kind = *kind, .user = parts->user, .password = parts->password};
  const auto port = *kind == RedisKind::kSentinel ? kSentinelPort : kRedisPort;
  auto endpoints = ParseEndpoints(parts->hosts, port);
  if (!endpoints) return wrong(std::move(endpoints).error());
  options.endpoints = std::move(*endpoints);
  if (auto status = TakePath(parts->path, options); !status)
    return wrong(std::move(status).error());
  if (!parts->query.empty()) return wrong(ConfigError("it has a query, which means nothing here"));
  if (*kind == RedisKind::kSentinel && options.service.empty()) {
    return wrong(ConfigError("it names no service: redis+sentinel://HOST:PORT/SERVICE"));
  }
  if (*kind == RedisKind::kCluster && options.database != 0) {
    return wrong(ConfigError("a cluster has no databases but 0"));
  }
  return options;
}

Status CheckRedisOptions(const RedisOptions& options) {
  if (options.endpoints.empty()) return ConfigError("Redis: no server is named");
  if (options.kind == RedisKind::kSentinel && options.service.empty()) {
    return ConfigError("Redis: sentinels need the name of a service");
  }
  if (options.kind != RedisKind::kCluster) return Ok();
  if (!HasHashTag(options.key_prefix)) {
    return ConfigError(
        "Redis: a cluster needs a key prefix with a hash tag, such as {pm}: , so that entries and "
        "cursors lie in one slot and can be written together");
  }
  if (options.database != 0) return ConfigError("Redis: a cluster has no databases but 0");
  return Ok();
}

}  // namespace polyhouse
