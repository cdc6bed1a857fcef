#include "serve/sessions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serve/form.h"

namespace polyhouse {
namespace {

using Login = Sessions::Login;
using testing::HasSubstr;

constexpr SteadyTime kNow{};
const std::string kToken = "a long token of ours";

std::string SessionOf(const std::string& cookie) {
  const auto begin = cookie.find('=') + 1;
  return cookie.substr(begin, cookie.find(';') - begin);
}

TEST(Sessions, LetsEverybodyInWithoutAToken) {
  Sessions sessions{Secret()};
  EXPECT_TRUE(sessions.is_open());
  EXPECT_TRUE(sessions.Admits("", "", "10.0.0.9", kNow));
}

TEST(Sessions, AdmitsTheTokenAndSessionsMadeWithIt) {
  Sessions sessions{Secret(kToken)};
  EXPECT_FALSE(sessions.Admits("", "", "10.0.0.9", kNow));
  EXPECT_TRUE(sessions.Admits("", kToken, "10.0.0.9", kNow));
  EXPECT_FALSE(sessions.Admits("", kToken + "x", "10.0.0.9", kNow));
  // The token is no session.
  EXPECT_FALSE(sessions.Admits(kToken, "", "10.0.0.9", kNow));

  const auto login = sessions.LogIn(kToken, "10.0.0.1", kNow);
  ASSERT_EQ(login.login, Login::kDone);
  EXPECT_THAT(
      login.cookie,
      testing::AllOf(
          HasSubstr("HttpOnly"), HasSubstr("SameSite=Strict"), testing::Not(HasSubstr(kToken))));
  const std::string session = SessionOf(login.cookie);
  EXPECT_EQ(session.size(), 64U);
  EXPECT_TRUE(sessions.Admits(session, "", "10.0.0.9", kNow));
  // A wrong token is not made good by a session.
  EXPECT_FALSE(sessions.Admits(session, "wrong", "10.0.0.9", kNow));
  EXPECT_FALSE(sessions.Admits(session, "", "10.0.0.9", kNow + std::chrono::hours(13)));
}

TEST(Sessions, LetsNobodyTryTokensInHeadersForEverEither) {
  Sessions sessions{Secret(kToken)};
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(sessions.Admits("", "wrong", "10.0.0.1", kNow));
  EXPECT_FALSE(sessions.Admits("", kToken, "10.0.0.1", kNow));
  EXPECT_TRUE(sessions.Admits("", kToken, "10.0.0.2", kNow));
  EXPECT_TRUE(sessions.Admits("", kToken, "10.0.0.1", kNow + std::chrono::seconds(11)));
  // Right ones may come as often as they like.
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(sessions.Admits("", kToken, "10.0.0.2", kNow));
}

TEST(Sessions, EndsASession) {
  Sessions sessions{Secret(kToken)};
  const std::string session = SessionOf(sessions.LogIn(kToken, "", kNow).cookie);
  EXPECT_THAT(sessions.LogOut(session), HasSubstr("Max-Age=0"));
  EXPECT_FALSE(sessions.Admits(session, "", "10.0.0.9", kNow));
}

TEST(Sessions, LetsNobodyTryForEver) {
  Sessions sessions{Secret(kToken)};
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(sessions.LogIn("wrong", "10.0.0.1", kNow).login, Login::kWrong) << i;
  }
  // Not even with the right one; elsewhere and later one may.
  EXPECT_EQ(sessions.LogIn(kToken, "10.0.0.1", kNow).login, Login::kTooOften);
  EXPECT_EQ(sessions.LogIn(kToken, "10.0.0.2", kNow).login, Login::kDone);
  EXPECT_EQ(sessions.LogIn(kToken, "10.0.0.1", kNow + std::chrono::seconds(11)).login,
            Login::kDone);
}

TEST(ReadForm, DecodesWhatABrowserPosts) {
  EXPECT_THAT(ReadForm("q=SELECT+1%2B1+%26+2&format=CSV&empty=&alone&q=last"),
              testing::UnorderedElementsAre(testing::Pair("q", "last"),
                                            testing::Pair("format", "CSV"),
                                            testing::Pair("empty", ""),
                                            testing::Pair("alone", "")));
  EXPECT_THAT(ReadForm("q=SELECT+1%2B1+%26+2%zz"),
              testing::ElementsAre(testing::Pair("q", "SELECT 1+1 & 2%zz")));
}

}  // namespace
}  // namespace polyhouse
