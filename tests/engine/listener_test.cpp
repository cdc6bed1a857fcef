#include "engine/listener.h"

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

}  // namespace
}  // namespace polyhouse
