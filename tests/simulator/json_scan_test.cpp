#include "json_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polyhouse {
namespace {

using testing::ElementsAre;

constexpr std::string_view kObject =
    R"({ "a" : 1, "text": "with \"quotes\" } ]", "nested":{"a":2,"b":[{}]}, "last":null })";

TEST(JsonScan, FindsOnlyTheObjectsOwnFields) {
  EXPECT_EQ(FindField(kObject, "a"), "1");
  EXPECT_EQ(FindField(kObject, "text"), R"("with \"quotes\" } ]")");
  EXPECT_EQ(FindField(kObject, "nested"), R"({"a":2,"b":[{}]})");
  EXPECT_EQ(FindField(kObject, "last"), "null");
  EXPECT_FALSE(FindField(kObject, "b"));
}

TEST(JsonScan, TakesFieldsOutWithTheirComma) {
  EXPECT_EQ(WithoutField(R"({"a":1,"b":2,"c":3})", "a"), R"({"b":2,"c":3})");
  EXPECT_EQ(WithoutField(R"({"a":1,"b":2,"c":3})", "b"), R"({"a":1,"c":3})");
  EXPECT_EQ(WithoutField(R"({"a":1,"b":2,"c":3})", "c"), R"({"a":1,"b":2})");
  EXPECT_EQ(WithoutField(R"({"a":1})", "a"), "{}");
  EXPECT_EQ(WithoutField(R"({"a":1})", "b"), R"({"a":1})");
}

TEST(JsonScan, PutsFieldsIn) {
  EXPECT_EQ(WithField(R"({"a":1,"b":2})", "a", "[]"), R"({"a":[],"b":2})");
  EXPECT_EQ(WithField(R"({"a":1 })", "b", "2"), R"({"a":1,"b":2})");
  EXPECT_EQ(WithFieldsAtEnd("{}", R"("b":2)"), R"({"b":2})");
}

TEST(JsonScan, SplitsArrays) {
  EXPECT_THAT(ElementsOf(R"([ 1 , "a,]" ,{"x":[1,2]},null])"),
              ElementsAre("1", R"("a,]")", R"({"x":[1,2]})", "null"));
  EXPECT_THAT(ElementsOf("[]"), ElementsAre());
  EXPECT_THAT(ElementsOf("{}"), ElementsAre());
}

}  // namespace
}  // namespace polyhouse
