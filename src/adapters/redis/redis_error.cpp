#include "adapters/redis/redis_error.h"

#include <algorithm>
#include <string>

#include "base/one_line.h"

namespace polyhouse {
namespace {

/// How much of the server's own words a message repeats.
constexpr std::size_t kShown = 200;

struct Meaning {
  std::string_view code;
  ErrorKind kind;
  std::string_view advice;  ///< Empty: the server's words are clear enough.
};

constexpr Meaning kMeanings[] = {
    {"MISCONF",
     ErrorKind::kTransient,
     "Redis cannot save to its disk and takes no writes: look at its log and free disk space"},
    {"OOM",
     ErrorKind::kTransient,
     "Redis has reached its maxmemory: let the writers catch up, or raise maxmemory"},
    {"NOAUTH", ErrorKind::kConfig, "Redis asks for a password: set it in the URL"},
    {"WRONGPASS", ErrorKind::kConfig, "Redis does not take this user and password"},
    {"NOPERM", ErrorKind::kConfig, "the Redis user lacks a right"},
    {"WRONGTYPE", ErrorKind::kConfig, "a key of another kind is in the way: set a key prefix"},
};

/// Errors without a code of their own at log-in that stay until a person acts (acl.c, db.c; some
/// only up to Redis 5). Everything else is passing.
struct Refusal {
  std::string_view begin;
  std::string_view advice;
};
constexpr Refusal kRefusals[] = {
    {"ERR AUTH", "Redis has no password, and one is set here: leave it out of the URL"},
    {"ERR Client sent AUTH", "Redis has no password, and one is set here: leave it out of the URL"},
    {"ERR invalid password", "Redis does not take this password"},
    {"ERR wrong number of arguments", "Redis knows no users before 6.0: leave the user out"},
    {"ERR unknown command", "Redis lacks AUTH or SELECT: were they renamed?"},
    {"ERR DB index is out of range", "Redis does not have this database number"},
    {"ERR invalid DB index", "Redis does not have this database number"},
    {"ERR SELECT is not allowed", "a Redis Cluster has no databases but 0"},
};
constexpr std::string_view kMaxClients = "ERR max number of clients";

// Replies whose code says nothing.

/// NOPERM, where a script asks.
constexpr std::string_view kNotInScript = "ERR The user executing the script can't";
constexpr std::string_view kIdsUsedUp = "ERR The stream has exhausted the last possible ID";
/// A server too old, or a command renamed away.
constexpr std::string_view kUnknownCommand = "ERR unknown command";

}  // namespace

std::string_view RedisErrorCode(std::string_view reply) {
  return reply.substr(0, reply.find(' '));
}

Error ClassifyRedisError(std::string_view reply) {
  const std::string said = "Redis said: " + OneLine(reply, kShown);
  if (reply.starts_with(kUnknownCommand)) {
    return ConfigError("Redis lacks a command that is needed; it must be 7.0 or newer, with " +
                       std::string("nothing renamed"));
  }
  if (reply.starts_with(kNotInScript))
    return ConfigError("the Redis user lacks a right (" + said + ")");
  if (reply.starts_with(kIdsUsedUp)) {
    return ConfigError("a stream has used up its ids: drain it with polyhouse write --once, then " +
                       ("delete it (" + said) + ")");
  }
  const auto code = RedisErrorCode(reply);
  const auto* meaning = std::find_if(
      std::begin(kMeanings), std::end(kMeanings), [&](const auto& m) { return m.code == code; });
  if (meaning == std::end(kMeanings)) return TransientError(said);
  return {.kind = meaning->kind, .message = std::string(meaning->advice) + " (" + said + ")"};
}

Error ClassifyLogInError(std::string_view reply) {
  const auto code = RedisErrorCode(reply);
  if (code != "ERR") return ClassifyRedisError(code);
  const auto* refusal = std::find_if(std::begin(kRefusals),
                                     std::end(kRefusals),
                                     [&](const auto& r) { return reply.starts_with(r.begin); });
  if (refusal != std::end(kRefusals)) return ConfigError(std::string(refusal->advice));
  if (reply.starts_with(kMaxClients)) {
    return TransientError("Redis has as many clients as it takes (maxclients)");
  }
  return TransientError("Redis cannot let us in now");
}

bool MeansAnotherServer(std::string_view reply) {
  const auto code = RedisErrorCode(reply);
  return code == "READONLY" || code == "MASTERDOWN" || code == "UNBLOCKED";
}

}  // namespace polyhouse
