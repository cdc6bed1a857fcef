#include "adapters/http/this_machine.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

TEST(IsForThisMachine, KnowsEverySpellingOfItsAddresses) {
  for (const char* const host : {"127.0.0.1",
                                 "127.8.9.10:8123",
                                 "127.1",
                                 "2130706433",
                                 "0x7f000001",
                                 "0177.0.0.1",
                                 "0",
                                 "0.0.0.0",
                                 "[::]",
                                 "[::1]:8123",
                                 "[0:0:0:0:0:0:0:1]",
                                 "[::ffff:127.0.0.1]",
                                 "[::ffff:0:0]",
                                 "user:word@127.0.0.1",
                                 "localhost",
                                 "localhost.",
                                 "LOCALHOST:1",
                                 "a.b.localhost",
                                 "ip6-localhost",
                                 "ip6-loopback"}) {
    EXPECT_TRUE(IsForThisMachine("http://" + std::string(host) + "/?a=b")) << host;
  }
  EXPECT_TRUE(IsForThisMachine("127.0.0.1:8123"));
}

TEST(IsForThisMachine, KnowsOtherMachines) {
  for (const char* const host : {"127.evil.test",
                                 "127.0.0.1.evil.test",
                                 "128.0.0.1",
                                 "1",
                                 "[::2]",
                                 "[::ffff:10.0.0.1]",
                                 "localhost.evil.test",
                                 "mylocalhost",
                                 "evil.test?@127.0.0.1",
                                 "127.0.0.1@evil.test"}) {
    EXPECT_FALSE(IsForThisMachine("http://" + std::string(host) + "/")) << host;
  }
  EXPECT_FALSE(IsForThisMachine(""));
}

TEST(IsForThisMachine, KnowsTheNamesOfItsHostsFile) {
  const ScratchDir dir;
  const std::string hosts = dir / "hosts";
  std::ofstream(hosts) << "# 127.0.0.1 remark\n127.0.1.1\tWorkstation db # other\n10.0.0.1 far\n";

  EXPECT_TRUE(IsForThisMachine("http://workstation:8123", hosts));
  EXPECT_TRUE(IsForThisMachine("http://DB.:8123", hosts));
  for (const char* const host : {"remark", "other", "far", "unknown"}) {
    EXPECT_FALSE(IsForThisMachine("http://" + std::string(host), hosts)) << host;
  }
}

}  // namespace
}  // namespace polyhouse
