#include "request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polyhouse {
namespace {

using testing::ElementsAre;

TEST(Request, TakesRepeatedAndEscapedParametersApart) {
  const Request request = ParseTarget("GET", "/markets/keyset?id=1&id=2&slug=a%20b+c&flag&x=%zz&=");

  EXPECT_EQ(request.path, "/markets/keyset");
  EXPECT_THAT(request.Params("id"), ElementsAre("1", "2"));
  EXPECT_EQ(request.Param("id"), "2");
  EXPECT_EQ(request.Param("slug"), "a b c");
  EXPECT_EQ(request.Param("flag"), "");
  EXPECT_EQ(request.Param("x"), "%zz");
  EXPECT_EQ(request.Param("limit"), std::nullopt);
}

}  // namespace
}  // namespace polyhouse
