#include "engine/engine_test.h"

namespace polyhouse::engine {
namespace {

using testing::HasSubstr;

/// Text with NUL bytes in it.
template <std::size_t kSize>
std::string Bytes(const char (&text)[kSize]) {
  return {text, kSize - 1};
}

/// What ends data, or is run as SQL, wherever data pass through the text of a query.
const std::string kNasty = Bytes("a\n\nb;\n\nDROP TABLE t;\n\n\0c'\"\\\n");
/// Reads it back without any escaping in between.
constexpr auto kReadBack = "SELECT hex(s) FROM t ORDER BY s";

std::string Hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string hex;
  for (const char byte : bytes) {
    const auto number = static_cast<unsigned char>(byte);
    hex += kDigits[number >> 4U];
    hex += kDigits[number & 0xFU];
  }
  return hex;
}

class EngineInsertTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    CreateTable();
  }  // namespace
};   // namespace polyhouse

TEST_F(EngineInsertTest, StoresAnyBytesThroughNative) {
  const auto answer =
      client().Post(Target({{"query", "INSERT INTO t FORMAT Native"}}), NativeBlock({kNasty, ""}));

  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.headers.at("x-clickhouse-summary"), HasSubstr("\"written_rows\":\"2\""));
  EXPECT_EQ(client().Query(kReadBack), "\n" + Hex(kNasty) + "\n");
}

TEST_F(EngineInsertTest, StoresAnyBytesThroughRowBinary) {
  client().Post(Target({{"query", "INSERT INTO t FORMAT RowBinary"}}), RowBinaryRows({kNasty}));

  EXPECT_EQ(client().Query(kReadBack), Hex(kNasty) + "\n");
}

TEST_F(EngineInsertTest, StoresAnyBytesThroughJsonEachRow) {
  client().Post(
      Target({{"query", "INSERT INTO t FORMAT JSONEachRow"}}),
      "{\"s\":\"a\\n\\nb;\\n\\nDROP TABLE t;\\n\\n\\u0000c'\\\"\\\\\\n\"}\n\n\n{\"s\":\"x;\"}");

  EXPECT_EQ(client().Query(kReadBack), Hex(kNasty) + "\n" + Hex("x;") + "\n");
}

TEST_F(EngineInsertTest, StoresAnyBytesThroughTabSeparated) {
  client().Post(Target({{"query", "INSERT INTO t FORMAT TSV"}}),
                "a\\n\\nb;\\n\\nDROP TABLE t;\\n\\n\\0c'\"\\\\\\n\n\n; DROP TABLE t\n");

  EXPECT_EQ(client().Query(kReadBack), "\n" + Hex("; DROP TABLE t") + "\n" + Hex(kNasty) + "\n");
}

TEST_F(EngineInsertTest, TakesStatementAndDataFromOneBody) {
  client().Post("/", "INSERT INTO t FORMAT Native\n" + NativeBlock({kNasty}));
  client().Post("/", "INSERT INTO t (s) VALUES ('v;\n\nDROP TABLE t;\n\n'), ('w')");
  client().Post("/", "INSERT INTO t SELECT 'x'");
  client().Post(Target({{"query", "INSERT INTO t (s) VALUES"}}), "('y')");
  client().Post(Target({{"query", "INSERT INTO t VALUES ('z')"}}), "");
  client().Post("/", "INSERT INTO t FORMAT `RowBinary`\n" + RowBinaryRows({"\n\nquoted"}));

  EXPECT_EQ(client().Query("SELECT count() FROM t"), "7\n");
  EXPECT_EQ(client().Query("SELECT count() FROM t WHERE s LIKE 'v;%DROP TABLE%'"), "1\n");
}

TEST_F(EngineInsertTest, TakesDataInPiecesOfAnySize) {
  std::vector<std::string> bytes;
  for (const char byte : "INSERT INTO t FORMAT Native\n" + NativeBlock({kNasty, "second"})) {
    bytes.emplace_back(1, byte);
  }
  const auto answer = client().PostChunked("/", bytes);

  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(client().Query(kReadBack), Hex(kNasty) + "\n" + Hex("second") + "\n");
}

TEST_F(EngineInsertTest, TakesMoreDataThanItKeepsInMemory) {
  const std::uint64_t before = engine().StatusKilobytes("VmHWM");
  std::string piece;
  for (int i = 0; i < 15; ++i) piece += std::string(1023, 'x') + "\n";
  const std::vector<std::string> pieces(std::size_t{70'000}, piece);  // More than 1 GB.
  const auto answer = client().PostChunked(Target({{"query", "INSERT INTO t FORMAT TSV"},
                                                   {"max_insert_block_size", "10000"},
                                                   {"min_insert_block_size_bytes", "10000000"}}),
                                           pieces);

  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(client().Query("SELECT count() FROM t"), "1050000\n");
  EXPECT_LT(engine().StatusKilobytes("VmHWM") - before, std::uint64_t{700} << 10);
}

TEST_F(EngineInsertTest, StoresNothingWhenTheBodyIsCutShort) {
  const std::string row = "cut short\n";
  const std::string head = "POST /?query=INSERT%20INTO%20t%20FORMAT%20TSV HTTP/1.1\r\nHost: x\r\n";
  client().Raw(head + "Content-Length: 1000\r\n\r\n" + row, HttpClient::AfterSending::kHangUp);
  client().Raw(head + "Transfer-Encoding: chunked\r\n\r\na\r\n" + row + "\r\n",
               HttpClient::AfterSending::kHangUp);

  // A third insert through the same path is stored, so the engine is done with the other two.
  ASSERT_EQ(client().Post(Target({{"query", "INSERT INTO t FORMAT TSV"}}), "whole\n").status, 200);
  EXPECT_EQ(client().Query("SELECT s FROM t"), "whole\n");
}

TEST_F(EngineInsertTest, RefusesBadDataWithTheEnginesCode) {
  const auto target = Target({{"query", "INSERT INTO t FORMAT Native"}});

  EXPECT_THAT(client().Post(target, NativeBlock({"a"}).substr(0, 10)), IsEngineError(500, 33));
  EXPECT_THAT(
      client().Post(Target({{"query", "INSERT INTO t FORMAT JSONEachRow"}}), "{\"s\":\"x\""),
      IsEngineError(500, 33));
  EXPECT_THAT(client().Post(Target({{"query", "INSERT INTO nope FORMAT TSV"}}), "a\n"),
              IsEngineError(404, 60));
  EXPECT_THAT(client().Post(Target({{"query", "INSERT INTO t FORMAT Nope"}}), "a\n"),
              IsEngineError(404, 73));
  EXPECT_EQ(client().Query("SELECT count() FROM t"), "0\n");
}

TEST_F(EngineInsertTest, ReportsErrorsThatComeWhileRowsAreStored) {
  client().Query(
      "CREATE TABLE few (n Int8, CONSTRAINT few CHECK n < 3) ENGINE = MergeTree ORDER BY n");

  EXPECT_THAT(client().Post("/", "INSERT INTO few FORMAT TSV\n1\n2\n3\n"), IsEngineError(500, 469));
  EXPECT_EQ(client().Query("SELECT count() FROM few"), "0\n");
}

TEST_F(EngineInsertTest, AnswersWhenALargeBodyIsRefused) {
  const std::string rows(std::size_t{32} << 20, '\n');

  EXPECT_THAT(client().Post(Target({{"query", "INSERT INTO nope FORMAT TSV"}}), rows),
              IsEngineError(404, 60));
}

TEST_F(EngineInsertTest, InsertsTheSameTokenOnce) {
  client().Query(
      "CREATE TABLE once (n Int8) ENGINE = MergeTree ORDER BY n "
      "SETTINGS non_replicated_deduplication_window = 100");
  for (const auto* const token : {"one", "one", "two"}) {
    client().Post("/",
                  "INSERT INTO once SETTINGS insert_deduplication_token='" + std::string(token) +
                      "' FORMAT TSV\n1\n");
  }
  client().Post(
      Target({{"query", "INSERT INTO once FORMAT TSV"}, {"insert_deduplication_token", "two"}}),
      "1\n");

  EXPECT_EQ(client().Query("SELECT count() FROM once"), "2\n");
}

TEST_F(EngineInsertTest, RefusesInputFunctionRatherThanLosingItsData) {
  EXPECT_THAT(client().Post("/", "INSERT INTO t SELECT a FROM input('a String') FORMAT TSV\nx\n"),
              IsEngineError(501, 48));
}

TEST_F(EngineInsertTest, AcceptsAnInsertWithoutRows) {
  EXPECT_EQ(client().Post(Target({{"query", "INSERT INTO t FORMAT Native"}}), "").status, 200);
  EXPECT_EQ(client().Query("SELECT count() FROM t"), "0\n");
}

}  // namespace
}  // namespace polyhouse::engine
