// What is known of an export before the database is asked: its format, and how many rows its bytes
// are.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exports/parquet_rows.h"
#include "exports/row_counter.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;
using testing::Optional;

TEST(FileKindOf, IsToldByTheEnding) {
  for (const char* ending :
       {"parquet", "csv", "csv.gz", "csv.zst", "jsonl", "jsonl.gz", "jsonl.zst", "arrow"}) {
    const auto kind = FileKindOf("some/Folder.csv/TRADES.v2." + std::string(ending));
    ASSERT_THAT(kind, IsOk());
    EXPECT_EQ(kind->ending(), ending);
    EXPECT_EQ(FileKindNamed(ending)->ending(), ending);
  }
  EXPECT_EQ(FileKindOf("T.PARQUET")->engine_format(), "Parquet");
}

TEST(FileKindOf, NamesWhatIsKnown) {
  for (const char* path : {"trades", "trades.xlsx", "csv", "trades.csv.bz2", "parquet.gz"}) {
    EXPECT_THAT(FileKindOf(path), HasError(ErrorKind::kConfig, ".jsonl.zst and .arrow are known"));
  }
  EXPECT_THAT(FileKindNamed("xml"), HasError(ErrorKind::kConfig, "--format xml"));
}

/// Bytes as they may come: each alone, and all at once.
std::vector<Result<std::uint64_t>> CountsOf(ExportFormat format, std::string_view bytes) {
  const auto one_by_one = MakeRowCounter(format);
  for (std::size_t i = 0; i < bytes.size(); ++i) one_by_one->Add(bytes.substr(i, 1));
  const auto at_once = MakeRowCounter(format);
  at_once->Add(bytes);
  return {one_by_one->Finish(), at_once->Finish()};
}

#define EXPECT_ROWS(format, bytes, rows)              \
  for (const auto& count : CountsOf(format, bytes)) { \
    ASSERT_THAT(count, IsOk());                       \
    EXPECT_EQ(*count, rows);                          \
  }
#define EXPECT_BROKEN(format, bytes)                \
  for (const auto& count : CountsOf(format, bytes)) \
  EXPECT_THAT(count, HasError(ErrorKind::kMalformed)) << std::string(bytes)

TEST(RowCounter, CountsLinesOfCsvOutsideQuotes) {
  EXPECT_ROWS(ExportFormat::kCsv, "\"a\",\"b\"\n", 0U);
  EXPECT_ROWS(ExportFormat::kCsv, "\"a\"\n1\n\"x\ny \"\"\n\"\n", 2U);
  EXPECT_BROKEN(ExportFormat::kCsv, "");
  EXPECT_BROKEN(ExportFormat::kCsv, "\"a\"\n1\n2");
  EXPECT_BROKEN(ExportFormat::kCsv, "\"a\"\n\"x\n");
}

TEST(RowCounter, CountsLinesOfJson) {
  EXPECT_ROWS(ExportFormat::kJsonLines, "", 0U);
  EXPECT_ROWS(ExportFormat::kJsonLines, "{\"a\":1}\n{\"a\":2}\n", 2U);
  EXPECT_BROKEN(ExportFormat::kJsonLines, "{\"a\":1}\n{\"a\"");
}

/// version 1, a schema of one element, num_rows 300; then what does not matter.
const std::string kFooter("\x15\x02\x19\x1c\x48\x04root\x15\x02\x00\x16\xd8\x04\x19\x0c\x00", 19);

TEST(RowsInFooter, PassesOverTheSchema) {
  EXPECT_THAT(RowsInFooter(kFooter), Optional(300U));
}

TEST(RowsInFooter, IsEmptyForAnythingElse) {
  for (std::size_t size = 0; size < 16; ++size) {
    EXPECT_EQ(RowsInFooter(kFooter.substr(0, size)), std::nullopt) << size;
  }
  EXPECT_EQ(RowsInFooter(std::string(1000, '\x1c')), std::nullopt);
  EXPECT_EQ(RowsInFooter(std::string(1000, '\xff')), std::nullopt);
}

TEST(RowCounter, ReadsTheFooterOfParquet) {
  const std::string end = std::string("\x13\0\0\0", 4) + "PAR1";

  EXPECT_ROWS(ExportFormat::kParquet, "PAR1 rows " + kFooter + end, 300U);
  EXPECT_BROKEN(ExportFormat::kParquet, "");
  EXPECT_BROKEN(ExportFormat::kParquet, "PAR1");
  EXPECT_BROKEN(ExportFormat::kParquet, "PAR1 rows " + kFooter);
  EXPECT_BROKEN(ExportFormat::kParquet, "Code: 241. " + kFooter + end);
  EXPECT_BROKEN(ExportFormat::kParquet, "PAR1" + end);
}

TEST(RowCounter, KnowsAnArrowFileThatBreaksOff) {
  const std::string begin("ARROW1\0\0", 8);
  const std::string nothing("\xff\xff\xff\xff\0\0\0\0", 8);

  EXPECT_ROWS(ExportFormat::kArrow, begin + nothing + "footer ARROW1", 0U);
  EXPECT_BROKEN(ExportFormat::kArrow, "");
  EXPECT_BROKEN(ExportFormat::kArrow, begin);
  EXPECT_BROKEN(ExportFormat::kArrow, begin + nothing + "footer");
  EXPECT_BROKEN(ExportFormat::kArrow, begin + "garbage, garbage ARROW1");
  EXPECT_BROKEN(ExportFormat::kArrow,
                begin + std::string("\xff\xff\xff\xff\x08\0\0\0", 8) + "\xff\xff\xff\xff" +
                    std::string(200, 'x'));
}

}  // namespace
}  // namespace polyhouse
