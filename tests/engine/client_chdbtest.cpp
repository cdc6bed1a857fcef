#include <filesystem>

#include "engine/chdb_api.h"
#include "engine/compression.h"
#include "engine/engine_test.h"
#include "engine/tables.h"

namespace polyhouse::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::string_literals;

constexpr const char* kPassword = "s3cr3t";
// "reader:s3cr3t"
constexpr const char* kBasic = "Authorization: Basic cmVhZGVyOnMzY3IzdA==";

/// What clients of ClickHouse do with the engine: some as they are, the others by what they send.
class EngineClientTest : public EngineTcpTest {
 protected:
  void Start(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.end(), {"--engine-user", "reader"});
    StartOnTcp(arguments, {std::string("POLYHOUSE_ENGINE_PASSWORD=") + kPassword});
  }
  HttpClient Basic() const { return tcp().With(kBasic); }
};

// ---- as they are

TEST_F(EngineClientTest, CurlReadsCompressedAndSendsFiles) {
  Start({"--read-write"});
  const ScratchDir scratch;
  WriteFile(scratch / "rows.tsv", "one\ntwo\n");
  const std::string user = std::string("reader:") + kPassword;
  const auto sent = RunToEnd({"curl",
                              "-sS",
                              "-u",
                              user,
                              "--data-binary",
                              "@" + scratch / "rows.tsv",
                              url() + "/?query=INSERT%20INTO%20t%20FORMAT%20TSV"});
  EXPECT_EQ(sent.out + sent.err, "");
  const auto read = RunToEnd(
      {"curl",
       "-sS",
       "-u",
       user,
       "--compressed",
       "-v",
       url() + "/?enable_http_compression=1&query=SELECT%20s%20FROM%20t%20ORDER%20BY%20s"});

  EXPECT_EQ(read.out, "one\nrow\ntwo\n");
  EXPECT_THAT(read.err, HasSubstr("Content-Encoding: "));
}

/// Our own engine reaches nothing outside; here libchdb runs in the test, without a wall.
TEST_F(EngineClientTest, AnotherEngineReadsThroughUrl) {
  Start();
  const ScratchDir other;
  const auto api = LoadChdb(LIBCHDB);
  ASSERT_TRUE(api) << api.error().message;
  const auto tables = Tables::Open(*api, other.path(), {});
  ASSERT_TRUE(tables) << tables.error().message;
  const auto ask = [&](const std::string& sql) -> std::string {
    const auto session = (*tables)->OpenSession({}, Rights::kOwner);
    const auto answer = (*session)->Query(sql, "TSV");
    return answer ? std::string(answer->bytes()) : answer.error().text;
  };
  const std::string target = url() + "/?user=reader&password=" + kPassword + "&query=";

  EXPECT_EQ(ask("SELECT * FROM url('" + target + "SELECT+s+FROM+t', TSV, 's String')"), "row\n");
  EXPECT_EQ(ask("SELECT sum(number) FROM url('" + target +
                "SELECT+number+FROM+numbers(300000)+FORMAT+Native', Native, 'number UInt64')"),
            "44999850000\n");
  EXPECT_EQ(ask("SELECT * FROM url('" + target + "SELECT+s,1+AS+n+FROM+t+FORMAT+JSONEachRow')"),
            "row\t1\n");
  EXPECT_THAT(ask("SELECT * FROM url('" + target + "SELECT+nope', TSV, 's String')"),
              HasSubstr("UNKNOWN_IDENTIFIER"));
}

TEST_F(EngineClientTest, OfficialNodeClientDoesItsWork) {
  const ScratchDir scratch;
  const std::string here = scratch / "clients";
  std::filesystem::copy(CLIENTS_DIR, here);
  const auto installed = RunToEnd({"npm",
                                   "ci",
                                   "--prefix",
                                   here,
                                   "--no-audit",
                                   "--no-fund",
                                   "--ignore-scripts",
                                   "--loglevel=error"});
  if (installed.exit_code != 0) {
    GTEST_SKIP() << "npm cannot install @clickhouse/client here: " << installed.err;
  }
  Start({"--read-write"});
  const auto run = RunToEnd({"node", here + "/node_client.mjs", url()},
                            {std::string("POLYHOUSE_ENGINE_PASSWORD=") + kPassword});

  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, "ping\nparameters\nstream\ninsert\nerror\ncommand\npassword\n");
}

// ---- by what they send

// clickhouse_connect/driver/httpclient.py, client.py: get_client(...,
// autogenerate_session_id=False)
TEST_F(EngineClientTest, ReplayOfClickHouseConnect) {
  Start();
  const auto client = Basic()
                          .With("User-Agent: clickhouse-connect/0.8")
                          .With("Accept-Encoding: lz4,zstd,gzip,deflate");
  EXPECT_THAT(client.Query("SELECT version(), timezone()"), StartsWith("26."));
  const auto settings = client.Query(
      "SELECT name, value, readonly as readonly FROM system.settings LIMIT 10000\n FORMAT Native");
  EXPECT_THAT(settings, HasSubstr("enable_http_compression"));
  // The probe for block information: the client then asks for it with every query.
  const auto probe = client.Post(Target({{"client_protocol_version", "54405"}}),
                                 "SELECT 1 AS check\n FORMAT Native");
  EXPECT_EQ(probe.body.substr(8, 8),
            "\x01\x01\x05"
            "check");
  const auto answer = client.Post(Target({{"database", "default"},
                                          {"client_protocol_version", "54405"},
                                          {"enable_http_compression", "1"},
                                          {"send_progress_in_http_headers", "1"},
                                          {"http_headers_progress_interval_ms", "120000"},
                                          {"wait_end_of_query", "1"},
                                          {"query_id", "a-b"}}),
                                  "SELECT s FROM t\n FORMAT Native");
  EXPECT_EQ(answer.headers.at("content-encoding"), "zstd");
  EXPECT_EQ(Decompressed("zstd", answer.body).substr(8), NativeBlock({"row"}));
  EXPECT_THAT(answer.headers.at("x-clickhouse-summary"), HasSubstr("\"read_rows\":\"1\""));
  EXPECT_EQ(answer.headers.at("x-clickhouse-timezone"), "UTC");
  const auto session = client.Post(Target({{"session_id", "made-by-default"}}), "SELECT 1");
  EXPECT_THAT(session, IsEngineError(501, 48));
  EXPECT_THAT(session.body, HasSubstr("autogenerate_session_id=False"));
}

// clickhouse-go v2, conn_http.go, which Grafana's plugin uses when its protocol is set to HTTP: it
// reads blocks of its own revision whatever the server says, in ClickHouse's own compression.
TEST_F(EngineClientTest, ReplayOfGrafana) {
  Start();
  const auto target = [](const std::string& compress) {
    return Target({{"client_protocol_version", "54460"},
                   {"compress", compress},
                   {"database", "default"},
                   {"default_format", "Native"},
                   {"max_execution_time", "60"}});
  };
  const auto hello =
      Basic().Post(target("0"), "SELECT displayName(), version(), revision(), timezone()");
  // Block information; 4 columns, 1 row; the first column with its serialization byte.
  EXPECT_EQ(hello.body.substr(0, 10), std::string("\x01\x00\x02\xFF\xFF\xFF\xFF\x00\x04\x01", 10));
  EXPECT_EQ(hello.body.substr(10, 22),
            std::string("\x0D"
                        "displayName()\x06"
                        "String\x00",
                        22));

  const auto rows = Basic().Post(target("1"), "SELECT s FROM t");
  EXPECT_EQ(OutOfBlocks(rows.body),
            std::string("\x01\x00\x02\xFF\xFF\xFF\xFF\x00\x01\x01\x01s\x06String\x00\x03row", 24));
  for (const auto* const query :
       {"SELECT 1",
        "SELECT name FROM system.databases",
        "SELECT name FROM system.tables WHERE database = 'default'",
        "SELECT name, type FROM system.columns WHERE database = 'default' AND table = 't'",
        "SELECT name FROM system.functions",
        "SELECT toStartOfInterval(toDateTime(0), INTERVAL 60 second) AS time, count() FROM t "
        "WHERE 1 GROUP BY time ORDER BY time",
        "SELECT name FROM system.disks WHERE 0"}) {
    const auto answer = Basic().Post(target("1"), query);
    EXPECT_EQ(answer.status, 200) << query << OutOfBlocks(answer.body);
  }
  const auto error = Basic().Post(target("1"), "SELECT nope");
  EXPECT_EQ(error.status, 404);
  EXPECT_THAT(OutOfBlocks(error.body), HasSubstr("(UNKNOWN_IDENTIFIER)"));
}

TEST_F(EngineClientTest, SendsEveryCommonTypeInBlocksOfANewerRevision) {
  Start();
  const std::string query =
      "SELECT number AS n, toString(number) AS s, toLowCardinality(toString(number % 3)) AS l, "
      "[number, 1] AS a, emptyArrayString() AS e, map('k', toNullable(number)) AS m, "
      "tuple(1, 'x', [toLowCardinality('y')])::Tuple(a UInt8, `b c` String, d "
      "Array(LowCardinality(String))) AS t, "
      "toDateTime64(0, 3, 'UTC') AS d, toDecimal128(1, 6) AS c, toUInt256(1) AS u, "
      "toUUID('00000000-0000-0000-0000-000000000001') AS i, "
      "NULL AS z, CAST('a', 'Enum8(\\'a\\' = 1, \\'b,)\\' = 2)') AS en, toFixedString('ab', 2) AS "
      "f, true AS b, "
      "CAST(if(number % 2 = 0, NULL, 'q'), 'LowCardinality(Nullable(String))') AS ln, "
      "[[1], []]::Array(Array(UInt8)) AS aa, toIPv6('::1') AS ip, INTERVAL 1 DAY AS iv "
      "FROM numbers(1000) SETTINGS max_block_size = 100, max_threads = 1 FORMAT Native";
  const auto plain = client().Query(query);
  for (const auto* const whole : {"0", "1"}) {
    const auto answer = client().Post(
        Target({{"client_protocol_version", "54460"}, {"wait_end_of_query", whole}}), query);
    ASSERT_TRUE(answer.complete) << answer.body.substr(0, 300);
    // Eight bytes more a block, one a column.
    std::size_t blocks = 0;
    for (auto at = answer.body.find("\x01\x00\x02\xFF\xFF\xFF\xFF\x00\x13"s);
         at != std::string::npos;
         at = answer.body.find("\x01\x00\x02\xFF\xFF\xFF\xFF\x00\x13"s, at + 1)) {
      ++blocks;
    }
    EXPECT_GE(blocks, 10);
    EXPECT_EQ(answer.body.size(), plain.size() + blocks * (8 + 19)) << whole;
  }
}

TEST_F(EngineClientTest, RefusesTypesItCannotSendInBlocksOfANewerRevision) {
  Start();
  const auto answer =
      client().Post(Target({{"client_protocol_version", "54460"}}),
                    "SELECT sumState(number) AS state FROM numbers(3) FORMAT Native");

  EXPECT_THAT(answer, IsEngineError(501, 48));
  EXPECT_THAT(answer.body, HasSubstr("state"));
}

// clickhouse-java: JDBC 0.4 to 0.8, as DBeaver ships it, and client-v2.
TEST_F(EngineClientTest, ReplayOfJdbc) {
  Start();
  const auto old = Basic()
                       .With("X-ClickHouse-Format: RowBinaryWithNamesAndTypes")
                       .With("User-Agent: ClickHouse-JDBC");
  const auto hello = old.Post(Target({{"compress", "1"}, {"extremes", "0"}, {"query_id", "a-b"}}),
                              "select currentUser() user, timezone() timezone, version() version, "
                              "toInt8(ifnull((select value from system.settings where name = "
                              "'readonly'), '0')) as readonly");
  EXPECT_EQ(hello.headers.at("x-clickhouse-format"), "RowBinaryWithNamesAndTypes");
  EXPECT_THAT(OutOfBlocks(hello.body), StartsWith("\x04\x04user"));
  const auto rows =
      old.Post(Target({{"compress", "1"}}), "select s from t FORMAT RowBinaryWithNamesAndTypes");
  EXPECT_EQ(OutOfBlocks(rows.body), "\x01\x01s\x06String\x03row");

  const auto newer = tcp()
                         .With("X-ClickHouse-User: reader")
                         .With(std::string("X-ClickHouse-Key: ") + kPassword)
                         .With("X-ClickHouse-Database: default")
                         .With("X-ClickHouse-Format: RowBinaryWithNamesAndTypes");
  const auto bound = newer.Post(Target({{"compress", "1"},
                                        {"decompress", "1"},
                                        {"network_compression_method", "LZ4"},
                                        {"param_p", "row"}}),
                                InBlocks("SELECT s FROM t WHERE s = {p:String}"));
  EXPECT_EQ(OutOfBlocks(bound.body), "\x01\x01s\x06String\x03row");
  for (const auto* const query : {"SELECT name FROM system.databases ORDER BY name",
                                  "SELECT * FROM system.tables WHERE database = 'default'",
                                  "SELECT * FROM system.columns WHERE table = 't'",
                                  "SELECT * FROM system.data_type_families",
                                  "SHOW CREATE TABLE t",
                                  "EXPLAIN SELECT * FROM t"}) {
    EXPECT_EQ(newer.Post(Target({{"compress", "1"}}), query).status, 200) << query;
  }
}

TEST_F(EngineClientTest, BindsParametersOfEveryType) {
  Start();
  const auto bind = [&](const std::string& type, const std::string& value) {
    return Basic().Post(Target({{"param_x", value}}), "SELECT {x:" + type + "} FORMAT TSVRaw").body;
  };
  const std::string big =
      "115792089237316195423570985008687907853269984665640564039457584007913129639935";

  EXPECT_EQ(bind("String", "it's \"quoted\"; DROP TABLE t"), "it's \"quoted\"; DROP TABLE t\n");
  EXPECT_EQ(bind("Array(String)", "['a\\'b','c']"), "['a\\'b','c']\n");
  EXPECT_EQ(bind("UInt256", big), big + "\n");
  EXPECT_EQ(bind("DateTime64(3)", "2026-01-02 03:04:05.678"), "2026-01-02 03:04:05.678\n");
  EXPECT_EQ(bind("Nullable(String)", "\\N"), "\\N\n");
  EXPECT_EQ(Basic().Post(Target({{"param_t", "t"}}), "SELECT s FROM {t:Identifier}").body, "row\n");
  EXPECT_THAT(Basic().Post(Target({{"param_x", "many"}}), "SELECT {x:UInt8}"),
              IsEngineError(500, 457));
  EXPECT_THAT(Basic().Post("/", "SELECT {x:UInt8}"), IsEngineError(500, 456));
}

TEST_F(EngineClientTest, SendsTheHeadersOfTheServer) {
  Start();
  const auto answer =
      Basic().Post(Target({{"query_id", "mine"}}), "SELECT number FROM numbers(10) FORMAT CSV");

  EXPECT_EQ(answer.headers.at("x-clickhouse-query-id"), "mine");
  EXPECT_EQ(answer.headers.at("x-clickhouse-format"), "CSV");
  EXPECT_EQ(answer.headers.at("x-clickhouse-timezone"), "UTC");
  EXPECT_EQ(answer.headers.count("x-clickhouse-server-display-name"), 1);
  for (const auto* const field :
       {"read_rows", "read_bytes", "written_rows", "written_bytes", "elapsed_ns"}) {
    EXPECT_THAT(answer.headers.at("x-clickhouse-summary"),
                HasSubstr("\"" + std::string(field) + "\":\""));
  }
}

}  // namespace
}  // namespace polyhouse::engine
