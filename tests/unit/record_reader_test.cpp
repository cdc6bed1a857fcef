#include "imports/record_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/result_matchers.h"
#include "support/text_source.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;

/// "line:text", of a file that comes in pieces of this size.
std::vector<std::string> RecordsOf(const std::string& text, RecordEnds ends, std::size_t piece) {
  RecordReader reader(std::make_unique<TextSource>(text, piece));
  reader.SetEnds(ends);
  std::vector<std::string> records;
  for (;;) {
    const auto record = reader.Next();
    EXPECT_THAT(record, IsOk());
    if (!record || !*record) return records;
    records.push_back(std::to_string((*record)->line) + ":" + std::string((*record)->text));
  }
}

TEST(RecordReader, EndsRecordsAtEachLineHoweverTheyCome) {
  for (const std::size_t piece : {1U, 3U, 1000U}) {
    EXPECT_THAT(RecordsOf("one\r\n\"two\n\nfour", RecordEnds::kAtEachLine, piece),
                ElementsAre("1:one", "2:\"two", "3:", "4:four"));
  }
}

TEST(RecordReader, LeavesLineBreaksInsideQuotesInTheirRecord) {
  for (const std::size_t piece : {1U, 3U, 1000U}) {
    EXPECT_THAT(RecordsOf("a,\"b \"\"c\"\"\nd\",e\nf\n", RecordEnds::kOutsideQuotes, piece),
                ElementsAre("1:a,\"b \"\"c\"\"\nd\",e", "3:f"));
  }
}

TEST(RecordReader, LosesOneLineToAQuoteThatNobodyCloses) {
  EXPECT_THAT(RecordsOf("a,\"b\nc\nd\n", RecordEnds::kOutsideQuotes, 1000),
              ElementsAre("1:a,\"b", "2:c", "3:d"));

  const std::string far(RecordReader::kLongest + 10, 'x');
  EXPECT_THAT(RecordsOf("\"open\n" + far + "\nlast\n", RecordEnds::kOutsideQuotes, 1U << 20U),
              ElementsAre("1:\"open", "2:" + far, "3:last"));
}

TEST(RecordReader, CountsALastLineIntoItsHashOnlyWhenItHasAnEnd) {
  const auto hash_of = [](const std::string& text) {
    RecordReader reader(std::make_unique<TextSource>(text, 100));
    for (auto record = reader.Next(); record && *record; record = reader.Next()) {
    }
    return reader.hash();
  };

  EXPECT_EQ(hash_of("a\nb"), hash_of("a\n"));
  EXPECT_NE(hash_of("a\nb\n"), hash_of("a\n"));
}

}  // namespace
}  // namespace polyhouse
