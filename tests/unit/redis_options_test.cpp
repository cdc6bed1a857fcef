#include "adapters/redis/redis_options.h"

#include <gmock/gmock.h>

#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(ParseRedisUrl, ReadsAServerWithEverything) {
  const auto options = ParseRedisUrl("redis://user:p%40ss%3A@redis.local:6380/3");

  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(options->kind, RedisKind::kStandalone);
  EXPECT_THAT(options->endpoints, ElementsAre(RedisEndpoint{"redis.local", 6380}));
  EXPECT_EQ(options->user, "user");
  EXPECT_EQ(options->password.Reveal(), "p@ss:");
  EXPECT_EQ(options->database, 3);
}

TEST(ParseRedisUrl, TakesWhatIsMissingForItsDefault) {
  const auto options = ParseRedisUrl("redis://localhost");

  ASSERT_THAT(options, IsOk());
  EXPECT_THAT(options->endpoints, ElementsAre(RedisEndpoint{"localhost", 6379}));
  EXPECT_EQ(options->user, "");
  EXPECT_TRUE(options->password.empty());
  EXPECT_EQ(options->database, 0);
}

TEST(ParseRedisUrl, ReadsAPasswordWithoutAUser) {
  EXPECT_EQ(ParseRedisUrl("redis://:secret@h")->password.Reveal(), "secret");
  EXPECT_EQ(ParseRedisUrl("redis://:secret@h")->user, "");
}

TEST(ParseRedisUrl, ReadsAnAddressInBrackets) {
  EXPECT_THAT(ParseRedisUrl("redis://[::1]:7000/")->endpoints,
              ElementsAre(RedisEndpoint{"::1", 7000}));
  EXPECT_THAT(ParseRedisUrl("redis://[::1]")->endpoints, ElementsAre(RedisEndpoint{"::1", 6379}));
}

TEST(ParseRedisUrl, ReadsSentinelsAndTheirService) {
  const auto options = ParseRedisUrl("redis+sentinel://:pw@s1,s2:5000/pm/2");

  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(options->kind, RedisKind::kSentinel);
  EXPECT_THAT(options->endpoints,
              ElementsAre(RedisEndpoint{"s1", 26379}, RedisEndpoint{"s2", 5000}));
  EXPECT_EQ(options->service, "pm");
  EXPECT_EQ(options->database, 2);
  EXPECT_EQ(options->password.Reveal(), "pw");
}

TEST(ParseRedisUrl, ReadsTheNodesOfACluster) {
  const auto options = ParseRedisUrl("redis+cluster://a:7000,b:7001");

  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(options->kind, RedisKind::kCluster);
  EXPECT_THAT(options->endpoints, ElementsAre(RedisEndpoint{"a", 7000}, RedisEndpoint{"b", 7001}));
}

struct WrongUrl {
  std::string url;
  std::string part;  ///< Of the message.
};

class ParseRedisUrlRefuses : public testing::TestWithParam<WrongUrl> {};

TEST_P(ParseRedisUrlRefuses, WithASentenceThatDoesNotRepeatThePassword) {
  const auto options = ParseRedisUrl(GetParam().url);

  ASSERT_THAT(options, HasError(ErrorKind::kConfig, GetParam().part));
  EXPECT_THAT(options.error().message, Not(HasSubstr("hunter2")));
}

INSTANTIATE_TEST_SUITE_P(Each,
                         ParseRedisUrlRefuses,
                         testing::Values(WrongUrl{"localhost:6379", "scheme"},
                                         WrongUrl{"http://:hunter2@h", "scheme is none of"},
                                         WrongUrl{"rediss://:hunter2@h", "stunnel"},
                                         WrongUrl{"redis://", "host"},
                                         WrongUrl{"redis://:hunter2@", "host"},
                                         WrongUrl{"redis://:hunter2@h:port", "port of h"},
                                         WrongUrl{"redis://:hunter2@h:0", "port of h"},
                                         WrongUrl{"redis://:hunter2@h:65536", "port of h"},
                                         WrongUrl{"redis://:hunter2@h:", "port of h"},
                                         WrongUrl{"redis://:hunter2@[::1", "bracket"},
                                         WrongUrl{"redis://:hunter2@a,,b", "host is empty"},
                                         WrongUrl{"redis://:hunter2%zz@h", "%"},
                                         WrongUrl{"redis://:hunter2@h/x", "database"},
                                         WrongUrl{"redis://:hunter2@h/-1", "database"},
                                         WrongUrl{"redis://:hunter2@h/0?timeout=1", "query"},
                                         WrongUrl{"redis+sentinel://:hunter2@h", "service"},
                                         WrongUrl{"redis+sentinel://:hunter2@h/pm/x", "database"},
                                         WrongUrl{"redis+cluster://:hunter2@h/1",
                                                  "databases but 0"}));

TEST(CheckRedisOptions, AsksForAHashTagInACluster) {
  RedisOptions options{.kind = RedisKind::kCluster, .endpoints = {{"h", 1}}};
  for (const char* wrong : {"", "pm:", "{}pm:", "}pm{", "{pm"}) {
    options.key_prefix = wrong;
    EXPECT_THAT(CheckRedisOptions(options), HasError(ErrorKind::kConfig, "hash tag")) << wrong;
  }
  for (const char* good : {"{pm}:", "x{p}y"}) {
    options.key_prefix = good;
    EXPECT_THAT(CheckRedisOptions(options), IsOk()) << good;
  }
}

TEST(CheckRedisOptions, AsksForWhatIsMissing) {
  EXPECT_THAT(CheckRedisOptions({}), HasError(ErrorKind::kConfig, "no server"));
  EXPECT_THAT(CheckRedisOptions({.kind = RedisKind::kSentinel, .endpoints = {{"h", 1}}}),
              HasError(ErrorKind::kConfig, "service"));
}

}  // namespace
}  // namespace polyhouse
