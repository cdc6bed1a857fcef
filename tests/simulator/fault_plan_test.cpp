#include "fault_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "record_faults.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

TEST(FaultPlan, NamesTheValidFaultsWhenOneIsUnknown) {
  const Result<FaultPlan> plan = FaultPlan::Parse("429=0.1,teapot=1", 1);

  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().kind, ErrorKind::kConfig);
  EXPECT_THAT(plan.error().message, HasSubstr("\"teapot\""));
  EXPECT_THAT(plan.error().message, HasSubstr("429ra"));
}

TEST(FaultPlan, RefusesWhatIsNoProbability) {
  for (const char* spec :
       {"429", "429=", "429=x", "429=1.5", "429=-0.1", "429=nan", "500=0.7,429=0.7"}) {
    EXPECT_FALSE(FaultPlan::Parse(spec, 1)) << spec;
  }
}

TEST(FaultPlan, MeetsRequestsAsOftenAsAsked) {
  FaultPlan plan = *FaultPlan::Parse("429=0.1,slow=0.3", 7);
  std::map<FaultKind, int> met;
  for (int i = 0; i < 10'000; ++i) {
    if (const auto fault = plan.Next()) ++met[fault->kind];
  }

  EXPECT_NEAR(met[FaultKind::k429], 1000, 150);
  EXPECT_NEAR(met[FaultKind::kSlow], 3000, 200);
}

TEST(FaultPlan, IsTheSameForTheSameSeed) {
  const auto sequence = [](std::uint64_t seed) {
    FaultPlan plan = *FaultPlan::Parse("500=0.5", seed);
    std::string met;
    for (int i = 0; i < 64; ++i) met += plan.Next() ? 'x' : '.';
    return met;
  };

  EXPECT_EQ(sequence(3), sequence(3));
  EXPECT_NE(sequence(3), sequence(4));
}

TEST(BadRecord, GoesThroughFormsThatAllDiffer) {
  std::set<std::string> forms;
  for (std::uint64_t i = 0; i < BadRecordKinds(); ++i) {
    forms.insert(
        BadRecord(R"({"id":"1","question":"?","closed":true,"outcomes":"[]","createdAt":"x"})", i));
  }

  EXPECT_EQ(forms.size(), BadRecordKinds());
  EXPECT_TRUE(forms.contains("null"));
  EXPECT_TRUE(forms.contains(
      R"({"id":"12a","question":"?","closed":true,"outcomes":"[]","createdAt":"x"})"));
}

}  // namespace
}  // namespace polyhouse
