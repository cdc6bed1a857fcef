#include "adapters/redis/redis_server_check.h"

#include "adapters/redis/redis_connection.h"
#include "adapters/redis/redis_error.h"
#include "adapters/redis/redis_info.h"

namespace polyhouse {
namespace {

constexpr std::uint64_t kOldestVersion = 7;

/// The value of a setting; empty when this user may not read settings.
Result<std::optional<std::string>> Setting(RedisConnection& connection, std::string_view name) {
  RedisCommands command;
  command.Add({"CONFIG", "GET", name});
  const auto replies = connection.Run(command);
  if (!replies) return replies.error();
  const RedisValue reply = replies->front().value();
  if (!reply.IsError()) return std::optional(std::string(reply[1].text()));
  const Error error = ClassifyRedisError(reply.text());
  // Forbidden, or renamed away.
  if (error.kind == ErrorKind::kConfig) return std::optional<std::string>();
  return error;
}

Status CheckVersion(const RedisInfo& info) {
  if (info.Number("redis_version") >= kOldestVersion) return Ok();
  return ConfigError("Redis " + std::string(info.Text("redis_version")) +
                     " is too old: 7.0 or newer is needed");
}

/// Warns when nobody can tell.
Status CheckEviction(RedisConnection& connection,
                     const RedisInfo& info,
                     std::vector<std::string>& warnings) {
  const auto setting = Setting(connection, "maxmemory-policy");
  if (!setting) return setting.error();
  const std::string policy = setting->value_or(std::string(info.Text("maxmemory_policy")));
  if (policy == "noeviction") return Ok();
  if (policy.empty()) {
    warnings.emplace_back(
        "Redis does not say its maxmemory-policy: make sure that it is noeviction, or it may throw "
        "streams away.");
    return Ok();
  }
  return ConfigError("Redis has the maxmemory-policy " + policy +
                     ", which throws streams away when memory runs short: run CONFIG SET "
                     "maxmemory-policy noeviction, and write the line \"maxmemory-policy "
                     "noeviction\" into redis.conf");
}

Status CheckPersistence(RedisConnection& connection,
                        const RedisInfo& info,
                        std::vector<std::string>& warnings) {
  const auto save = Setting(connection, "save");
  if (!save) return save.error();
  const auto fsync = Setting(connection, "appendfsync");
  if (!fsync) return fsync.error();
  if (info.Number("aof_enabled") == 0) {
    // Whether snapshots are taken only the setting says.
    warnings.emplace_back(
        !*save || (*save)->empty()
            ? "Redis keeps nothing on disk: what is in the streams and not yet in tables is lost "
              "when it restarts. Set appendonly yes."
            : "Redis keeps snapshots only: what came after the last one is lost when it dies, and "
              "is read again from the API. Set appendonly yes.");
  } else if (*fsync == "no") {
    warnings.emplace_back(
        "Redis leaves it to the system when to write its log to disk (appendfsync no): half a "
        "minute may be lost when the machine dies. Set appendfsync everysec.");
  }
  return Ok();
}

}  // namespace

Result<std::vector<std::string>> CheckRedisServer(const RedisOptions& options, RedisUse use) {
  RedisConnection connection(options);
  const auto reply = connection.Run({"INFO"});
  if (!reply) return reply.error();
  const RedisInfo info(reply->value().text());
  if (auto status = CheckVersion(info); !status) return std::move(status).error();
  std::vector<std::string> warnings;
  if (auto status = CheckEviction(connection, info, warnings); !status) {
    const bool may_go_on = use == RedisUse::kLook && status.error().kind == ErrorKind::kConfig;
    if (!may_go_on) return std::move(status).error();
    warnings.push_back(status.error().message);
  }
  if (auto status = CheckPersistence(connection, info, warnings); !status)
    return std::move(status).error();
  return warnings;
}

}  // namespace polyhouse
