#include "adapters/redis/redis_error.h"

#include <gmock/gmock.h>

#include "adapters/redis/redis_info.h"
#include "adapters/redis/redis_topology.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

struct Reply {
  std::string text;
  ErrorKind kind;
  std::string part;  ///< Of the message.
};

class ClassifyRedisErrorOf : public testing::TestWithParam<Reply> {};

TEST_P(ClassifyRedisErrorOf, SaysWhatToDo) {
  const Error error = ClassifyRedisError(GetParam().text);

  EXPECT_EQ(error.kind, GetParam().kind);
  EXPECT_THAT(error.message, testing::HasSubstr(GetParam().part));
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    ClassifyRedisErrorOf,
    testing::Values(
        Reply{"LOADING Redis is loading the dataset in memory", ErrorKind::kTransient, "LOADING"},
        Reply{"BUSY Redis is busy running a script", ErrorKind::kTransient, "BUSY"},
        Reply{"TRYAGAIN Multiple keys request", ErrorKind::kTransient, "TRYAGAIN"},
        Reply{"CLUSTERDOWN The cluster is down", ErrorKind::kTransient, "CLUSTERDOWN"},
        Reply{"MASTERDOWN Link with MASTER is down", ErrorKind::kTransient, "MASTERDOWN"},
        Reply{"READONLY You can't write against", ErrorKind::kTransient, "READONLY"},
        Reply{"UNBLOCKED the stream key no longer exists", ErrorKind::kTransient, "UNBLOCKED"},
        Reply{"NOREPLICAS Not enough good replicas", ErrorKind::kTransient, "NOREPLICAS"},
        Reply{"MISCONF Redis is configured to save", ErrorKind::kTransient, "free disk space"},
        Reply{"OOM command not allowed", ErrorKind::kTransient, "raise maxmemory"},
        Reply{"NOAUTH Authentication required.", ErrorKind::kConfig, "password"},
        Reply{"WRONGPASS invalid username-password pair", ErrorKind::kConfig, "password"},
        Reply{"NOPERM this user has no permissions", ErrorKind::kConfig, "right"},
        Reply{"WRONGTYPE Operation against a key", ErrorKind::kConfig, "prefix"},
        Reply{"ERR unknown command 'XAUTOCLAIM'", ErrorKind::kConfig, "7.0"},
        Reply{"ERR something else", ErrorKind::kTransient, "something else"},
        Reply{"NEVERHEARD of it", ErrorKind::kTransient, "NEVERHEARD"},
        Reply{"", ErrorKind::kTransient, ""}));

/// An old server repeats what it does not understand, which may be a password.
TEST(ClassifyRedisError, DoesNotRepeatTheArgumentsOfAnUnknownCommand) {
  const Error error =
      ClassifyRedisError("ERR unknown command `AUTH`, with args beginning with: `hunter2`");

  EXPECT_THAT(error.message, testing::Not(testing::HasSubstr("hunter2")));
}

class ClassifyLogInErrorOf : public testing::TestWithParam<Reply> {};

TEST_P(ClassifyLogInErrorOf, TellsWhatAPersonMustMendFromWhatPasses) {
  const Error error = ClassifyLogInError(GetParam().text);

  EXPECT_EQ(error.kind, GetParam().kind);
  EXPECT_THAT(error.message, testing::HasSubstr(GetParam().part));
  EXPECT_THAT(error.message, testing::Not(testing::HasSubstr("hunter2")));
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    ClassifyLogInErrorOf,
    testing::Values(
        Reply{"ERR max number of clients reached", ErrorKind::kTransient, "maxclients"},
        Reply{"ERR max number of clients + cluster connections reached",
              ErrorKind::kTransient,
              "maxclients"},
        Reply{"LOADING Redis is loading the dataset in memory", ErrorKind::kTransient, "LOADING"},
        Reply{"MASTERDOWN Link with MASTER is down", ErrorKind::kTransient, "MASTERDOWN"},
        Reply{"ERR something that nobody has met", ErrorKind::kTransient, "now"},
        Reply{"WRONGPASS invalid username-password pair", ErrorKind::kConfig, "password"},
        Reply{"ERR AUTH <password> called without any password configured",
              ErrorKind::kConfig,
              "no password"},
        Reply{"ERR invalid password", ErrorKind::kConfig, "password"},
        Reply{"ERR DB index is out of range", ErrorKind::kConfig, "database number"},
        Reply{"ERR unknown command `AUTH`, with args beginning with: `hunter2`",
              ErrorKind::kConfig,
              "renamed"}));

TEST(ClassifyRedisError, KeepsTheMessageOnOneLine) {
  EXPECT_THAT(ClassifyRedisError("ERR a\r\nb\x1b[2J").message,
              testing::Not(testing::AnyOf(testing::HasSubstr("\n"), testing::HasSubstr("\x1b"))));
}

TEST(ParseMovedReply, GivesTheNode) {
  EXPECT_EQ(ParseMoved("MOVED 3999 127.0.0.1:6381"), (RedisEndpoint{"127.0.0.1", 6381}));
  EXPECT_EQ(ParseMoved("MOVED 3999 ::1:6381"), (RedisEndpoint{"::1", 6381}));
  EXPECT_EQ(ParseMoved("MOVED 3999 :6381"), (RedisEndpoint{"", 6381}));
}

TEST(ParseMovedReply, IsEmptyForAnythingElse) {
  for (const char* other :
       {"ASK 3999 127.0.0.1:6381", "ERR MOVED", "MOVED", "MOVED 1 host:port", "MOVED 1 h:99999"}) {
    EXPECT_EQ(ParseMoved(other), std::nullopt) << other;
  }
}

TEST(RedisInfo, ReadsNamesAndValues) {
  const RedisInfo info("# Server\r\nredis_version:7.0.15\r\nempty:\r\n\r\n# Memory\r\nused:12\r\n");

  EXPECT_EQ(info.Text("redis_version"), "7.0.15");
  EXPECT_EQ(info.Number("redis_version"), 7U);
  EXPECT_EQ(info.Number("used"), 12U);
  EXPECT_EQ(info.Text("empty"), "");
  EXPECT_EQ(info.Text("missing"), "");
  EXPECT_EQ(info.Number("missing"), 0U);
}

}  // namespace
}  // namespace polyhouse
