#include "flow/request_pacer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/files/shared_rate_files.h"
#include "support/fake_clock.h"
#include "support/result_matchers.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class RequestPacerTest : public testing::Test {
 protected:
  RequestPacer Pacer(PaceOptions options = {}) {
    options.bucket = "gamma/markets";
    return {options, *store_, events_, clock_};
  }
  /// Answers as they come while all is well.
  void Answer(RequestPacer& pacer, int times, milliseconds latency = milliseconds(100)) {
    for (int i = 0; i < times; ++i) {
      clock_.Advance(milliseconds(100));
      pacer.Note(200, latency, {});
    }
  }

  ScratchDir dir_;
  FakeClock clock_;
  std::unique_ptr<RateStore> store_ = ValueOf(OpenSharedRateFiles(dir_.path() + "/rates", clock_));
  telemetry::Log log_{telemetry::Level::kError, telemetry::LogFormat::kText};
  telemetry::PipelineEvents events_{log_};
};

TEST_F(RequestPacerTest, HalvesItsPaceForARefusalAndComesBackByAndBy) {
  auto pacer = Pacer();
  for (const int status : {429, 403, 503}) {
    clock_.Advance(seconds(60));
    Answer(pacer, 300);
    ASSERT_DOUBLE_EQ(pacer.pace(), 1) << status;
    pacer.Note(status, milliseconds(10), {});
    EXPECT_DOUBLE_EQ(pacer.pace(), 0.5) << status;
  }
  Answer(pacer, 60);
  EXPECT_GT(pacer.pace(), 0.6);
  EXPECT_LT(pacer.pace(), 0.9);
  EXPECT_EQ(events_.Snapshot().paces["gamma/markets"].reductions, 3U);
}

TEST_F(RequestPacerTest, CountsRefusalsOfRequestsThatWereUnderWayTogetherOnce) {
  auto pacer = Pacer();

  for (int i = 0; i < 8; ++i) pacer.Note(429, milliseconds(10), {});

  EXPECT_DOUBLE_EQ(pacer.pace(), 0.5);
}

/// Over the limit the API does not refuse but queues: latency is the first sign.
TEST_F(RequestPacerTest, SlowsDownWhenAnswersTakeEverLonger) {
  auto pacer = Pacer();
  Answer(pacer, 50, milliseconds(200));
  ASSERT_DOUBLE_EQ(pacer.pace(), 1);

  Answer(pacer, 30, milliseconds(2'000));

  EXPECT_LT(pacer.pace(), 0.7);
  Answer(pacer, 400, milliseconds(200));
  EXPECT_DOUBLE_EQ(pacer.pace(), 1);
}

TEST_F(RequestPacerTest, TakesAServerThatStaysSlowForUsualInTheEnd) {
  auto pacer = Pacer();
  Answer(pacer, 50, milliseconds(300));
  Answer(pacer, 5'000, milliseconds(3'000));

  EXPECT_DOUBLE_EQ(pacer.pace(), 1);
}

TEST_F(RequestPacerTest, NeverStopsAltogether) {
  auto pacer = Pacer({.least = 0.1});

  for (int i = 0; i < 50; ++i) {
    clock_.Advance(seconds(5));
    pacer.Note(503, milliseconds(10), {});
  }

  EXPECT_DOUBLE_EQ(pacer.pace(), 0.1);
}

TEST_F(RequestPacerTest, GivesSlotsAtTheAllowedRateWhateverTheBurst) {
  const SlotRate rate{microseconds(1'000'000), 3};
  std::vector<seconds> waits;
  for (int i = 0; i < 6; ++i) {
    waits.push_back(std::chrono::round<seconds>(ValueOf(store_->TakeSlot("bucket", rate))));
  }

  EXPECT_THAT(
      waits,
      testing::ElementsAre(seconds(0), seconds(0), seconds(0), seconds(1), seconds(2), seconds(3)));
}

TEST_F(RequestPacerTest, SharesABucketWithOtherProcessesAndKeepsBucketsApart) {
  const SlotRate rate{microseconds(1'000'000), 1};
  ASSERT_THAT(store_->TakeSlot("one", rate), IsOk());
  auto other = ValueOf(OpenSharedRateFiles(dir_.path() + "/rates", clock_));

  EXPECT_GT(ValueOf(other->TakeSlot("one", rate)), microseconds(900'000));
  EXPECT_EQ(ValueOf(other->TakeSlot("two", rate)), microseconds(0));
}

TEST_F(RequestPacerTest, HoldsEverybodyBackForAsLongAsTheApiAsks) {
  auto pacer = Pacer({.requests = 300, .share = 1, .burst = 5});

  pacer.Note(429, milliseconds(10), seconds(30));

  const SlotRate rate{microseconds(33'333), 5};
  EXPECT_GE(ValueOf(store_->TakeSlot("gamma/markets", rate)), seconds(29));
}

TEST_F(RequestPacerTest, DoesNotWaitWithoutALimit) {
  auto pacer = Pacer({.requests = 0});

  for (int i = 0; i < 1'000; ++i) pacer.Wait({});

  EXPECT_TRUE(clock_.sleeps().empty());
}

TEST_F(RequestPacerTest, DoesNotWaitForAClockThatWasSetBack) {
  const SlotRate rate{microseconds(1'000'000), 1};
  ASSERT_THAT(store_->TakeSlot("bucket", rate), IsOk());
  auto pacer = Pacer();
  pacer.Wait({});

  clock_.SetWallClock(-std::chrono::hours(10));

  EXPECT_LE(ValueOf(store_->TakeSlot("bucket", rate)), seconds(1));
  pacer.Wait({});
  EXPECT_THAT(clock_.sleeps(), testing::Each(testing::Le(milliseconds(1'000))));
}

/// The steady clock begins anew with the machine, and the files stay.
TEST_F(RequestPacerTest, ForgetsWhatWasTakenBeforeTheMachineWasStartedAgain) {
  ASSERT_THAT(store_->HoldBack("bucket", std::chrono::minutes(50)), IsOk());
  FakeClock later;  // Of the next boot, which is younger.
  clock_.Advance(std::chrono::hours(2));
  ASSERT_THAT(store_->HoldBack("bucket", std::chrono::minutes(50)), IsOk());

  const auto next_boot = ValueOf(OpenSharedRateFiles(dir_.path() + "/rates", later));

  EXPECT_EQ(ValueOf(next_boot->TakeSlot("bucket", {microseconds(1'000'000), 1})), microseconds(0));
}

TEST_F(RequestPacerTest, SaysWhatIsWrongWithADirectoryThatCannotBeMade) {
  EXPECT_THAT(OpenSharedRateFiles("/proc/nowhere/rates", clock_), HasError(ErrorKind::kConfig));
}

}  // namespace
}  // namespace polyhouse
