#include "engine/engine_test.h"

namespace polyhouse::engine {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

using EngineErrorTest = EngineTest;

TEST_F(EngineErrorTest, AnswersWithCodeStatusAndVersion) {
  const auto answer = client().Post("/", "SELECT * FROM nope");

  EXPECT_THAT(answer, IsEngineError(404, 60));
  EXPECT_THAT(answer.body, testing::ContainsRegex("\\(UNKNOWN_TABLE\\) \\(version [0-9.]+\\)\n$"));
}

TEST_F(EngineErrorTest, ChoosesTheStatusAsClickHouseDoes) {
  EXPECT_THAT(client().Post("/", "SELEC 1"), IsEngineError(400, 62));
  EXPECT_THAT(client().Post("/", "1"), IsEngineError(400, 62));
  EXPECT_THAT(client().Post("/", "SELECT * FROM nope.t"), IsEngineError(404, 81));
  EXPECT_THAT(client().Post("/", "SELECT nope(1)"), IsEngineError(404, 46));
  EXPECT_THAT(client().Post("/", "SELECT toUInt8('x')"), IsEngineError(400, 6));
  EXPECT_THAT(client().Post("/", "SELECT 1 FORMAT Nope"), IsEngineError(404, 73));
  EXPECT_THAT(client().Post(Target({{"max_execution_time", "0.1"}}), "SELECT sleep(3)"),
              IsEngineError(408, 159));
}

TEST_F(EngineErrorTest, RefusesEmptyQueries) {
  EXPECT_THAT(client().Post("/", ""), IsEngineError(400, 62));
  EXPECT_THAT(client().Get("/?query="), IsEngineError(400, 62));
  EXPECT_THAT(client().Post("/", " -- nothing\n;"), IsEngineError(400, 62));
}

TEST_F(EngineErrorTest, RefusesSeveralStatementsBeforeRunningAny) {
  CreateTable();

  EXPECT_THAT(client().Post("/", "DROP TABLE t; SELECT 1"), IsEngineError(400, 62));
  EXPECT_THAT(client().Post("/", "DROP TABLE t; garbage"), IsEngineError(400, 62));
  EXPECT_EQ(client().Query("SELECT 1;"), "1\n");
  EXPECT_EQ(client().Query("EXISTS TABLE t"), "1\n");
}

TEST_F(EngineErrorTest, RefusesUnknownSettingsAndBadValues) {
  EXPECT_THAT(client().Post(Target({{"nope", "1"}}), "SELECT 1"), IsEngineError(404, 115));
  EXPECT_THAT(client().Post("/?a%20b=1", "SELECT 1"), IsEngineError(404, 115));
  EXPECT_THAT(client().Post(Target({{"max_threads", "many"}}), "SELECT 1"), IsEngineError(400, 27));
  EXPECT_THAT(client().Post(Target({{"max_threads", "1', readonly = '0"}}), "SELECT 1"),
              IsEngineError(400, 27));
  EXPECT_THAT(client().Post(Target({{"database", "nope"}}), "SELECT 1"), IsEngineError(404, 81));
}

TEST_F(EngineErrorTest, RefusesWhatItDoesNotHave) {
  const auto session = client().Post(Target({{"session_id", "s"}}), "SELECT 1");
  EXPECT_THAT(session, IsEngineError(501, 48));
  EXPECT_THAT(session.body, HasSubstr("autogenerate_session_id=False"));
  EXPECT_THAT(client().Post(Target({{"session_check", "1"}}), "SELECT 1"), IsEngineError(501, 48));
  EXPECT_THAT(client().Post(Target({{"role", "r"}}), "SELECT 1"), IsEngineError(501, 48));
  EXPECT_THAT(client()
                  .With("Content-Type: multipart/form-data; boundary=x")
                  .Post(Target({{"query", "SELECT 1"}}), "--x--"),
              IsEngineError(501, 48));
  EXPECT_THAT(client().With("X-ClickHouse-User: root").Post("/", "SELECT 1"),
              IsEngineError(403, 516));
  EXPECT_THAT(client().With("Authorization: Basic cm9vdDp4").Post("/", "SELECT 1"),
              IsEngineError(403, 516));
  EXPECT_EQ(client().With("Authorization: Basic ZGVmYXVsdDo=").Query("SELECT 1"), "1\n");
}

TEST_F(EngineErrorTest, CutsAResultShortWhenItFailsHalfWay) {
  const std::string query =
      "SELECT number, throwIf(number = 500000, 'half-way') FROM numbers(1000000) "
      "SETTINGS max_block_size = 1000, max_threads = 1";
  const auto answer = client().Post("/", query);

  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.complete);
  EXPECT_THAT(answer.body, testing::StartsWith("0\t0\n1\t0\n"));
  EXPECT_THAT(answer.body, HasSubstr("Code: 395. DB::Exception: half-way"));
  EXPECT_THAT(client().Post(Target({{"wait_end_of_query", "1"}}), query), IsEngineError(500, 395));
}

TEST_F(EngineErrorTest, GoesOnAfterErrors) {
  for (int i = 0; i < 40; ++i)
    client().Post("/", "SELECT throwIf(number = 100) FROM numbers(1000)");

  EXPECT_EQ(client().Query("SELECT 1"), "1\n");
}

}  // namespace
}  // namespace polyhouse::engine
