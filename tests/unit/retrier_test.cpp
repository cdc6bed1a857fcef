#include "flow/retrier.h"

#include "support/fake_clock.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class RetrierTest : public testing::Test {
 protected:
  Retrier Make(milliseconds give_up_after = {}) {
    return Retrier(
        {{milliseconds(100), seconds(1)}, give_up_after},
        [this](const Error& error, milliseconds) { reported_.push_back(error.message); },
        clock_,
        1,
        [this] { ++recovered_; });
  }
  /// Fails `failures_` times, then succeeds.
  Result<int> Work() {
    ++calls_;
    if (calls_ <= failures_) return Error{ErrorKind::kTransient, "busy", retry_after_};
    return 7;
  }
  auto Operation() {
    return [this] { return Work(); };
  }

  FakeClock clock_;
  std::vector<std::string> reported_;
  int calls_ = 0;
  int failures_ = 0;
  int recovered_ = 0;
  std::optional<milliseconds> retry_after_;
};

TEST_F(RetrierTest, GivesTheFirstSuccessAndTellsOfEachFailureBefore) {
  failures_ = 3;

  EXPECT_EQ(ValueOf(Make().Do(Operation(), {})), 7);

  EXPECT_EQ(calls_, 4);
  EXPECT_THAT(reported_, ElementsAre("busy", "busy", "busy"));
  EXPECT_EQ(recovered_, 1);

  EXPECT_EQ(ValueOf(Make().Do(Operation(), {})), 7);
  EXPECT_EQ(recovered_, 1) << "Nothing had failed.";
}

TEST_F(RetrierTest, HandsOnWhatRepeatingDoesNotHelp) {
  const auto refuse = [&]() -> Status {
    ++calls_;
    return RejectedError("never");
  };

  EXPECT_THAT(Make().Do(refuse, {}), HasError(ErrorKind::kRejected, "never"));

  EXPECT_EQ(calls_, 1);
  EXPECT_THAT(reported_, IsEmpty());
}

TEST_F(RetrierTest, WaitsAsLongAsItIsAsked) {
  failures_ = 1;
  retry_after_ = seconds(40);
  const SteadyTime begun = clock_.Steady();

  EXPECT_THAT(Make().Do(Operation(), {}), IsOk());

  EXPECT_GE(clock_.Steady() - begun, seconds(40));
}

TEST_F(RetrierTest, GivesUpAfterItsTimeWithTheLastError) {
  failures_ = 1'000;
  const SteadyTime begun = clock_.Steady();

  EXPECT_THAT(Make(seconds(10)).Do(Operation(), {}), HasError(ErrorKind::kTransient, "busy"));

  EXPECT_GE(clock_.Steady() - begun, seconds(10));
  EXPECT_LT(clock_.Steady() - begun, seconds(12));
}

TEST_F(RetrierTest, NeverGivesUpWithoutATime) {
  failures_ = 10'000;

  EXPECT_THAT(Make().Do(Operation(), {}), IsOk());
}

TEST_F(RetrierTest, StopsBeforeTheNextCall) {
  failures_ = 1'000;
  std::stop_source stop;
  clock_.on_sleep = [&] { stop.request_stop(); };

  EXPECT_THAT(Make().Do(Operation(), stop.get_token()), HasError(ErrorKind::kStopping));

  EXPECT_EQ(calls_, 1);
}

TEST_F(RetrierTest, RepeatsOnlyWhileItMay) {
  failures_ = 1'000;
  const auto twice = [](const Error&, std::uint32_t failures) { return failures <= 2; };

  EXPECT_THAT(Make().DoWhile(twice, Operation(), {}), HasError(ErrorKind::kTransient));

  EXPECT_EQ(calls_, 3);
}

TEST_F(RetrierTest, TriesAtOnceForAPerson) {
  failures_ = 1'000;
  const SteadyTime begun = clock_.Steady();

  EXPECT_THAT(TryTimes(5, Operation(), {}), HasError(ErrorKind::kTransient));

  EXPECT_EQ(calls_, 5);
  EXPECT_EQ(clock_.Steady(), begun);
}

}  // namespace
}  // namespace polyhouse
