#include "adapters/redis/redis_server_check.h"

#include <optional>

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

RedisComplaint JudgeVersion(const RedisInfo& info) {
  if (info.Number("redis_version") >= kOldestVersion) return {};
  return {"Redis " + std::string(info.Text("redis_version")) + " is too old",
          "7.0 or newer is needed"};
}

RedisComplaint JudgePolicy(const std::string& policy) {
  if (policy == "noeviction") return {};
  if (policy.empty()) {
    return {"Redis does not say its maxmemory-policy",
            "make sure that it is noeviction, or it may throw streams away"};
  }
  return {"Redis has the maxmemory-policy " + policy +
              ", which throws streams away when memory runs short",
          "run CONFIG SET maxmemory-policy noeviction, and write the line \"maxmemory-policy "
          "noeviction\" into redis.conf"};
}

/// What becomes of what it holds when it dies. Whether snapshots are taken only the setting says.
void JudgePersistence(const RedisInfo& info,
                      const std::optional<std::string>& save,
                      const std::optional<std::string>& fsync,
                      RedisLook& look) {
  if (info.Number("aof_enabled") != 0) {
    look.persistence = "a log, fsync " + fsync.value_or("unknown");
    if (fsync == "no") {
      look.may_lose = {
          "Redis leaves it to the system when to write its log to disk (appendfsync no): half a "
          "minute may be lost when the machine dies",
          "Set appendfsync everysec"};
    }
  } else if (!save || save->empty()) {
    look.persistence = "nothing";
    look.may_lose = {
        "Redis keeps nothing on disk: what is in the streams and not yet in tables is lost when it "
        "restarts",
        "Set appendonly yes"};
  } else {
    look.persistence = "snapshots, save " + *save;
    look.may_lose = {
        "Redis keeps snapshots only: what came after the last one is lost when it dies, and is "
        "read again from the API",
        "Set appendonly yes"};
  }
  for (const char* name : {"aof_last_write_status", "rdb_last_bgsave_status"}) {
    if (info.Text(name) != "err") continue;
    look.cannot_save = {"Redis could not write to its disk (" + std::string(name) + ":err)",
                        "see its log; mostly its disk is full, or its directory (CONFIG GET dir) "
                        "cannot be written"};
  }
}

/// A reply to TIME: seconds and microseconds.
Timestamp TimeOf(const RedisValue& reply) {
  const std::chrono::microseconds micros(reply[0].Count() * 1'000'000 + reply[1].Count());
  return Timestamp(std::chrono::duration_cast<std::chrono::milliseconds>(micros));
}

std::string ClusterStateOf(std::string_view text) {
  return std::string(RedisInfo(text).Text("cluster_state"));
}

}  // namespace

Result<RedisLook> LookAtRedisServer(const RedisOptions& options) {
  RedisConnection connection(options);
  const auto reply = connection.Run({"INFO"});
  if (!reply) return reply.error();
  const RedisInfo info(reply->value().text());
  const auto policy = Setting(connection, "maxmemory-policy");
  if (!policy) return policy.error();
  const auto save = Setting(connection, "save");
  if (!save) return save.error();
  const auto fsync = Setting(connection, "appendfsync");
  if (!fsync) return fsync.error();
  // What is forbidden is not known; it is not needed for work.
  const auto time = connection.Run({"TIME"});
  if (!time && time.error().kind == ErrorKind::kTransient) return time.error();

  RedisLook look{.version = std::string(info.Text("redis_version")),
                 .policy = policy->value_or(std::string(info.Text("maxmemory_policy"))),
                 .time = time ? TimeOf(time->value()) : Timestamp(),
                 .used_memory = info.Number("used_memory"),
                 .most_memory = info.Number("maxmemory"),
                 .machine_memory = info.Number("total_system_memory"),
                 .too_old = JudgeVersion(info)};
  look.evicts = JudgePolicy(look.policy);
  JudgePersistence(info, *save, *fsync, look);
  if (info.Number("cluster_enabled") != 0) {
    const auto cluster = connection.Run({"CLUSTER", "INFO"});
    if (!cluster && cluster.error().kind == ErrorKind::kTransient) return cluster.error();
    look.cluster_state = cluster ? ClusterStateOf(cluster->value().text()) : "unknown";
  }
  return look;
}

Result<std::vector<std::string>> CheckRedisServer(const RedisOptions& options, RedisUse use) {
  const auto look = LookAtRedisServer(options);
  if (!look) return look.error();
  if (!look->too_old.empty()) return ConfigError(look->too_old.found + ": " + look->too_old.fix);
  std::vector<std::string> warnings;
  if (const RedisComplaint& evicts = look->evicts; !evicts.empty()) {
    const std::string sentence = evicts.found + ": " + evicts.fix;
    if (!look->policy.empty() && use == RedisUse::kWork) return ConfigError(sentence);
    warnings.push_back(sentence + ".");
  }
  if (const RedisComplaint& loses = look->may_lose; !loses.empty()) {
    warnings.push_back(loses.found + ". " + loses.fix + ".");
  }
  return warnings;
}

}  // namespace polyhouse
