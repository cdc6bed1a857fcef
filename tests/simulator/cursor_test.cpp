#include "cursor.h"

#include <gtest/gtest.h>

#include "base64.h"

namespace polyhouse {
namespace {

const CursorScope kScope{Listing::kMarkets, 77, 3};
const SortKey kKey{{12.5, std::string("text \"x\""), std::monostate()}, 559653};

TEST(Cursor, LeadsBackToItsKey) {
  const Result<SortKey> key = DecodeCursor(kScope, EncodeCursor(kScope, kKey));

  ASSERT_TRUE(key);
  EXPECT_EQ(*key, kKey);
}

TEST(Cursor, IsRefusedByAnotherListingFilterOrOrder) {
  const std::string cursor = EncodeCursor(kScope, kKey);

  EXPECT_FALSE(DecodeCursor({Listing::kEvents, 77, 3}, cursor));
  EXPECT_FALSE(DecodeCursor({Listing::kMarkets, 78, 3}, cursor));
  EXPECT_FALSE(DecodeCursor({Listing::kMarkets, 77, 2}, cursor));
}

TEST(Cursor, IsRefusedWhenMalformed) {
  const std::string cursor = EncodeCursor(kScope, kKey);

  for (const std::string& text : {std::string("not a cursor!"),
                                  std::string("AAAA"),
                                  cursor.substr(0, cursor.size() / 2),
                                  EncodeBase64Url("[]"),
                                  EncodeBase64Url(R"({"keys":[]})")}) {
    EXPECT_FALSE(DecodeCursor(kScope, text)) << text;
  }
}

TEST(Base64, AgreesWithTheExamplesOfRfc4648) {
  EXPECT_EQ(EncodeBase64("f"), "Zg==");
  EXPECT_EQ(EncodeBase64("foob"), "Zm9vYg==");
  EXPECT_EQ(EncodeBase64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(EncodeBase64Url("\xff\xfe"), "__4");
  EXPECT_EQ(DecodeBase64Url("__4"), "\xff\xfe");
}

}  // namespace
}  // namespace polyhouse
