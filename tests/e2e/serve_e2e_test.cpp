// What `serve` says of those that do the work.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "support/free_port.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Serve, KnowsWhoLives) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "200"});
  const Polyhouse polyhouse(dir / "data", simulator.url());
  auto up = std::make_unique<ChildProcess>(polyhouse.Command({"up"}));
  const std::string listen = "127.0.0.1:" + std::to_string(FreePort());
  ASSERT_TRUE(WaitUntil([&] { return polyhouse.Run({"query", "SELECT 1"}).out == "1\n"; }));
  const ChildProcess serve(polyhouse.Command({"serve", "--listen", listen}));
  const auto ask = [&](const std::string& path) {
    return RunToEnd({"curl", "-sS", "-w", " %{http_code}", "http://" + listen + path}).out;
  };
  EXPECT_TRUE(WaitUntil([&] { return ask("/health") == "ok\n 200"; })) << ask("/health");
  EXPECT_TRUE(WaitUntil([&] { return ask("/readyz") == "ok\n 200"; })) << ask("/readyz");
  EXPECT_THAT(ask("/"), AllOf(HasSubstr("ingest-markets"), HasSubstr("records read")));

  up->Signal(SIGKILL);
  up->Wait();

  EXPECT_TRUE(WaitUntil([&] { return ask("/health").ends_with(" 503"); }));
  EXPECT_TRUE(
      WaitUntil([&] { return ask("/readyz").find("Nobody does write") != std::string::npos; }));
  EXPECT_THAT(ask("/readyz"),
              AllOf(HasSubstr("Nobody does ingest-markets"),
                    HasSubstr("Nobody does ingest-events"),
                    HasSubstr("was heard last"),
                    testing::EndsWith(" 503")));
  EXPECT_THAT(ask("/status"), HasSubstr(R"("role":"ingest-markets","alive":false)"));
}

}  // namespace
}  // namespace polyhouse
