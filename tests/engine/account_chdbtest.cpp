#include <filesystem>

#include "engine/engine_test.h"
#include "support/free_port.h"
#include "support/polyhouse_program.h"

namespace polyhouse::engine {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kPassword = "s3cr3t-Wort";
// "reader:s3cr3t-Wort" and "reader:wrong".
constexpr const char* kBasic = "Authorization: Basic cmVhZGVyOnMzY3IzdC1Xb3J0";
constexpr const char* kWrongBasic = "Authorization: Basic cmVhZGVyOndyb25n";

class EngineAccountTest : public EngineTcpTest {
 protected:
  void StartWithPassword() {
    StartOnTcp({"--engine-user", "reader"},
               {std::string("POLYHOUSE_ENGINE_PASSWORD=") + kPassword});
  }
};

TEST_F(EngineAccountTest, LetsInWhoeverHasThePassword) {
  StartWithPassword();

  EXPECT_EQ(tcp().With(kBasic).Query("SELECT 1"), "1\n");
  EXPECT_EQ(tcp()
                .With("X-ClickHouse-User: reader")
                .With(std::string("X-ClickHouse-Key: ") + kPassword)
                .Query("SELECT 2"),
            "2\n");
  EXPECT_EQ(tcp().Post(Target({{"user", "reader"}, {"password", kPassword}}), "SELECT 3").body,
            "3\n");
}

TEST_F(EngineAccountTest, AsksForThePasswordWhenNoneIsSent) {
  StartWithPassword();
  const auto answer = tcp().Post("/", "SELECT 1");

  EXPECT_THAT(answer, IsEngineError(401, 516));
  EXPECT_THAT(answer.headers.at("www-authenticate"), testing::StartsWith("Basic"));
}

TEST_F(EngineAccountTest, RefusesWrongPasswordsAndOtherUsers) {
  StartWithPassword();
  for (const auto& wrong : {tcp().With(kWrongBasic),
                            tcp().With("X-ClickHouse-User: reader"),
                            tcp().With(std::string("X-ClickHouse-Key: ") + kPassword),
                            tcp()
                                .With("X-ClickHouse-User: default")
                                .With(std::string("X-ClickHouse-Key: ") + kPassword),
                            tcp().With(kBasic).With("X-ClickHouse-User: reader")}) {
    EXPECT_THAT(wrong.Post("/", "SELECT 1"), IsEngineError(403, 516));
    EXPECT_EQ(wrong.Post("/", "SELECT 1").headers.count("www-authenticate"), 0);
  }
  EXPECT_EQ(tcp().Get(Target({{"query", "SELECT 1"}, {"password", "x"}})).status, 403);
}

TEST_F(EngineAccountTest, AnswersPingsOfAnyone) {
  StartWithPassword();

  EXPECT_EQ(tcp().Get("/ping").body, "Ok.\n");
}

TEST_F(EngineAccountTest, AsksForNothingOnTheSocket) {
  StartWithPassword();

  EXPECT_EQ(client().Query("SELECT s FROM t"), "row\n");
}

TEST_F(EngineAccountTest, ShowsThePasswordNowhere) {
  StartWithPassword();
  tcp().With(kBasic).Query("SELECT nope");
  const auto refused = tcp().With(kWrongBasic).Post("/", "SELECT 1");
  const auto shown = RunToEnd({PolyhouseProgram(), "config", "show"},
                              {std::string("POLYHOUSE_ENGINE_PASSWORD=") + kPassword});

  EXPECT_THAT(engine().Stderr() + engine().Stdout() + refused.body, Not(HasSubstr(kPassword)));
  EXPECT_THAT(shown.out + shown.err, Not(HasSubstr(kPassword)));
  EXPECT_THAT(shown.out, HasSubstr("***"));
  EXPECT_THAT(ReadFile("/proc/" + std::to_string(engine().pid()) + "/cmdline"),
              Not(HasSubstr(kPassword)));
  EXPECT_THAT(client().Query("SELECT * FROM system.processes FORMAT JSON"),
              Not(HasSubstr(kPassword)));
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory())) {
    if (!file.is_regular_file()) continue;
    EXPECT_THAT(ReadFile(file.path()), Not(HasSubstr(kPassword))) << file.path();
  }
}

TEST_F(EngineAccountTest, IsNotOpenToOtherMachinesWithoutAPassword) {
  const ScratchDir other;
  const std::string address = "0.0.0.0:" + std::to_string(FreePort());
  EngineProcess open(other.path(), {"--listen", address});
  EXPECT_EQ(open.WaitForEnd().exit_code, 2);
  EXPECT_THAT(open.Stderr(), HasSubstr("open to other machines"));
  EXPECT_THAT(open.Stderr(), HasSubstr("POLYHOUSE_ENGINE_PASSWORD"));

  EngineProcess closed(
      other.path(), {"--listen", address}, {"POLYHOUSE_ENGINE_PASSWORD=something"});
  EXPECT_TRUE(closed.WaitUntilReady()) << closed.Stderr();
}

}  // namespace
}  // namespace polyhouse::engine
