#include "market_ids.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

TEST(MarketIds, LayPositionIdsOutAsTheProtocolDoes) {
  // Those of market 559651.
  const std::string condition =
      "0xa467b14d51f01b957109d9cbb1d6c124fab2a089d52ed8f471d23c2812e743b7";
  EXPECT_EQ(MakePositionId(condition, 0),
            "895257453734540292493143124621755605615887197499956109032745153687078305792");
  EXPECT_EQ(MakePositionId(condition, 1),
            "895257453734540292493143124621755605615887197499956109032745153687078305793");
}

TEST(MarketIds, LeadBackToTheirMarket) {
  for (const std::uint64_t id : {12U, 559'651U, 4'000'000'000U}) {
    EXPECT_EQ(MarketOfCondition(5, MakeConditionId(5, id)), id);
    EXPECT_EQ(MarketOfToken(5, MakeTokenId(5, id, 1)), id);
    EXPECT_EQ(MarketOfToken(5, MakeTokenId(5, id, 1) + "0"), std::nullopt);
  }
}

}  // namespace
}  // namespace polyhouse
