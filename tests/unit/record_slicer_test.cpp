#include "codec/record_slicer.h"

#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SliceArray, GivesEachElementWithoutTheSpaceAroundIt) {
  const auto slices = SliceArray("[ {\"a\": 1} ,\n{\"b\":2},3 , \"x\",null ]");

  ASSERT_THAT(slices, IsOk());
  EXPECT_THAT(*slices, ElementsAre("{\"a\": 1}", "{\"b\":2}", "3", "\"x\"", "null"));
}

TEST(SliceArray, IsNotMisledByWhatStringsHold) {
  const auto slices = SliceArray(R"([{"a":"],["},{"b":"\"}],{"},{"c":"\\"},"\\\",]"])");

  ASSERT_THAT(slices, IsOk());
  EXPECT_THAT(*slices,
              ElementsAre(R"({"a":"],["})", R"({"b":"\"}],{"})", R"({"c":"\\"})", R"("\\\",]")"));
}

TEST(SliceArray, KeepsNestedListsAndObjectsWhole) {
  const auto slices = SliceArray(R"([[1,[2,3]],{"a":[{"b":[]}]}])");

  ASSERT_THAT(slices, IsOk());
  EXPECT_THAT(*slices, ElementsAre("[1,[2,3]]", R"({"a":[{"b":[]}]})"));
}

TEST(SliceArray, StopsAtTheEndOfTheArray) {
  const auto slices = SliceArray(R"([1,2],"next_cursor":"x"}])");

  ASSERT_THAT(slices, IsOk());
  EXPECT_THAT(*slices, ElementsAre("1", "2"));
}

TEST(SliceArray, OfAnEmptyArrayIsNothing) {
  EXPECT_THAT(*SliceArray("[]"), IsEmpty());
  EXPECT_THAT(*SliceArray("[ \n ]"), IsEmpty());
}

TEST(SliceArray, IsMalformedWhereverTheArrayIsCutOff) {
  const std::string_view whole = R"([{"a":"x\"y"},[1,{"b":"]"}]])";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(SliceArray(whole.substr(0, size)), HasError(ErrorKind::kMalformed)) << size;
  }
}

struct BytesCase {
  const char* what;
  std::string_view text;
  std::string_view clean;
};

TEST(WithoutForbiddenBytes, PutsAQuestionMarkForEachByteThatIsNotUtf8) {
  const BytesCase table[] = {
      {"valid text", "a é € 😀 \x7f", "a é € 😀 \x7f"},
      {"the largest character", "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"},
      {"a lone continuation", "a\x80z", "a?z"},
      {"never valid", "\xC0\xC1\xF5\xFF", "????"},
      {"overlong slash, two bytes", "\xC0\xAF", "??"},
      {"overlong, three bytes", "\xE0\x80\xAF", "???"},
      {"overlong, four bytes", "\xF0\x80\x80\xAF", "????"},
      {"a surrogate", "\xED\xA0\x80", "???"},
      {"the last before the surrogates", "\xED\x9F\xBF", "\xED\x9F\xBF"},
      {"above the largest", "\xF4\x90\x80\x80", "????"},
      {"cut off, two bytes", "a\xC3", "a?"},
      {"cut off, three bytes", "a\xE2\x82", "a??"},
      {"cut off, four bytes", "a\xF0\x9F\x98", "a???"},
      {"broken by a letter", "\xE2\x82z", "??z"},
      {"broken by a character", "\xE2é", "?é"},
      {"Latin-1", "caf\xE9 \"x\"", "caf? \"x\""},
  };
  for (const BytesCase& row : table) {
    EXPECT_EQ(WithoutForbiddenBytes(row.text), row.clean) << row.what;
  }
}

TEST(WithoutForbiddenBytes, PutsAQuestionMarkForEachControlCharacterInsideAString) {
  const BytesCase table[] = {
      {"outside of strings", "{\n\t\"a\"\r:\x01}", "{\n\t\"a\"\r:\x01}"},
      {"inside", "\"a\tb\nc\x01\"\n", "\"a?b?c?\"\n"},
      {"a zero", std::string_view("\"\0\"\0", 4), std::string_view("\"?\"\0", 4)},
      {"behind an escaped quote", R"("\"	")", R"("\"?")"},
      {"behind an escaped backslash", "\"\\\\\"\t\"\t\"", "\"\\\\\"\t\"?\""},
      {"escaped itself", "\"\\\t\"\t", "\"\\?\"\t"},
      {"the last of all characters", "\"\x7f\"", "\"\x7f\""},
  };
  for (const BytesCase& row : table) {
    EXPECT_EQ(WithoutForbiddenBytes(row.text), row.clean) << row.what;
  }
}

}  // namespace
}  // namespace polyhouse
