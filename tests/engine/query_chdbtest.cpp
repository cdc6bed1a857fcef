#include "engine/engine_test.h"

namespace polyhouse::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using EngineQueryTest = EngineTest;

TEST_F(EngineQueryTest, AnswersHealthChecks) {
  for (const auto* const path : {"/ping", "/", "/replicas_status"}) {
    EXPECT_EQ(client().Get(path).body, "Ok.\n") << path;
  }
  EXPECT_EQ(client().Send("HEAD", "/ping").status, 200);
  EXPECT_EQ(client().Get("/play").status, 404);
  EXPECT_EQ(client().Send("DELETE", "/").status, 405);
}

TEST_F(EngineQueryTest, TakesTheQueryFromUrlOrBodyOrBoth) {
  EXPECT_EQ(client().Get(Target({{"query", "SELECT 1"}})).body, "1\n");
  EXPECT_EQ(client().Query("SELECT 2"), "2\n");
  EXPECT_EQ(client().Post(Target({{"query", "SELECT"}}), "3").body, "3\n");
  EXPECT_EQ(client().PostChunked("/", {"SEL", "ECT", " 4"}).body, "4\n");
}

TEST_F(EngineQueryTest, SendsWhatClickHouseSends) {
  const auto answer = client().Post(Target({{"query_id", "my-id"}}), "SELECT 1 FORMAT CSV");

  EXPECT_EQ(answer.headers.at("content-type"), "text/csv; charset=UTF-8; header=absent");
  EXPECT_EQ(answer.headers.at("x-clickhouse-format"), "CSV");
  EXPECT_EQ(answer.headers.at("x-clickhouse-query-id"), "my-id");
  EXPECT_EQ(answer.headers.at("x-clickhouse-timezone"), "UTC");
  EXPECT_EQ(answer.headers.count("x-clickhouse-server-display-name"), 1);
}

TEST_F(EngineQueryTest, ChoosesTheFormatByQueryUrlOrHeader) {
  EXPECT_EQ(client().Post(Target({{"default_format", "CSV"}}), "SELECT 'a'").body, "\"a\"\n");
  EXPECT_EQ(client().With("X-ClickHouse-Format: JSONEachRow").Query("SELECT 1 AS a"),
            "{\"a\":1}\n");
  EXPECT_EQ(client().Post(Target({{"default_format", "CSV"}}), "SELECT 'a' FORMAT TSV").body,
            "a\n");
}

TEST_F(EngineQueryTest, RunsEveryKindOfReadingStatement) {
  CreateTable();

  EXPECT_EQ(client().Query("SHOW TABLES"), "t\n");
  EXPECT_EQ(client().Query("EXISTS TABLE t"), "1\n");
  EXPECT_THAT(client().Query("DESCRIBE TABLE t FORMAT CSV"), HasSubstr("\"s\",\"String\""));
  EXPECT_THAT(client().Query("EXPLAIN SELECT 1"), HasSubstr("One"));
  EXPECT_EQ(client().Query("WITH 1 AS x SELECT x UNION ALL SELECT 1"), "1\n1\n");
}

TEST_F(EngineQueryTest, StreamsTheSameBytesAsTheWholeResult) {
  const std::string query =
      "SELECT number, toString(number) AS \"a\n\"\"b\" FROM numbers(7) "
      "SETTINGS max_block_size = 2, max_threads = 1 FORMAT ";
  for (const std::string format : {"TSV",
                                   "TSVRaw",
                                   "TSVWithNames",
                                   "TSVWithNamesAndTypes",
                                   "CSV",
                                   "CSVWithNames",
                                   "CSVWithNamesAndTypes",
                                   "JSONEachRow",
                                   "JSONStringsEachRow",
                                   "JSONCompactEachRow",
                                   "JSONCompactEachRowWithNames",
                                   "JSONCompactEachRowWithNamesAndTypes",
                                   "RowBinary",
                                   "RowBinaryWithNames",
                                   "RowBinaryWithNamesAndTypes",
                                   "MsgPack",
                                   "BSONEachRow",
                                   "TSKV"}) {
    const auto streamed = client().Query(query + format);
    const auto whole = client().Post(Target({{"wait_end_of_query", "1"}}), query + format).body;
    EXPECT_EQ(streamed, whole) << format;
    EXPECT_FALSE(whole.empty()) << format;
    // By several threads.
    EXPECT_EQ(
        client().Post(Target({{"output_format_parallel_formatting", "1"}}), query + format).body,
        whole)
        << format;
  }
}

/// Native of another revision is rewritten block by block, which a pipe has not.
TEST_F(EngineQueryTest, RewritesNativeThoughThreadsWereAskedFor) {
  const std::string query = "SELECT number FROM numbers(5)";
  const std::vector<std::pair<std::string, std::string>> newer = {
      {"client_protocol_version", "54405"}, {"default_format", "Native"}};
  auto threads = newer;
  threads.emplace_back("output_format_parallel_formatting", "1");

  const auto answer = client().Post(Target(threads), query);

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, client().Post(Target(newer), query).body);
}

/// A document that fails before much of it was made is an error, and no document.
TEST_F(EngineQueryTest, AnswersFailuresOfDocumentsAsErrors) {
  for (const std::string format : {"Parquet", "Arrow", "ArrowStream"}) {
    const auto answer =
        client().Post("/", "SELECT throwIf(number = 5) FROM numbers(10) FORMAT " + format);
    EXPECT_EQ(answer.status, 500) << format;
    EXPECT_THAT(answer.body, HasSubstr("Code: 395")) << format;
  }
}

TEST_F(EngineQueryTest, KeepsDocumentsWhole) {
  const std::string query =
      "SELECT number FROM numbers(5) SETTINGS max_block_size = 2, max_threads = 1 FORMAT ";

  EXPECT_EQ(client().Query(query + "JSONColumns"), "{\n\t\"number\": [0, 1, 2, 3, 4]\n}\n");
  EXPECT_EQ(client().Query(query + "Values"), "(0),(1),(2),(3),(4)");
  EXPECT_THAT(client().Query(query + "JSONCompact"), HasSubstr("\"rows\": 5"));
  EXPECT_EQ(client().Query(query + "Parquet").substr(0, 4), "PAR1");
  EXPECT_EQ(client().Query("SELECT number FROM numbers(2) FORMAT CSVWithNames"),
            "\"number\"\n0\n1\n");
}

TEST_F(EngineQueryTest, SendsRowsThatTakeNoBytes) {
  // A piece without bytes looks like the end of a streamed result: such formats are not streamed.
  const std::string query =
      "SELECT if(number < 90, '', 'x') FROM numbers(100) SETTINGS max_block_size = 10 FORMAT ";

  EXPECT_EQ(client().Query(query + "RawBLOB"), "xxxxxxxxxx");
  EXPECT_THAT(client().Post("/", "SELECT throwIf(number = 99) FROM numbers(100) FORMAT Null"),
              IsEngineError(500, 395));
}

TEST_F(EngineQueryTest, KeepsTotalsAndArraysOfRowsInShape) {
  EXPECT_EQ(client().Query("SELECT count() AS c FROM numbers(2) GROUP BY number % 1 WITH TOTALS "
                           "FORMAT TSVWithNames"),
            "c\n2\n\n2\n");
  EXPECT_EQ(client()
                .Post(Target({{"output_format_json_array_of_rows", "1"}}),
                      "SELECT number AS n FROM numbers(3) SETTINGS max_block_size = 1 "
                      "FORMAT JSONEachRow")
                .body,
            "[\n{\"n\":0},\n{\"n\":1},\n{\"n\":2}\n]\n");
}

TEST_F(EngineQueryTest, SendsTheFirstRowsBeforeTheLastAreKnown) {
  // 10^14 rows would take days: the answer can only begin if it is streamed.
  std::size_t received = 0;
  const auto answer = client().PostAndReceive(
      "/", "SELECT number FROM numbers(100000000000000)", [&](std::string_view piece) {
        received += piece.size();
        return received < 1'000'000;
      });

  EXPECT_EQ(answer.status, 200);
  EXPECT_GE(received, 1'000'000);
}

TEST_F(EngineQueryTest, SendsOneDocumentInPiecesAsItIsMade) {
  // Each row group of these rows is sent when it is full; all of them would take days.
  for (const char* format : {"Parquet", "Arrow", "ArrowStream"}) {
    std::size_t received = 0;
    const auto answer = client().PostAndReceive(
        "/",
        "SELECT number, cityHash64(number) FROM numbers(100000000000000) SETTINGS "
        "output_format_parquet_row_group_size = 100000 FORMAT " +
            std::string(format),
        [&](std::string_view piece) {
          received += piece.size();
          return received < 5'000'000;
        });

    EXPECT_EQ(answer.status, 200) << format;
    EXPECT_GE(received, 5'000'000) << format;
  }
  EXPECT_TRUE(WaitUntil([this] { return CountRunning("10000000000") == "0\n"; }));
}

TEST_F(EngineQueryTest, SendsTheSameDocumentInPiecesAsAtOnce) {
  const std::string query = "SELECT number, toString(number) AS text FROM numbers(300000) ";
  for (const std::string format : {"Parquet", "Arrow", "ArrowStream"}) {
    const std::string inserted = "INSERT INTO documents FORMAT " + format;
    client().Query("CREATE OR REPLACE TABLE documents (number UInt64, text String) ENGINE = Log");
    client().Post(Target({{"query", inserted}}), client().Query(query + "FORMAT " + format));
    EXPECT_EQ(client().Query("SELECT sum(cityHash64(number, text)), count() FROM documents"),
              client().Query("SELECT sum(cityHash64(number, text)), count() FROM (" + query + ")"))
        << format;
  }
  // The clause is put where the statement ends.
  EXPECT_THAT(client().Post(Target({{"default_format", "Parquet"}}), "SELECT 1; -- the end\n").body,
              StartsWith("PAR1"));
  EXPECT_THAT(client()
                  .Post("/",
                        "CREATE OR REPLACE TABLE documents (n UInt8) ENGINE = Log FORMAT "
                        "Parquet")
                  .status,
              200);
}

TEST_F(EngineQueryTest, BreaksADocumentOffWhenItFails) {
  const auto early = client().Post("/", "SELECT nope FORMAT Parquet");
  EXPECT_THAT(early, IsEngineError(404, 47));
  // Row groups have been sent by then: the answer has no end.
  const auto late = client().Post("/",
                                  "SELECT throwIf(number = 3000000, 'half-way'), "
                                  "cityHash64(number) FROM numbers(10000000) SETTINGS "
                                  "output_format_parquet_row_group_size = 100000 FORMAT Parquet");
  EXPECT_EQ(late.status, 200);
  EXPECT_FALSE(late.complete);
  EXPECT_THAT(late.body, HasSubstr("Code: 395. DB::Exception: half-way"));
}

TEST_F(EngineQueryTest, StopsWorkingWhenTheClientHangsUp) {
  client().PostAndReceive(
      "/", "SELECT number FROM numbers(100000000000000)", [](std::string_view) { return false; });

  EXPECT_TRUE(WaitUntil([this] { return CountRunning("10000000000") == "0\n"; }));
}

TEST_F(EngineQueryTest, BindsParameters) {
  CreateTable();
  for (const auto* const whole : {"0", "1"}) {
    EXPECT_EQ(
        client()
            .Post(
                Target({{"param_x", "a'b; DROP"}, {"param_n", "5"}, {"wait_end_of_query", whole}}),
                "SELECT {x:String}, {n:UInt8} + 1")
            .body,
        "a\\'b; DROP\t6\n");
  }
  client().Post(Target({{"param_table", "t"}}), "INSERT INTO {table:Identifier} FORMAT TSV\nrow\n");
  EXPECT_EQ(client().Query("SELECT s FROM t"), "row\n");
}

TEST_F(EngineQueryTest, AppliesSettingsAndDatabaseToOneRequestOnly) {
  EXPECT_EQ(client()
                .Post(Target({{"database", "system"}, {"max_block_size", "123"}}),
                      "SELECT currentDatabase(), getSetting('max_block_size')")
                .body,
            "system\t123\n");
  EXPECT_EQ(client().With("X-ClickHouse-Database: system").Query("SELECT currentDatabase()"),
            "system\n");
  EXPECT_EQ(client().Query("SELECT currentDatabase(), getSetting('max_block_size') = 123"),
            "default\t0\n");
}

TEST_F(EngineQueryTest, ForgetsSessionStateBetweenRequests) {
  EXPECT_EQ(client().Query("SET max_block_size = 123"), "");
  EXPECT_EQ(client().Query("USE system"), "");
  EXPECT_EQ(client().Query("CREATE TEMPORARY TABLE mine (a Int8)"), "");

  EXPECT_EQ(client().Query("SELECT currentDatabase(), getSetting('max_block_size') = 123"),
            "default\t0\n");
  EXPECT_EQ(client().Post("/", "SELECT * FROM mine").status, 404);
}

TEST_F(EngineQueryTest, CountsTimeInUtc) {
  EXPECT_EQ(client().Query("SELECT timezone(), toDateTime(0)"), "UTC\t1970-01-01 00:00:00\n");
}

}  // namespace
}  // namespace polyhouse::engine
