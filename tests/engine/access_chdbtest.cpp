#include <sys/stat.h>

#include "engine/engine_test.h"

namespace polyhouse::engine {
namespace {

using testing::HasSubstr;

using EngineAccessTest = EngineTcpTest;

TEST_F(EngineAccessTest, LetsOnlyThisUserOpenTheSocket) {
  StartEngine({});
  struct stat found {};
  stat(engine().socket().c_str(), &found);

  EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(EngineAccessTest, ReadsOverTcp) {
  StartOnTcp({});

  EXPECT_EQ(tcp().Get("/ping").body, "Ok.\n");
  EXPECT_EQ(tcp().Query("SELECT s FROM t"), "row\n");
  EXPECT_EQ(tcp().Get(Target({{"query", "SHOW TABLES"}})).body, "t\n");
  EXPECT_EQ(tcp()
                .Post(Target({{"max_threads", "1"}, {"database", "system"}}),
                      "SELECT getSetting('max_threads'), currentDatabase()")
                .body,
            "1\tsystem\n");
}

TEST_F(EngineAccessTest, ChangesNothingOverReadOnlyTcp) {
  StartOnTcp({});
  for (const auto* const statement :
       {"DROP TABLE t",
        "INSERT INTO t VALUES ('x')",
        "INSERT INTO t FORMAT TSV\nx\n",
        "INSERT INTO t SELECT 'x'",
        "CREATE TABLE u (a Int8) ENGINE = Memory",
        "TRUNCATE TABLE t",
        "OPTIMIZE TABLE t FINAL",
        "ALTER TABLE t DELETE WHERE 1",
        "SET readonly = 0",
        "SET ROLE owner",
        "SYSTEM STOP MERGES",
        "KILL QUERY WHERE 1",
        "SELECT 1 INTO OUTFILE '/tmp/polyhouse-engine-outfile'",
        "CREATE TEMPORARY TABLE u (a Int8)",
        "SELECT 1 SETTINGS readonly = 0",
        "EXECUTE AS default SELECT 1",
        "RENAME TABLE t TO u",
        "EXCHANGE TABLES t AND t",
        "CREATE VIEW u AS SELECT 1",
        "CREATE FUNCTION f AS (x) -> x",
        "CREATE USER u",
        "GRANT ALL ON *.* TO default",
        "DETACH TABLE t",
        "BACKUP TABLE t TO Disk('x', 'y')",
        "SYSTEM SHUTDOWN",
        "SET max_threads = 1",
        "SELECT 1 SETTINGS max_threads = 7",
        "INSERT INTO FUNCTION file('/tmp/x', 'TSV', 'a Int8') SELECT 1",
        "EXPLAIN AST SELECT 1; DROP TABLE t"}) {
    EXPECT_GE(tcp().Post("/", statement).status, 400) << statement;
    EXPECT_GE(tcp().Post(Target({{"readonly", "0"}}), statement).status, 400) << statement;
  }
  EXPECT_THAT(tcp().Post("/", "DROP TABLE t"), IsEngineError(500, 164));
  EXPECT_THAT(tcp().Post("/", "SELECT 1; DROP TABLE t"), IsEngineError(400, 62));
  EXPECT_EQ(client().Query("SELECT s FROM t"), "row\n");
}

TEST_F(EngineAccessTest, KeepsReadersFromFilesAndNetwork) {
  StartOnTcp({});
  for (const auto* const statement :
       {"SELECT file('/etc/hostname')",
        "SELECT `file`('/etc/hostname')",
        "SELECT * FROM file('/etc/hostname', 'LineAsString')",
        "SELECT * FROM `/etc/hostname`",
        "DESCRIBE TABLE file('/etc/hostname')",
        "SELECT * FROM url('http://127.0.0.1:1/')",
        "DESCRIBE TABLE url('http://127.0.0.1:1/')",
        "SELECT * FROM remote('127.0.0.1', system.one)",
        "SELECT * FROM executable('ls', 'TSV', 'a String')",
        "SELECT * FROM s3('http://127.0.0.1:1/bucket/key', 'CSV', 'a Int8')",
        "SELECT * FROM sqlite('/tmp/x.db', 't')",
        "SELECT * FROM mysql('127.0.0.1:1', 'd', 't', 'u', 'p')",
        "SELECT * FROM view(SELECT file('/etc/hostname'))"}) {
    const auto answer = tcp().Post("/", statement);
    EXPECT_GE(answer.status, 400) << statement << ": " << answer.body;
    EXPECT_THAT(answer.body,
                testing::AnyOf(HasSubstr("(ACCESS_DENIED)"),
                               HasSubstr("(READONLY)"),
                               HasSubstr("(UNKNOWN_TABLE)"),
                               HasSubstr("(PATH_ACCESS_DENIED)"),
                               HasSubstr("(UNSUPPORTED_METHOD)")))
        << statement;
  }
}

TEST_F(EngineAccessTest, KeepsReadersFromSettingsThatReachFilesOrRunExpressions) {
  StartOnTcp({});
  const ScratchDir scratch;
  const std::string written = scratch / "schema.proto";
  struct Case {
    const char* setting;
    std::string value;
    const char* query;
  };
  for (const auto& [setting, value, query] :
       {Case{"output_format_schema", written, "SELECT 1 AS a FORMAT Protobuf"},
        Case{"format_schema", "/etc/hostname:M", "SELECT 1 AS a FORMAT Protobuf"},
        Case{"format_template_row", "/etc/hostname", "SELECT 1 AS a FORMAT Template"},
        Case{"format_template_resultset", "/etc/hostname", "SELECT 1 AS a FORMAT Template"},
        Case{"additional_result_filter", "throwIf(1, file('/etc/hostname'))", "SELECT 1 AS a"},
        Case{"additional_table_filters",
             "{'t': 'throwIf(1, file(\'/etc/hostname\'))'}",
             "SELECT * FROM t"},
        Case{"dialect", "prql", "from t"}}) {
    EXPECT_THAT(tcp().Post(Target({{setting, value}}), query), IsEngineError(500, 164)) << setting;
  }
  EXPECT_EQ(ReadFile(written), "");
  EXPECT_EQ(tcp().Post(Target({{"log_comment", "mine"}}), "SELECT getSetting('log_comment')").body,
            "mine\n");
}

TEST_F(EngineAccessTest, DoesOnTheSocketWhatItRefusesOnTcp) {
  StartOnTcp({});
  EXPECT_EQ(client().Query("SYSTEM STOP MERGES"), "");
  EXPECT_EQ(client().Query("SELECT 1 SETTINGS max_threads = 1"), "1\n");
  EXPECT_EQ(client().Query("CREATE VIEW v AS SELECT s FROM t"), "");
  EXPECT_EQ(tcp().Query("SELECT * FROM v"), "row\n");
  EXPECT_EQ(client().Query("DROP TABLE t"), "");
}

TEST_F(EngineAccessTest, WritesOverTcpWhenAllowed) {
  StartOnTcp({"--read-write"});

  EXPECT_EQ(tcp().Query("INSERT INTO t VALUES ('over tcp')"), "");
  EXPECT_EQ(client().Query("SELECT count() FROM t"), "2\n");
}

TEST_F(EngineAccessTest, TakesGetAsReadOnlyEverywhere) {
  StartOnTcp({"--read-write"});
  for (const auto& door : {client(), tcp()}) {
    EXPECT_THAT(door.Get(Target({{"query", "DROP TABLE t"}})), IsEngineError(500, 164));
    EXPECT_THAT(door.Get(Target({{"query", "INSERT INTO t VALUES ('x')"}})),
                IsEngineError(500, 164));
  }
  EXPECT_EQ(client().Query("SELECT s FROM t"), "row\n");
}

TEST_F(EngineAccessTest, TakesTheReadonlySettingWhereverItComes) {
  StartOnTcp({});
  for (const auto* const level : {"0", "1", "2"}) {
    const auto target = Target({{"query", "SELECT s FROM t"}, {"readonly", level}});
    EXPECT_EQ(client().Get(target).body, "row\n") << level;
    EXPECT_EQ(tcp().Get(target).body, "row\n") << level;
    EXPECT_EQ(client().Post(target, "").body, "row\n") << level;
  }
  EXPECT_THAT(client().Post(Target({{"readonly", "1"}}), "DROP TABLE t"), IsEngineError(500, 164));
  const std::string with_setting = "SELECT s FROM t SETTINGS max_block_size = 7";
  EXPECT_EQ(client().Get(Target({{"query", with_setting}})).body, "row\n");
  EXPECT_THAT(client().Get(Target({{"query", with_setting}, {"readonly", "1"}})),
              IsEngineError(500, 164));
  EXPECT_THAT(client().Post(Target({{"readonly", "no"}}), "SELECT 1"), IsEngineError(400, 27));
}

TEST_F(EngineAccessTest, RefusesWebPagesOfOtherSites) {
  StartOnTcp({"--read-write"});

  EXPECT_EQ(tcp().With("Origin: https://evil.example").Post("/", "DROP TABLE t").status, 403);
  EXPECT_EQ(tcp().With("Host: rebound.example").Post("/", "DROP TABLE t").status, 403);
  EXPECT_EQ(client().Query("SELECT s FROM t"), "row\n");
}

}  // namespace
}  // namespace polyhouse::engine
