#include "engine/native_revision.h"

#include <gtest/gtest.h>

#include "engine/native_column.h"

namespace polyhouse::engine {
namespace {

using namespace std::string_literals;

const std::string kInfo = "\x01\x00\x02\xFF\xFF\xFF\xFF\x00"s;
/// One column `s` of two texts; then no rows of it.
const std::string kBlock =
    "\x01\x02\x01s\x06String\x01"
    "a\x00"s;
const std::string kEmpty = "\x01\x00\x01s\x06String"s;

std::string Rewritten(std::uint64_t revision, const std::string& blocks, std::size_t piece_bytes) {
  const auto encoder = MakeNativeRevisionEncoder(revision);
  std::string output;
  for (std::size_t at = 0; at < blocks.size(); at += piece_bytes) {
    if (!encoder->Encode(blocks.substr(at, piece_bytes), output)) return "(failed)";
  }
  return encoder->Finish(output) ? output : "(failed)";
}

TEST(NativeRevisionEncoder, AddsBlockInformationAndSerializationBytes) {
  for (const std::size_t piece_bytes : {1U, 5U, 1000U}) {
    EXPECT_EQ(Rewritten(54460, kBlock + kEmpty, piece_bytes),
              kInfo +
                  "\x01\x02\x01s\x06String\x00\x01"
                  "a\x00"s +
                  kInfo + "\x01\x00\x01s\x06String\x00"s)
        << piece_bytes;
    EXPECT_EQ(Rewritten(54405, kBlock, piece_bytes), kInfo + kBlock);
  }
  EXPECT_EQ(Rewritten(54460, "", 1), "");
}

TEST(NativeRevisionEncoder, FailsOnWhatIsCutOrUnknown) {
  for (std::size_t size = 1; size < kBlock.size(); ++size) {
    EXPECT_EQ(Rewritten(54460, kBlock.substr(0, size), 1000), "(failed)") << size;
  }
  const std::string state =
      "\x01\x01\x01s\x1D"
      "AggregateFunction(sum, UInt8)x"s;
  EXPECT_EQ(Rewritten(54460, state, 1000), "(failed)");
  EXPECT_EQ(CheckNativeRevision(state).error().code, 48);
  EXPECT_TRUE(CheckNativeRevision(kBlock));
}

TEST(SkipNativeColumn, FindsTheEndOfAColumn) {
  struct Case {
    const char* type;
    std::size_t rows;
    std::string data;
  };
  const std::string one = "\x01\0\0\0\0\0\0\0"s;
  for (const auto& [type, rows, data] :
       {Case{"UInt16", 3, std::string(6, 'x')},
        Case{"Decimal(38, 6)", 1, std::string(16, 'x')},
        Case{"Decimal(9, 2)", 1, std::string(4, 'x')},
        Case{"FixedString(5)", 2, std::string(10, 'x')},
        Case{"DateTime64(3, 'UTC')", 1, std::string(8, 'x')},
        Case{"Enum16('a, (' = 1, 'b\\'' = 2)", 1, "xx"},
        Case{"Nullable(Int8)", 2, "nnxx"},
        Case{"Array(String)", 1, one + "\x02xy"},
        Case{"Array(String)", 1, std::string(8, '\0')},
        Case{"Map(UInt8, String)", 1, one + "k\x01v"},
        Case{"Tuple(a UInt8, `b, (c` Array(UInt8))", 1, "x" + one + "y"},
        Case{"LowCardinality(String)",
             2,
             "version." + "\x00\x02\0\0\0\0\0\0"s + one + "\x01k" + "\x02\0\0\0\0\0\0\0ii"s},
        Case{"String", 0, ""}}) {
    NativeReader reader(data);
    EXPECT_EQ(SkipNativeColumn(type, rows, reader), NativeSkip::kDone) << type;
    EXPECT_TRUE(reader.IsAtEnd()) << type;
    if (data.empty()) continue;
    NativeReader short_reader(std::string_view(data).substr(0, data.size() - 1));
    EXPECT_EQ(SkipNativeColumn(type, rows, short_reader), NativeSkip::kShort) << type;
  }
}

TEST(SkipNativeColumn, DoesNotGuess) {
  for (const auto* const type : {"JSON",
                                 "Variant(UInt8, String)",
                                 "Dynamic",
                                 "AggregateFunction(sum, UInt8)",
                                 "Array(JSON)",
                                 "Tuple()",
                                 ""}) {
    const std::string data(100, '\1');
    NativeReader reader(data);
    EXPECT_NE(SkipNativeColumn(type, 1, reader), NativeSkip::kDone) << type;
  }
}

}  // namespace
}  // namespace polyhouse::engine
