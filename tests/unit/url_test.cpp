#include "base/url.h"

#include <gtest/gtest.h>

#include "support/result_matchers.h"

namespace polyhouse {
namespace {

TEST(AppendUrlParameter, BeginsAQueryAndGoesOnWithIt) {
  std::string url = "http://api/markets";

  AppendUrlParameter(url, "limit", "100");
  AppendUrlParameter(url, "closed", "true");

  EXPECT_EQ(url, "http://api/markets?limit=100&closed=true");
}

TEST(AppendUrlParameter, EncodesEverythingButUnreservedCharacters) {
  std::string url;

  AppendUrlParameter(url, "c", "aZ09-_.~ +/=&?#%é\n");

  EXPECT_EQ(url, "?c=aZ09-_.~%20%2B%2F%3D%26%3F%23%25%C3%A9%0A");
}

TEST(ParseUrl, TakesAUrlApart) {
  const auto parts = ParseUrl("https://us%65r:p%40%2F:s@h1:1,h2:2/db/x?a=b&c");

  ASSERT_THAT(parts, IsOk());
  EXPECT_EQ(parts->scheme, "https");
  EXPECT_EQ(parts->user, "user");
  EXPECT_EQ(parts->password.Reveal(), "p@/:s");
  EXPECT_EQ(parts->hosts, "h1:1,h2:2");
  EXPECT_EQ(parts->path, "/db/x");
  EXPECT_EQ(parts->query, "a=b&c");
}

TEST(ParseUrl, LeavesEmptyWhatIsMissing) {
  const auto parts = ParseUrl("redis://host");

  ASSERT_THAT(parts, IsOk());
  EXPECT_EQ(parts->hosts, "host");
  EXPECT_EQ(parts->user + parts->password.Reveal() + parts->path + parts->query, "");
}

TEST(ParseUrl, TakesAPasswordWithoutAUser) {
  EXPECT_EQ(ParseUrl("redis://:secret@host")->password.Reveal(), "secret");
  EXPECT_EQ(ParseUrl("redis://user@host")->user, "user");
}

TEST(ParseUrl, RefusesWhatIsNoUrlWithoutRepeatingIt) {
  for (const char* text : {"",
                           "host:6379",
                           "://host",
                           "redis://",
                           "redis://u:secret@",
                           "redis://u:secret%4@h",
                           "redis://u:secret%zz@h",
                           "redis://u:secret%@h",
                           "http://u:secret/x@h:8123",
                           "http://u:secret?x@h:8123"}) {
    const auto parts = ParseUrl(text);
    ASSERT_THAT(parts, HasError(ErrorKind::kConfig)) << text;
    EXPECT_THAT(parts.error().message, testing::Not(testing::HasSubstr("secret")));
  }
}

TEST(WithoutPasswords, ShowsEverythingElse) {
  EXPECT_EQ(WithoutPasswords(""), "");
  EXPECT_EQ(WithoutPasswords("no url"), "no url");
  EXPECT_EQ(WithoutPasswords("http://host:8123/x?y"), "http://host:8123/x?y");
  EXPECT_EQ(WithoutPasswords("redis://user@host"), "redis://user@host");
  EXPECT_EQ(WithoutPasswords("redis://:pw@host:1/0"), "redis://:***@host:1/0");
  EXPECT_EQ(WithoutPasswords("http://u:p@w/d@h1:1,https://u:x,y@h2"),
            "http://u:***@h1:1,https://u:***@h2");
}

}  // namespace
}  // namespace polyhouse
