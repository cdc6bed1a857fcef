#include "order_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "generated_world.h"

namespace polyhouse {
namespace {

using testing::ElementsAreArray;

TEST(OrderIndex, StaysWhatANewOneWouldBeWhileTheWorldMoves) {
  GeneratedWorld world(
      {.seed = 4, .markets = 500, .events = 90, .archive_every = 3, .five_minute = 4});
  for (const Listing listing : {Listing::kMarkets, Listing::kEvents}) {
    const Rows& rows = world.Records(listing);
    for (const auto& fields : std::vector<std::vector<OrderField>>{
             {}, {OrderField::kEndDate}, {OrderField::kVolume, OrderField::kCreatedAt}}) {
      for (const std::optional<bool> closed : {std::optional(true), std::optional(false), {}}) {
        OrderIndex index(rows, fields, closed);
        for (int i = 0; i < 40; ++i) {
          WorldChange change =
              i % 10 == 9 ? world.Vanish(listing, static_cast<RowNumber>(i * 3)) : world.Tick();
          index.Update(listing == Listing::kMarkets ? change.markets : change.events);
        }
        EXPECT_THAT(index.Ascending(),
                    ElementsAreArray(OrderIndex(rows, fields, closed).Ascending()));
      }
    }
  }
}

}  // namespace
}  // namespace polyhouse
