#include "doors/listener.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

TEST(ParseHostPort, TakesAddressesApart) {
  struct Case {
    const char* address;
    const char* host;
    const char* port;
  };
  for (const auto& [address, host, port] : {Case{"0.0.0.0:8123", "0.0.0.0", "8123"},
                                            Case{"localhost:0", "localhost", "0"},
                                            Case{"[::1]:65535", "::1", "65535"}}) {
    const auto parts = ParseHostPort(address);
    ASSERT_TRUE(parts) << address;
    EXPECT_EQ(parts->host, host);
    EXPECT_EQ(parts->port, port);
  }
}

TEST(ParseHostPort, StaysOnThisMachineUnlessToldOtherwise) {
  EXPECT_EQ(ParseHostPort(":8123")->host, "127.0.0.1");
  EXPECT_EQ(ParseHostPort("8123")->host, "127.0.0.1");
}

TEST(ParseHostPort, RefusesWhatIsNoPort) {
  for (const auto* const address :
       {"", "localhost", "localhost:", "a:b", "a:65536", "a:-1", "a:123456"}) {
    const auto parts = ParseHostPort(address);
    ASSERT_FALSE(parts) << address;
    EXPECT_EQ(parts.error().kind, ErrorKind::kConfig);
  }
}

TEST(ParseHostPort, SaysWhatIsWrongWithAnAddress) {
  const auto sentence = [](const char* address) { return ParseHostPort(address).error().message; };

  EXPECT_NE(sentence("localhost").find("has no port"), std::string::npos);
  for (const auto* const address : {"127.0.0.1:99999", "99999", "127.0.0.1:", "a:b"}) {
    EXPECT_NE(sentence(address).find("is no number from 0 to 65535"), std::string::npos) << address;
  }
}

TEST(HttpUrl, PutsBracketsAroundIpv6) {
  EXPECT_EQ(HttpUrl("127.0.0.1", 8123), "http://127.0.0.1:8123");
  EXPECT_EQ(HttpUrl("::1", 8123), "http://[::1]:8123");
}

TEST(Listener, KnowsWhoCanConnect) {
  EXPECT_EQ(Listener::OnTcp("127.0.0.1:0")->reach(), Listener::Reach::kThisMachine);
  EXPECT_EQ(Listener::OnTcp("0")->reach(), Listener::Reach::kThisMachine);
  EXPECT_EQ(Listener::OnTcp("0.0.0.0:0")->reach(), Listener::Reach::kOthers);
}

}  // namespace
}  // namespace polyhouse
