#include "doors/browser_guard.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

TEST(HostName, LeavesSchemeAndPortOut) {
  EXPECT_EQ(HostName("LocalHost:8123"), "localhost");
  EXPECT_EQ(HostName("https://example.com:80"), "example.com");
  EXPECT_EQ(HostName("[::1]:8123"), "::1");
  EXPECT_EQ(HostName("[::1"), "::1");
  EXPECT_EQ(HostName(""), "");
}

TEST(IsTrustedOrigin, AcceptsProgramsOnThisMachine) {
  EXPECT_TRUE(IsTrustedOrigin("127.0.0.1:8123", "", "127.0.0.1"));
  EXPECT_TRUE(IsTrustedOrigin("localhost:8123", "http://localhost:3000", "127.0.0.1"));
  EXPECT_TRUE(IsTrustedOrigin("", "", "127.0.0.1"));
  EXPECT_TRUE(IsTrustedOrigin("[::1]:1", "", "::1"));
}

TEST(IsTrustedOrigin, RefusesPagesOfOtherSites) {
  EXPECT_FALSE(IsTrustedOrigin("127.0.0.1:8123", "https://evil.example", "127.0.0.1"));
  EXPECT_FALSE(IsTrustedOrigin("127.0.0.1:8123", "null", "127.0.0.1"));
  EXPECT_FALSE(IsTrustedOrigin("rebound.example:8123", "", "127.0.0.1"));
  EXPECT_FALSE(IsTrustedOrigin("rebound.example", "http://rebound.example", "127.0.0.1"));
}

TEST(IsTrustedOrigin, AcceptsAnyNameWhenOpenedToOtherMachines) {
  EXPECT_TRUE(IsTrustedOrigin("db.example:8123", "", "0.0.0.0"));
  EXPECT_FALSE(IsTrustedOrigin("db.example:8123", "https://evil.example", "0.0.0.0"));
}

}  // namespace
}  // namespace polyhouse
