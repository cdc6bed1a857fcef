#include "adapters/redis/redis_server_check.h"

#include "contract/redis_fixture.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RedisServerCheck : public RedisTest {};

TEST_F(RedisServerCheck, IsContentWithALogAndWithoutEviction) {
  RedisServer server({"--appendonly", "yes"});

  const auto warnings = CheckRedisServer(server.options());

  ASSERT_THAT(warnings, IsOk());
  EXPECT_THAT(*warnings, IsEmpty());
}

TEST_F(RedisServerCheck, RefusesEveryPolicyThatThrowsKeysAway) {
  RedisServer server;
  for (const char* policy : {"allkeys-lru", "volatile-ttl", "allkeys-random"}) {
    server.Ask({"CONFIG", "SET", "maxmemory-policy", policy});

    EXPECT_THAT(CheckRedisServer(server.options()),
                HasError(ErrorKind::kConfig, "CONFIG SET maxmemory-policy noeviction"))
        << policy;
    // Whoever only looks at what is there is told as much.
    const auto look = CheckRedisServer(server.options(), RedisUse::kLook);
    ASSERT_THAT(look, IsOk());
    EXPECT_THAT(*look, testing::Contains(HasSubstr(policy)));
  }
}

TEST_F(RedisServerCheck, FindsThePolicyAlsoWhenItMayNotReadSettings) {
  RedisServer server;
  server.Ask({"ACL", "SETUSER", "plain", "on", ">pw", "~*", "+@all", "-config"});
  auto redis = server.options();
  redis.user = "plain";
  redis.password = Secret("pw");

  EXPECT_THAT(CheckRedisServer(redis), IsOk());

  server.Ask({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  EXPECT_THAT(CheckRedisServer(redis), HasError(ErrorKind::kConfig, "allkeys-lru"));
}

TEST_F(RedisServerCheck, WarnsOfWhatMayBeLost) {
  RedisServer server;
  EXPECT_THAT(CheckRedisServer(server.options()).value(),
              ElementsAre(HasSubstr("keeps nothing on disk")));
  server.Ask({"CONFIG", "SET", "save", "3600 1"});
  EXPECT_THAT(CheckRedisServer(server.options()).value(), ElementsAre(HasSubstr("snapshots only")));
  server.Ask({"CONFIG", "SET", "appendonly", "yes"});
  server.Ask({"CONFIG", "SET", "appendfsync", "no"});
  EXPECT_THAT(CheckRedisServer(server.options()).value(), ElementsAre(HasSubstr("appendfsync")));
}

TEST_F(RedisServerCheck, SaysWhatTheServerIs) {
  const RedisServer server({"--appendonly", "yes", "--maxmemory", "100mb"});
  SystemClock clock;

  const auto look = LookAtRedisServer(server.options());

  ASSERT_THAT(look, IsOk());
  EXPECT_EQ(look->policy, "noeviction");
  EXPECT_EQ(look->persistence, "a log, fsync everysec");
  EXPECT_EQ(look->most_memory, 100UL << 20U);
  EXPECT_GT(look->used_memory, 0U);
  EXPECT_EQ(look->cluster_state, "");
  const std::chrono::milliseconds ahead = look->time - clock.Now();
  EXPECT_LT(std::chrono::abs(ahead), std::chrono::minutes(1));
}

TEST_F(RedisServerCheck, IsToBeRepeatedWhenTheServerIsAway) {
  RedisServer server;
  server.Kill();

  EXPECT_THAT(CheckRedisServer(server.options()), HasError(ErrorKind::kTransient));
}

}  // namespace
}  // namespace polyhouse
