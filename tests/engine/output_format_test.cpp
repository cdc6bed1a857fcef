#include "engine/output_format.h"

#include <gmock/gmock.h>

namespace polyhouse::engine {
namespace {

using testing::Optional;

TEST(OutputFormatNamed, IgnoresCaseAndKeepsTheNameAsWritten) {
  const auto format = OutputFormatNamed("jsoneachrow");

  EXPECT_EQ(format.name, "jsoneachrow");
  EXPECT_EQ(format.content_type, "application/x-ndjson; charset=UTF-8");
  EXPECT_EQ(format.pieces, OutputPieces::kJoin);
}

TEST(OutputFormatNamed, AnswersCautiouslyForUnknownNames) {
  const auto format = OutputFormatNamed("Brandnew");

  EXPECT_EQ(format.content_type, "text/plain; charset=UTF-8");
  EXPECT_EQ(format.pieces, OutputPieces::kWhole);
}

TEST(HeaderLength, CountsLines) {
  EXPECT_THAT(HeaderLength(OutputFormatNamed("TSVWithNames"), "a\tb\n1\t2\n"), Optional(4));
  EXPECT_THAT(HeaderLength(OutputFormatNamed("TSVWithNamesAndTypes"), "a\nInt8\n1\n"), Optional(7));
  EXPECT_THAT(HeaderLength(OutputFormatNamed("TSV"), "1\n"), Optional(0));
}

TEST(HeaderLength, KnowsLineEndsInsideQuotedNames) {
  EXPECT_THAT(HeaderLength(OutputFormatNamed("CSVWithNames"), "\"a\n\"\"b\"\n1\n"), Optional(8));
}

TEST(HeaderLength, ReadsBinaryNamesAndTypes) {
  const std::string piece("\x02\x01x\x03yyy\x05UInt8\x05Int16\x07", 20);

  EXPECT_THAT(HeaderLength(OutputFormatNamed("RowBinaryWithNamesAndTypes"), piece), Optional(19));
}

TEST(HeaderLength, IsEmptyWhenThePieceIsCutShort) {
  EXPECT_EQ(HeaderLength(OutputFormatNamed("TSVWithNames"), "a\tb"), std::nullopt);
  for (const std::string piece :
       {"", "\x02", "\x02\x05x", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"}) {
    EXPECT_EQ(HeaderLength(OutputFormatNamed("RowBinaryWithNames"), piece), std::nullopt);
  }
}

}  // namespace
}  // namespace polyhouse::engine
