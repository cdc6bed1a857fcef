#include <vector>

#include "codec/entry_codec.h"
#include "support/result_matchers.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

/// The texts of the blocks marked as JSON in docs/stream_format.md.
std::vector<std::string> Examples() {
  const std::string text = ReadFile(std::string(DOCS_DIR) + "/stream_format.md");
  constexpr std::string_view kBegin = "```json\n";
  constexpr std::string_view kEnd = "\n```";
  std::vector<std::string> examples;
  for (std::size_t at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at)) {
    at += kBegin.size();
    examples.push_back(text.substr(at, text.find(kEnd, at) - at));
  }
  return examples;
}

template <class Row>
void ExpectByteForByte(const std::string& example) {
  const auto row = EntryDecoder<Row>().Decode(example);

  ASSERT_THAT(row, IsOk()) << example;
  EXPECT_NE(row->version, 0U);
  EXPECT_EQ(EncodeEntry(*row), example);
}

TEST(StreamFormatDocument, ShowsEachKindOfRowAsItIsWritten) {
  const auto examples = Examples();

  ASSERT_EQ(examples.size(), 3U) << "docs/stream_format.md: a market, an event, a page";
  ExpectByteForByte<Market>(examples[0]);
  ExpectByteForByte<Event>(examples[1]);
  ExpectByteForByte<LedgerRow>(examples[2]);
}

}  // namespace
}  // namespace polyhouse
