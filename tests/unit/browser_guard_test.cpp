#include "doors/browser_guard.h"

#include <gtest/gtest.h>

#include "base/authority.h"

namespace polyhouse {
namespace {

const ListeningPlace kLocal{.this_machine_only = true, .host = "127.0.0.1"};
const ListeningPlace kLocalV6{.this_machine_only = true, .host = "::1"};
const ListeningPlace kOpen{.this_machine_only = false, .host = "0.0.0.0"};

RequestSource From(std::string_view host, std::string_view origin = "") {
  return {
      .hosts = 1, .host = host, .origins = origin.empty() ? std::size_t{0} : 1, .origin = origin};
}

bool IsLetIn(const RequestSource& source, const ListeningPlace& place) {
  return !WhyRefused(source, place);
}

TEST(BrowserGuard, LetsProgramsOnThisMachineIn) {
  for (const auto* const host : {"127.0.0.1:8123",
                                 "127.0.0.1",
                                 "127.8.9.10:1",
                                 "localhost:8123",
                                 "LOCALHOST",
                                 "[::1]:8123"}) {
    EXPECT_TRUE(IsLetIn(From(host), kLocal)) << host;
    EXPECT_TRUE(IsLetIn(From(host), kLocalV6)) << host;
  }
}

TEST(BrowserGuard, KnowsLoopbackFromNamesThatLookLikeIt) {
  for (const auto* const host : {"127.evil.com",
                                 "127.0.0.1.evil.com",
                                 "127.0.0.1.",
                                 "127.1",
                                 "0177.0.0.1",
                                 "2130706433",
                                 "localhost.evil.com",
                                 "localhost.",
                                 "mylocalhost",
                                 "[::1].evil.com",
                                 "[::1",
                                 "::1",
                                 "[::2]",
                                 "[127.0.0.1]",
                                 "evil.com:8123",
                                 "127.0.0.1:8123:8123",
                                 "127.0.0.1@evil.com",
                                 ""}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
    EXPECT_FALSE(IsLetIn(From(host), kLocal)) << host;
    EXPECT_FALSE(IsLetIn(From(host), kLocalV6)) << host;
  }
}

TEST(Authority, IsFoundInAUrl) {
  EXPECT_EQ(AuthorityOfUrl("http://127.0.0.1:8123/?a=b@c"), "127.0.0.1:8123");
  EXPECT_EQ(AuthorityOfUrl("https://user:p@ss@[::1]:8443"), "[::1]:8443");
  EXPECT_EQ(AuthorityOfUrl("http://evil.example?@127.0.0.1/"), "evil.example");
  EXPECT_EQ(AuthorityOfUrl("127.0.0.1"), "");
}

TEST(BrowserGuard, LetsTheOwnNameOfALocalPlaceIn) {
  const ListeningPlace named{.this_machine_only = true, .host = "Workstation"};
  EXPECT_TRUE(IsLetIn(From("workstation:8123"), named));
  EXPECT_FALSE(IsLetIn(From("other:8123"), named));
}

TEST(BrowserGuard, TakesAnOriginForTheSameOnlyWithSchemeHostAndPort) {
  EXPECT_TRUE(IsLetIn(From("localhost:8123", "http://localhost:8123"), kLocal));
  EXPECT_TRUE(IsLetIn(From("localhost", "http://localhost:80"), kLocal));
  for (const auto* const origin : {"http://localhost:3000",
                                   "http://localhost",
                                   "https://localhost:8123",
                                   "http://127.0.0.1:8123",
                                   "http://localhost:8123.evil.com",
                                   "https://evil.example",
                                   "null",
                                   "localhost:8123"}) {
    EXPECT_FALSE(IsLetIn(From("localhost:8123", origin), kLocal)) << origin;
    EXPECT_FALSE(IsLetIn(From("localhost:8123", origin), kOpen)) << origin;
  }
}

TEST(BrowserGuard, RefusesWhatABrowserSendsFromElsewhere) {
  RequestSource source = From("127.0.0.1:8123");
  source.fetch_sites = 1;
  for (const auto* const site : {"cross-site", "same-site", "anything", "", "none, cross-site"}) {
    source.fetch_site = site;
    EXPECT_FALSE(IsLetIn(source, kLocal)) << site;
    EXPECT_FALSE(IsLetIn(source, kOpen)) << site;
  }
  for (const auto* const site : {"same-origin", "none"}) {
    source.fetch_site = site;
    EXPECT_TRUE(IsLetIn(source, kLocal)) << site;
  }
}

/// The last one counted.
TEST(BrowserGuard, RefusesTwoWordsOnWhereItComesFrom) {
  RequestSource source = From("127.0.0.1:8123");
  source.fetch_sites = 2;
  source.fetch_site = "none";
  EXPECT_FALSE(IsLetIn(source, kLocal));
  EXPECT_FALSE(IsLetIn(source, kOpen));
}

TEST(BrowserGuard, NeedsAHostButInTheOldestRequests) {
  EXPECT_TRUE(IsLetIn({.needs_host = false}, kLocal));
  EXPECT_FALSE(IsLetIn({.needs_host = true}, kLocal));
  EXPECT_FALSE(IsLetIn({.needs_host = true}, kOpen));
}

TEST(BrowserGuard, RefusesAHostWithAZeroByte) {
  EXPECT_FALSE(IsLetIn(From(std::string_view("127.0.0.1\0.evil.com", 19)), kLocal));
  EXPECT_FALSE(IsLoopback(std::string_view("127.0.0.1\0", 10)));
  EXPECT_FALSE(IsLoopback(std::string_view("[::1\0]", 6)));
}

TEST(BrowserGuard, RefusesTwoHostsAndTwoOrigins) {
  RequestSource source = From("127.0.0.1:8123");
  source.hosts = 2;
  EXPECT_FALSE(IsLetIn(source, kLocal));
  source = From("127.0.0.1:8123", "http://127.0.0.1:8123");
  source.origins = 2;
  EXPECT_FALSE(IsLetIn(source, kLocal));
}

TEST(BrowserGuard, LetsAnyNameInWhereOthersMayConnect) {
  EXPECT_TRUE(IsLetIn(From("db.example:8123"), kOpen));
  EXPECT_FALSE(IsLetIn(From("db.example:8123", "https://evil.example"), kOpen));
}

}  // namespace
}  // namespace polyhouse
