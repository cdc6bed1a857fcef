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

/// The one reply whose code says nothing: a server too old, or a command renamed away.
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
  const auto code = RedisErrorCode(reply);
  const auto* meaning = std::find_if(
      std::begin(kMeanings), std::end(kMeanings), [&](const auto& m) { return m.code == code; });
  if (meaning == std::end(kMeanings)) return TransientError(said);
  return {.kind = meaning->kind, .message = std::string(meaning->advice) + " (" + said + ")"};
}

bool MeansAnotherServer(std::string_view reply) {
  const auto code = RedisErrorCode(reply);
  return code == "READONLY" || code == "MASTERDOWN" || code == "UNBLOCKED";
}

}  // namespace polyhouse
