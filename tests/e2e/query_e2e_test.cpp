// `polyhouse query` as scripts use it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/live_engine.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;
using testing::Not;

class QueryCommand : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = new ScratchDir;
    Program().Query("CREATE TABLE kept (a UInt8) ENGINE = MergeTree ORDER BY a");
    Program().Query("INSERT INTO kept VALUES (1)");
  }
  static void TearDownTestSuite() {
    delete dir_;
    dir_ = nullptr;
  }
  static Polyhouse Program() { return Polyhouse(*dir_ / "data"); }
  static RunResult Query(const std::string& sql) { return Program().Run({"query", sql}); }
  /// A line of bash in which $query is the program with its command and directory.
  static RunResult Shell(const std::string& line) {
    std::string query;
    for (const std::string& word : Program().Command({"query"})) query += "'" + word + "' ";
    return RunToEnd({"bash", "-o", "pipefail", "-c", "query() { " + query + "\"$@\"; }\n" + line});
  }

  static ScratchDir* dir_;
};
ScratchDir* QueryCommand::dir_ = nullptr;

TEST_F(QueryCommand, SaysThatTheOutputIsIncompleteWhenAQueryFailsInTheMiddle) {
  const RunResult run = Query(
      "SELECT number, throwIf(number = 3000000, 'broken here') FROM numbers(4000000) "
      "SETTINGS max_threads = 1, max_block_size = 10000");

  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, testing::StartsWith("0\t0\n1\t0\n"));
  EXPECT_THAT(run.err, HasSubstr("The output is incomplete"));
}

TEST_F(QueryCommand, EndsQuietlyWhenItsReaderHasSeenEnough) {
  const RunResult run = Shell("query 'SELECT number FROM numbers(50000000)' | head -n 1");

  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.out, "0\n");
  EXPECT_EQ(run.err, "");
}

TEST_F(QueryCommand, ReadsItsStatementFromStandardInput) {
  EXPECT_EQ(Shell("echo 'SELECT 40 + 2' | query").out, "42\n");
  EXPECT_EQ(Shell("echo 'SELECT 40 + 3 -- with a comment' | query -").out, "43\n");
  EXPECT_EQ(Shell("query --format CSV < <(printf \"SELECT 'a;b'\\n;\\n\")").out, "\"a;b\"\n");
  const RunResult nothing = Shell("query < /dev/null");
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_THAT(nothing.err, HasSubstr("no statement on standard input"));
}

TEST_F(QueryCommand, SaysWhichParametersAViewTakes) {
  const auto engine = Program().HoldEngine();
  const std::string said =
      "polyhouse: the view wallet_page takes a parameter, wallet (String): SELECT * FROM "
      "wallet_page(wallet = '0x…')\n";
  for (const std::string sql : {"SELECT * FROM wallet_page",
                                "SELECT count() FROM wallet_page",
                                "SELECT shares FROM polymarket.wallet_page",
                                "SELECT * FROM wallet_page('0x12')",
                                "SELECT * FROM wallet_page(walet = '0x12')"}) {
    const RunResult run = Query(sql);
    EXPECT_EQ(run.exit_code, 1) << sql;
    EXPECT_EQ(run.err, said) << sql;
  }
  EXPECT_THAT(Query("SELECT * FROM average_prices").err,
              HasSubstr("average_prices takes parameters, "));
  EXPECT_EQ(Query("SELECT * FROM movers(until = '2026-11-01 00:00:00', hours = 24)").exit_code, 0);
  EXPECT_THAT(Query("SELECT nothing FROM wallet_page(wallet = '0x12')").err, HasSubstr("Code: 47"));
}

TEST_F(QueryCommand, ChangesNothingUnlessItIsToldTo) {
  for (const std::string sql : {"TRUNCATE TABLE kept",
                                "DROP TABLE kept",
                                "ALTER TABLE kept DELETE WHERE 1",
                                "INSERT INTO kept VALUES (2)",
                                "INSERT INTO kept SELECT 3",
                                "DROP DATABASE polymarket",
                                "SYSTEM STOP MERGES"}) {
    const RunResult run = Query(sql);
    EXPECT_EQ(run.exit_code, 1) << sql;
    EXPECT_THAT(run.err, HasSubstr("add --write")) << sql;
  }
  EXPECT_EQ(Query("SELECT a FROM kept SETTINGS max_threads = 1").out, "1\n");
  EXPECT_EQ(Program().Run({"query", "--write", "INSERT INTO kept VALUES (2)"}).exit_code, 0);
  EXPECT_EQ(Query("SELECT count() FROM kept").out, "2\n");
}

TEST_F(QueryCommand, ChangesNothingOnAServerEither) {
  const LiveEngine server;
  const Polyhouse polyhouse(
      *dir_ / "none", "http://127.0.0.1:1", {"--clickhouse-url", server.url()});
  server.ApplySchema("polymarket");

  const RunResult refused = polyhouse.Run({"query", "TRUNCATE TABLE markets"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("add --write"));
  EXPECT_EQ(polyhouse.Run({"query", "SELECT 1"}).out, "1\n");
  EXPECT_EQ(polyhouse.Run({"query", "--write", "TRUNCATE TABLE markets"}).exit_code, 0);
}

}  // namespace
}  // namespace polyhouse
