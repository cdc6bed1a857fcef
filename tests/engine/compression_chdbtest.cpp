#include <array>

#include "engine/compression.h"
#include "engine/engine_test.h"

namespace polyhouse::engine {
namespace {

using testing::HasSubstr;

constexpr std::array kCodings = {"gzip", "deflate", "zstd", "lz4"};
constexpr const char* kManyRows = "SELECT number FROM numbers(300000)";

class EngineCompressionTest : public EngineTest {
 protected:
  HttpClient Sending(const std::string& coding) const {
    return client().With("Content-Encoding: " + coding);
  }
  HttpClient Accepting(const std::string& codings) const {
    return client().With("Accept-Encoding: " + codings);
  }
};

const std::string kWanted = Target({{"enable_http_compression", "1"}});
const std::string kInsert = Target({{"query", "INSERT INTO t FORMAT TSV"}});

TEST_F(EngineCompressionTest, ReadsCompressedStatementsAndData) {
  CreateTable();
  for (const std::string coding : kCodings) {
    EXPECT_EQ(Sending(coding).Post("/", Compressed(coding, "SELECT 1 + 1")).body, "2\n") << coding;
    EXPECT_EQ(Sending(coding).Post(kInsert, Compressed(coding, coding + "\n")).status, 200);
    const std::string both = "INSERT INTO t FORMAT TSV\n" + coding + " in one body\n";
    EXPECT_EQ(Sending(coding).Post("/", Compressed(coding, both)).status, 200) << coding;
  }
  EXPECT_EQ(client().Query("SELECT count(), countIf(s LIKE '%in one body') FROM t"), "8\t4\n");
}

TEST_F(EngineCompressionTest, StoresNothingOfADamagedOrTruncatedBody) {
  CreateTable();
  std::string rows;
  for (int i = 0; i < 20'000; ++i) rows += std::to_string(i * 7919) + "\n";
  for (const std::string coding : kCodings) {
    const std::string body = Compressed(coding, rows);
    const auto cut = Sending(coding).Post(kInsert, body.substr(0, body.size() - 3));
    EXPECT_THAT(cut, IsEngineError(500, 33)) << coding;
    const auto more = Sending(coding).Post(kInsert, body + "more");
    EXPECT_EQ(more.status, 500) << coding;
    const auto plain = Sending(coding).Post(kInsert, rows);
    EXPECT_EQ(plain.status, 500) << coding;
    EXPECT_THAT(plain.body, HasSubstr("DB::Exception: ")) << coding;
  }
  EXPECT_EQ(client().Query("SELECT count() FROM t"), "0\n");
}

TEST_F(EngineCompressionTest, LimitsWhatASmallStatementExpandsTo) {
  const std::string bomb(std::size_t{60} << 20, ' ');
  const std::uint64_t before = engine().StatusKilobytes("VmHWM");
  for (const std::string coding : kCodings) {
    EXPECT_THAT(Sending(coding).Post("/", Compressed(coding, bomb)), IsEngineError(413, 229))
        << coding;
  }
  EXPECT_LT(engine().StatusKilobytes("VmHWM") - before, 60U << 10U);
}

TEST_F(EngineCompressionTest, RefusesEncodingsItDoesNotKnow) {
  for (const auto* const coding : {"br", "snappy", "x"}) {
    const auto answer = Sending(coding).Post("/", "SELECT 1");
    EXPECT_THAT(answer, IsEngineError(501, 48)) << coding;
    EXPECT_THAT(answer.body, HasSubstr("Unknown compression method '" + std::string(coding)));
  }
}

TEST_F(EngineCompressionTest, CompressesAnswersWhenHeaderAndSettingAskForIt) {
  const std::string plain = client().Query(kManyRows);
  for (const std::string coding : kCodings) {
    const auto answer = Accepting(coding).Post(kWanted, kManyRows);
    EXPECT_EQ(answer.headers.at("content-encoding"), coding);
    EXPECT_EQ(Decompressed(coding, answer.body), plain) << coding;
    EXPECT_LT(answer.body.size(), plain.size()) << coding;
  }
  for (const auto* const query : {"SELECT 1 FORMAT JSON", "SELECT 1 WHERE 0", "SHOW DATABASES"}) {
    const auto answer = Accepting("gzip").Post(kWanted, query);
    EXPECT_EQ(Decompressed("gzip", answer.body).substr(0, 20), client().Query(query).substr(0, 20))
        << query;
  }
}

TEST_F(EngineCompressionTest, LeavesAnswersAloneOtherwise) {
  EXPECT_EQ(Accepting("gzip").Post("/", "SELECT 1").body, "1\n");
  EXPECT_EQ(client().Post(kWanted, "SELECT 1").body, "1\n");
  const auto unknown = Accepting("br").Post(kWanted, "SELECT 1");
  EXPECT_EQ(unknown.body, "1\n");
  EXPECT_EQ(unknown.headers.count("content-encoding"), 0);
}

TEST_F(EngineCompressionTest, ChoosesTheEncodingInClickHousesOrder) {
  const auto answer = Accepting("gzip, deflate, br, zstd").Post(kWanted, "SELECT 1");

  EXPECT_EQ(answer.headers.at("content-encoding"), "zstd");
}

TEST_F(EngineCompressionTest, CompressesErrorsLikeResults) {
  const auto answer = Accepting("gzip").Post(kWanted, "SELECT * FROM nope");

  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.headers.at("x-clickhouse-exception-code"), "60");
  EXPECT_THAT(Decompressed("gzip", answer.body), HasSubstr("(UNKNOWN_TABLE)"));
}

TEST_F(EngineCompressionTest, CutsACompressedResultShortWhenItFailsHalfWay) {
  const auto answer = Accepting("lz4").Post(
      kWanted, "SELECT throwIf(number = 500000) FROM numbers(1000000) SETTINGS max_threads = 1");

  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.complete);
  EXPECT_THAT(Decompressed("lz4", answer.body), HasSubstr("Code: 395. DB::Exception"));
}

TEST_F(EngineCompressionTest, StreamsCompressedResults) {
  // 10^14 rows would take days: compressed bytes can only arrive before the end if they stream.
  std::size_t received = 0;
  Accepting("zstd").PostAndReceive(
      kWanted, "SELECT number FROM numbers(100000000000000)", [&](std::string_view piece) {
        received += piece.size();
        return received < 1'000'000;
      });

  EXPECT_GE(received, 1'000'000);
  EXPECT_TRUE(WaitUntil([this] { return CountRunning("10000000000") == "0\n"; }));
}

TEST_F(EngineCompressionTest, SpeaksClickHousesOwnBlocks) {
  CreateTable();
  const std::string insert =
      Target({{"query", "INSERT INTO t FORMAT RowBinary"}, {"decompress", "1"}});
  EXPECT_EQ(client().Post(insert, InBlocks(RowBinaryRows({"a\n\nb", "c"}))).status, 200);
  EXPECT_EQ(client().Post(Target({{"decompress", "1"}}), InBlocks("SELECT 5")).body, "5\n");

  const auto answer = client().Post(Target({{"compress", "1"}}), "SELECT s FROM t ORDER BY s");
  EXPECT_EQ(OutOfBlocks(answer.body), "a\\n\\nb\nc\n");
  EXPECT_EQ(OutOfBlocks(client().Post(Target({{"compress", "1"}}), kManyRows).body),
            client().Query(kManyRows));
  EXPECT_EQ(client().Post(Target({{"compress", "1"}}), "SELECT 1 WHERE 0").body, "");
  EXPECT_THAT(OutOfBlocks(client().Post(Target({{"compress", "1"}}), "SELECT nope").body),
              HasSubstr("Code: 47. DB::Exception"));
}

TEST_F(EngineCompressionTest, RefusesDamagedBlocksAndStoresNothing) {
  CreateTable();
  const std::string target = Target({{"query", "INSERT INTO t FORMAT TSV"}, {"decompress", "1"}});
  const std::string good = InBlocks("row\n");
  std::string damaged = good;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);

  EXPECT_THAT(client().Post(target, good + damaged), IsEngineError(500, 40));
  EXPECT_THAT(client().Post(target, good.substr(0, good.size() - 1)), IsEngineError(500, 33));
  EXPECT_THAT(client().Post(target, "rows that are in no block\n"), IsEngineError(500, 12));
  EXPECT_EQ(client().Query("SELECT count() FROM t"), "0\n");
}

TEST_F(EngineCompressionTest, TakesBothCompressionsAtOnce) {
  const auto answer =
      Accepting("gzip")
          .With("Content-Encoding: zstd")
          .Post(Target({{"compress", "1"}, {"decompress", "1"}, {"enable_http_compression", "1"}}),
                Compressed("zstd", InBlocks("SELECT 'both'")));

  EXPECT_EQ(OutOfBlocks(Decompressed("gzip", answer.body)), "both\n");
}

}  // namespace
}  // namespace polyhouse::engine
