#include "engine/engine_error.h"

#include <gmock/gmock.h>

namespace polyhouse::engine {
namespace {

TEST(ParseEngineError, ReadsCodeAndKeepsText) {
  const auto error =
      ParseEngineError("Code: 60. DB::Exception: Table t does not exist. (UNKNOWN_TABLE)");

  EXPECT_EQ(error.code, 60);
  EXPECT_EQ(error.text, "Code: 60. DB::Exception: Table t does not exist. (UNKNOWN_TABLE)");
}

TEST(ParseEngineError, LeavesTheVersionOut) {
  EXPECT_EQ(
      ParseEngineError("Code: 33. DB::Exception: Cannot read all data. (CANNOT_READ_ALL_DATA) "
                       "(version 26.7.2.1)")
          .text,
      "Code: 33. DB::Exception: Cannot read all data. (CANNOT_READ_ALL_DATA)");
  EXPECT_EQ(ParseEngineError("Code: 33. DB::Exception: Cannot read. (CANNOT_READ_ALL_DATA) "
                             "(version 26.7.2.1 (official build))")
                .text,
            "Code: 33. DB::Exception: Cannot read. (CANNOT_READ_ALL_DATA)");
}

TEST(ParseEngineError, ReducesRepeatedLayersToOne) {
  const auto error = ParseEngineError(
      "Code: 73. DB::Exception: Code: 73. DB::Exception: Code: 73. DB::Exception: Unknown format "
      "nope. Maybe: ['One','Npy']. (UNKNOWN_FORMAT) (version 26.7.2.1). (UNKNOWN_FORMAT) (version "
      "26.7.2.1). (UNKNOWN_FORMAT)");

  EXPECT_EQ(error.code, 73);
  EXPECT_EQ(error.text,
            "Code: 73. DB::Exception: Unknown format nope. Maybe: ['One','Npy']. (UNKNOWN_FORMAT)");
}

TEST(ParseEngineError, KeepsBracketsAndVersionsInsideTheSentence) {
  const std::string text =
      "Code: 1. DB::Exception: part (ABC) (version 1), then (x) more. (UNSUPPORTED_METHOD)";

  EXPECT_EQ(ParseEngineError(text).text, text);
}

TEST(ParseEngineError, SkipsWordsBeforeTheCode) {
  EXPECT_EQ(ParseEngineError("Error: Code: 62. DB::Exception: Syntax error. (SYNTAX_ERROR)").code,
            62);
}

TEST(ParseEngineError, TakesTextWithoutCodeAsUnknown) {
  const auto error = ParseEngineError("Invalid or closed connection");

  EXPECT_EQ(error.code, 1002);
  EXPECT_EQ(error.text,
            "Code: 1002. DB::Exception: Invalid or closed connection (UNKNOWN_EXCEPTION)");
}

TEST(ParseEngineError, SurvivesBrokenMessages) {
  for (const auto* const text : {"",
                                 "Code: ",
                                 "Code: x. DB::Exception: y",
                                 "Code: 99999999999999. ",
                                 " (version ",
                                 "Code: 5. DB::Exception: ",
                                 "Code: 5. DB::Exception: ()"}) {
    EXPECT_NE(ParseEngineError(text).code, 0) << text;
  }
}

TEST(FailWith, WordsErrorsAsTheEngineDoes) {
  const auto error = FailWith(EngineCode::kUnknownSetting, "Unknown setting 'x'.").value();

  EXPECT_EQ(error.code, 115);
  EXPECT_EQ(error.text, "Code: 115. DB::Exception: Unknown setting 'x'. (UNKNOWN_SETTING)");
}

TEST(HttpStatusOf, FollowsClickHouse) {
  struct Case {
    int code;
    unsigned status;
  };
  for (const auto& [code, status] : {Case{60, 404},
                                     Case{81, 404},
                                     Case{115, 404},
                                     Case{62, 400},
                                     Case{27, 400},
                                     Case{6, 400},
                                     Case{48, 501},
                                     Case{159, 408},
                                     Case{164, 500},
                                     Case{194, 401},
                                     Case{202, 503},
                                     Case{229, 413},
                                     Case{241, 500},
                                     Case{497, 403},
                                     Case{516, 403},
                                     Case{33, 500},
                                     Case{0, 500}}) {
    EXPECT_EQ(HttpStatusOf(code), status) << code;
  }
}

TEST(ParseEngineError, KnowsErrorsOfTheSystem) {
  const auto error = ParseEngineError(
      "Code: 76. DB::ErrnoException: Cannot open file /x: , errno: 13. (CANNOT_OPEN_FILE)");

  EXPECT_EQ(error.code, 76);
  EXPECT_EQ(error.text,
            "Code: 76. DB::Exception: Cannot open file /x: , errno: 13. (CANNOT_OPEN_FILE)");
}

}  // namespace
}  // namespace polyhouse::engine
