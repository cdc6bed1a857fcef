#include "base/result.h"

#include "support/result_matchers.h"

namespace polyhouse {
namespace {

TEST(Result, HoldsTheErrorThatTookItsValuesPlace) {
  const Result<int> result = TransientError("busy");

  EXPECT_THAT(result, HasError(ErrorKind::kTransient, "busy"));
}

TEST(Result, IsFalseWithAnErrorAndTrueWithAValueThatIsZero) {
  EXPECT_FALSE(Result<int>(RejectedError("no")).has_value());
  EXPECT_TRUE(Result<int>(0).has_value());
}

TEST(Error, PutsEachContextBeforeTheLastAndKeepsKindAndWait) {
  Error error{ErrorKind::kTransient, "HTTP 429", std::chrono::seconds(7)};

  error = std::move(error).WithContext("page 3");
  error = std::move(error).WithContext("markets");

  EXPECT_EQ(error.message, "markets: page 3: HTTP 429");
  EXPECT_EQ(error.kind, ErrorKind::kTransient);
  EXPECT_EQ(error.retry_after, std::chrono::seconds(7));
}

TEST(ErrorKind, HasAWordOfItsOwnForLogsAndDeadLetters) {
  EXPECT_EQ(ToString(ErrorKind::kTransient), "transient");
  EXPECT_EQ(ToString(ErrorKind::kRejected), "rejected");
  EXPECT_EQ(ToString(ErrorKind::kMalformed), "malformed");
  EXPECT_EQ(ToString(ErrorKind::kConfig), "config");
  EXPECT_EQ(ToString(ErrorKind::kStopping), "stopping");
}

}  // namespace
}  // namespace polyhouse
