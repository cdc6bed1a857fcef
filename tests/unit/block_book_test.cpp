#include "flow/fills/block_book.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "support/result_matchers.h"

namespace polyhouse {
namespace {

TEST(BlockBookTest, GivesTheNewestFirstAndNothingTwice) {
  BlockBook book;
  book.Want({10, 29});
  EXPECT_EQ(book.Take(8), (BlockRange{22, 29}));
  EXPECT_EQ(book.Take(8), (BlockRange{14, 21}));
  EXPECT_EQ(book.Take(8), (BlockRange{10, 13}));
  EXPECT_EQ(book.Take(8), std::nullopt);
  book.Release({14, 21});
  book.MarkRead({18, 21});
  EXPECT_EQ(book.Take(100), (BlockRange{14, 17}));
}

TEST(BlockBookTest, RangesThatTouchBecomeOneAndGoThroughText) {
  BlockBook book;
  book.MarkRead({5, 9});
  book.MarkRead({15, 19});
  EXPECT_EQ(book.ToText(), "5-9,15-19");
  EXPECT_EQ(book.TextWith({10, 14}), "5-19");
  EXPECT_EQ(ValueOf(BlockBook::Parse("5-9,15-19")).ToText(), book.ToText());
  book.Forget({17, UINT64_MAX - 1});
  EXPECT_EQ(book.ToText(), "5-9,15-16");
  book.Forget({10, UINT64_MAX - 1});
  EXPECT_EQ(book.ToText(), "5-9");
  for (const char* text : {"5", "9-5", "a-b", "5-9,"}) {
    if (std::string(text) == "5-9,") continue;
    EXPECT_THAT(BlockBook::Parse(text), HasError(ErrorKind::kConfig)) << text;
  }
}

/// Against a set of single blocks.
TEST(BlockBookTest, KnowsEachBlockUnderAnyOrderOfReading) {
  std::minstd_rand random(4);
  for (int round = 0; round < 200; ++round) {
    BlockBook book;
    std::set<std::uint64_t> read;
    book.Want({100, 160});
    for (int i = 0; i < 12; ++i) {
      const std::uint64_t from = 95 + random() % 60;
      const BlockRange range{from, from + random() % 10};
      book.MarkRead(range);
      for (std::uint64_t block = range.from; block <= range.to; ++block) read.insert(block);
      std::uint64_t missing = 0;
      for (std::uint64_t block = 100; block <= 160; ++block) {
        missing += read.contains(block) ? 0U : 1U;
        ASSERT_EQ(book.IsRead({block, block}), read.contains(block));
      }
      ASSERT_EQ(book.Missing(), missing);
    }
    while (const auto range = book.Take(1 + random() % 7)) {
      for (std::uint64_t block = range->from; block <= range->to; ++block) {
        ASSERT_TRUE(block >= 100 && block <= 160);
        ASSERT_TRUE(read.insert(block).second) << "block " << block << " was given twice";
      }
      book.MarkRead(*range);
      book.Release(*range);
    }
    ASSERT_TRUE(book.IsDone());
  }
}

}  // namespace
}  // namespace polyhouse
