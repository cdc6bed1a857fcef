#include "imports/chunk_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/result_matchers.h"
#include "support/text_source.h"

namespace polyhouse {
namespace {

const ChunkLayout kCsv{.format = FileFormat::kCsv, .header = "a,b", .counts_repeats = true};
const ChunkLayout kJson{.format = FileFormat::kJsonLines};

RecordReader ReaderOf(const std::string& text) {
  return RecordReader(std::make_unique<TextSource>(text, 1000));
}

TEST(ChunkReader, PutsNumbersAndCountsInFrontOfEachLine) {
  RecordReader records = ReaderOf("1,x\n\n1,x\r\n");
  ChunkReader chunks(records, 1000, kCsv);

  const auto chunk = chunks.Next();

  ASSERT_THAT(chunk, IsOk());
  EXPECT_EQ((*chunk)->body, "import_line,import_occurrence,a,b,import_surplus\n1,0,1,x\n3,1,1,x\n");
  ASSERT_EQ((*chunk)->rows.size(), 2U);
  EXPECT_EQ((*chunk)->SentOf((*chunk)->rows[1]), "3,1,1,x\n");
  EXPECT_EQ((*chunk)->TextOf((*chunk)->rows[1]), "1,x");
  EXPECT_EQ((*chunk)->end, 10U);
}

TEST(ChunkReader, SendsNoLineThatIsNoObject) {
  RecordReader records = ReaderOf("{\"a\":1}\n[2]\n{}\n{3\n {\"a\":4}\n");
  ChunkReader chunks(records, 1000, kJson);

  const auto chunk = chunks.Next();

  ASSERT_THAT(chunk, IsOk());
  EXPECT_EQ((*chunk)->body, "{\"import_line\":1,\"a\":1}\n{\"import_line\":5,\"a\":4}\n");
  EXPECT_EQ((*chunk)->impossible.size(), 3U);
  EXPECT_EQ((*chunk)->count(), 5U);
}

TEST(ChunkReader, GoesOnBehindACheckpointOfTheSameFileOnly) {
  const std::string text = "1,x\n2,y\n1,x\n3,z";
  RecordReader first = ReaderOf(text);
  ChunkReader before(first, 1, kCsv);
  const auto one = before.Next();
  ASSERT_THAT(one, IsOk());
  ASSERT_TRUE(one->has_value());
  const Checkpoint checkpoint{(*one)->end, (*one)->end_line, (*one)->hash, 0, false};

  RecordReader again = ReaderOf(text);
  ChunkReader after(again, 1000, kCsv);
  ASSERT_THAT(after.SkipTo(checkpoint), IsOk());
  const auto rest = after.Next();

  ASSERT_THAT(rest, IsOk());
  EXPECT_THAT((*rest)->body, testing::EndsWith("2,0,2,y\n3,1,1,x\n4,0,3,z\n"));
  // The last line has no end: it is read again once it has.
  EXPECT_EQ((*rest)->end, 12U);
  RecordReader other = ReaderOf("9,x\n2,y\n");
  EXPECT_FALSE(ChunkReader(other, 1000, kCsv).SkipTo(checkpoint).value());
  RecordReader shorter = ReaderOf("1,");
  EXPECT_FALSE(ChunkReader(shorter, 1000, kCsv).SkipTo(checkpoint).value());
}

}  // namespace
}  // namespace polyhouse
