#include "drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polyhouse {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Drift, IsReadFromASpec) {
  const Drift drift =
      *Drift::Parse("page-cap=50,order-ignored,field-gone=a,field-gone=b,new-field");

  EXPECT_EQ(drift.page_cap, 50U);
  EXPECT_TRUE(drift.order_ignored);
  EXPECT_FALSE(drift.closed_ignored);
  EXPECT_THAT(drift.records.gone_fields, ElementsAre("a", "b"));
  EXPECT_TRUE(drift.records.has_new_field);
  EXPECT_TRUE(Drift::Parse("")->records.IsNone());
}

TEST(Drift, NamesWhatIsValidWhenASpecIsNot) {
  for (const char* spec : {"teapot",
                           "page-cap",
                           "page-cap=",
                           "page-cap=0",
                           "page-cap=x",
                           "page-cap=5x",
                           "field-gone",
                           "field-gone=",
                           "new-field=1",
                           "new-field="}) {
    const auto drift = Drift::Parse(spec);
    ASSERT_FALSE(drift) << spec;
    EXPECT_THAT(drift.error().message, AllOf(HasSubstr(spec), HasSubstr("field-gone=NAME")));
  }
}

TEST(RecordDrift, ChangesOnlyWhatItNames) {
  const std::string record =
      R"({"id":"1","createdAt":"2026-01-01T00:00:00.5Z","closedTime":"2020-11-02 16:31:01+00","endDate":null})";
  RecordDrift drift;
  EXPECT_EQ(ApplyDrift(record, drift), record);

  drift.has_epoch_dates = true;
  EXPECT_EQ(ApplyDrift(record, drift),
            R"({"id":"1","createdAt":1767225600500,"closedTime":1604334661000,"endDate":null})");
  drift = {.gone_fields = {"closedTime", "id", "none"}};
  EXPECT_EQ(ApplyDrift(record, drift), R"({"createdAt":"2026-01-01T00:00:00.5Z","endDate":null})");
  drift = {.has_new_field = true};
  EXPECT_THAT(ApplyDrift(record, drift), HasSubstr(R"("endDate":null,"driftedField":{)"));
}

}  // namespace
}  // namespace polyhouse
