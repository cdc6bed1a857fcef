#include "engine/request_params.h"

#include <gmock/gmock.h>

namespace polyhouse::engine {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(AddParam, TellsOurNamesFromParametersAndSettings) {
  RequestParams params;
  for (const auto& [name, value] : {std::pair("query", "SELECT {x:Int8}"),
                                    std::pair("database", "d"),
                                    std::pair("default_format", "JSON"),
                                    std::pair("query_id", "q"),
                                    std::pair("param_x", "5"),
                                    std::pair("max_threads", "1"),
                                    std::pair("readonly", "2")}) {
    ASSERT_TRUE(AddParam(params, name, value)) << name;
  }

  EXPECT_EQ(params.query, "SELECT {x:Int8}");
  EXPECT_EQ(params.database, "d");
  EXPECT_EQ(params.default_format, "JSON");
  EXPECT_EQ(params.query_id, "q");
  EXPECT_THAT(params.parameters, ElementsAre(Pair("x", "5")));
  EXPECT_THAT(params.settings, ElementsAre(Pair("max_threads", "1")));
}

TEST(AddParam, RefusesWhatItCannotHonour) {
  RequestParams params;

  for (const auto* const name :
       {"session_id", "session_timeout", "session_check", "close_session", "role"}) {
    EXPECT_EQ(AddParam(params, name, "1").error().code, 48) << name;
  }
  EXPECT_TRUE(params.settings.empty());
}

TEST(AddParam, TakesCompressionAndLeavesCredentialsToOthers) {
  RequestParams params;
  for (const auto* const name :
       {"compress", "decompress", "enable_http_compression", "user", "password", "quota_key"}) {
    ASSERT_TRUE(AddParam(params, name, "1")) << name;
  }

  EXPECT_TRUE(params.compress);
  EXPECT_TRUE(params.decompress);
  EXPECT_TRUE(params.enable_http_compression);
  EXPECT_TRUE(params.settings.empty());
  ASSERT_TRUE(AddParam(params, "compress", "0"));
  EXPECT_FALSE(params.compress);
}

TEST(SetStatement, QuotesValues) {
  EXPECT_EQ(SetStatement({}).value(), "");
  EXPECT_EQ(SetStatement({{"a", "1"}, {"b", R"(x', readonly = '0\)"}}).value(),
            R"(SET a = '1', b = 'x\', readonly = \'0\\')");
}

TEST(SetStatement, RefusesNamesThatAreNoIdentifiers) {
  for (const auto* const name : {"", "a b", "a=1, b", "a;", "é"}) {
    EXPECT_EQ(SetStatement({{name, "1"}}).error().code, 115) << name;
  }
}

TEST(QuotedName, EscapesBackquotes) {
  EXPECT_EQ(QuotedName("a`b\\"), R"(`a\`b\\`)");
}

TEST(NewQueryId, IsNewEachTime) {
  EXPECT_EQ(NewQueryId().size(), 36);
  EXPECT_NE(NewQueryId(), NewQueryId());
}

}  // namespace
}  // namespace polyhouse::engine
