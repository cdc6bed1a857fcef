#include "codec/event_markets.h"

#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(MarketIdsOfEvent, GivesTheIdsOfItsMarkets) {
  EXPECT_THAT(ValueOf(MarketIdsOfEvent(R"({"id":"5","markets":[{"id":"1"},{"id":2},{}]})")),
              ElementsAre("1", "2"));
  EXPECT_THAT(ValueOf(MarketIdsOfEvent(R"({"id":"5","markets":null})")), IsEmpty());
  EXPECT_THAT(MarketIdsOfEvent("<html>"), HasError(ErrorKind::kMalformed));
  EXPECT_THAT(MarketIdsOfEvent(R"({"error":"Too Many Requests"})"),
              HasError(ErrorKind::kMalformed));
}

TEST(MarketIdsOfEvent, IsNotStoppedByInvalidUtf8InATitle) {
  EXPECT_THAT(ValueOf(MarketIdsOfEvent(
                  "{\"id\":\"5\",\"title\":\"\xff\",\"markets\":[{\"id\":\"1\",\"q\":\"\xff\"}]}")),
              ElementsAre("1"));
  EXPECT_THAT(MarketIdsOfEvent("{\"markets\":[{\"id\":\"1\xff\"}]}"),
              HasError(ErrorKind::kMalformed, "invalid UTF-8"));
}

}  // namespace
}  // namespace polyhouse
