#include "chain/endpoint_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polyhouse {
namespace {

using testing::HasSubstr;

TEST(EndpointSpec, IsHonestWhenEmpty) {
  Result<EndpointSpec> spec = EndpointSpec::Parse("", 1);
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->chain, 137U);
  EXPECT_TRUE(spec->takes_batches);
  EXPECT_TRUE(spec->has_timestamps);
  EXPECT_FALSE(spec->range || spec->results || spec->size);
  EXPECT_FALSE(spec->faults.Next());
}

TEST(EndpointSpec, TakesEveryKeyAndFaults) {
  Result<EndpointSpec> spec = EndpointSpec::Parse(
      "lag=1,back=2,lie=3,range=4,results=5,size=6,pruned=7,chain=8,wording=9,batch=off,"
      "timestamp=off,drop=0.5,html=1",
      1);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->lag, 1U);
  EXPECT_EQ(spec->back, 2U);
  EXPECT_EQ(spec->lie, 3U);
  EXPECT_EQ(spec->range, 4U);
  EXPECT_EQ(spec->results, 5U);
  EXPECT_EQ(spec->size, 6U);
  EXPECT_EQ(spec->pruned, 7U);
  EXPECT_EQ(spec->chain, 8U);
  EXPECT_EQ(spec->wording, 9U);
  EXPECT_FALSE(spec->takes_batches);
  EXPECT_FALSE(spec->has_timestamps);
  EXPECT_EQ(spec->drop, 0.5);
  const std::optional<Fault> fault = spec->faults.Next();
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kHtml200);
}

TEST(EndpointSpec, NamesWhatIsValid) {
  for (const std::string text :
       {"lag", "lag=-1", "batch=1", "drop=1.5", "drop=x", "stuck=0.1", "bogus=1", "429=2"}) {
    const Result<EndpointSpec> spec = EndpointSpec::Parse(text, 1);
    ASSERT_FALSE(spec) << text;
    EXPECT_THAT(spec.error().message, HasSubstr("429")) << text;
  }
}

}  // namespace
}  // namespace polyhouse
