#include "contract/redis_fixture.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

class RedisLeaseTest : public RedisTest {
 protected:
  RedisOptions redis_;
  void SetUp() override {
    RedisTest::SetUp();
    if (!IsSkipped()) redis_ = Shared().options();
  }
  std::string Entries() { return Shared().Ask({"XLEN", kStream}); }
};

TEST_F(RedisLeaseTest, LetsOneWorkWhileTheOtherStandsByUntilItIsGivenBack) {
  auto first = Lease(redis_);
  ASSERT_THAT(first->Acquire({}), IsOk());
  const auto second = Lease(redis_, milliseconds(200));
  std::atomic<bool> acquired = false;
  std::jthread stand_by([&] {
    EXPECT_THAT(second->Acquire({}), IsOk());
    acquired = true;
  });
  ASSERT_TRUE(WaitUntil([&] { return stands_by_.load(); }));
  EXPECT_THAT(Writer(redis_, first.get())->Append(Page("1")), IsOk());
  EXPECT_THAT(Writer(redis_, second.get())->Append(Page("2")), HasError(ErrorKind::kStopping));
  EXPECT_FALSE(acquired);

  first.reset();

  ASSERT_TRUE(WaitUntil([&] { return acquired.load(); }));
  EXPECT_EQ(Entries(), "1");
}

TEST_F(RedisLeaseTest, IsKeptByRenewalLongerThanItsTime) {
  const auto lease = Lease(redis_, milliseconds(200));
  ASSERT_THAT(lease->Acquire({}), IsOk());
  // Redis tells by itself that four lives of the lease have passed.
  Shared().Ask({"SET", "timer", "x", "PX", "800"});
  ASSERT_TRUE(WaitUntil([&] { return Shared().Ask({"GET", "timer"}).empty(); }));

  EXPECT_EQ(Shared().Ask({"GET", "lease:ingest-test"}), lease->token());
  EXPECT_FALSE(lease->lost().stop_requested());
}

TEST_F(RedisLeaseTest, StopsStandingByWhenItIsStopped) {
  const auto first = Lease(redis_);
  ASSERT_THAT(first->Acquire({}), IsOk());
  std::stop_source stop;
  std::jthread stopper([&] {
    WaitUntil([&] { return stands_by_.load(); });
    stop.request_stop();
  });

  EXPECT_THAT(Lease(redis_)->Acquire(stop.get_token()), HasError(ErrorKind::kStopping));
}

/// The holder is cut off from its lease, as a process is that was paused, but not from the streams:
/// it still believes that it leads.
TEST_F(RedisLeaseTest, RefusesTheWritesOfALeaderThatWasPausedAndReplaced) {
  TcpProxy proxy(Shared().port());
  RedisOptions through = redis_;
  through.endpoints = {{"127.0.0.1", proxy.port()}};
  const auto paused = Lease(through, milliseconds(200));
  ASSERT_THAT(paused->Acquire({}), IsOk());
  const auto old_writer = Writer(redis_, paused.get());
  ASSERT_THAT(old_writer->Append(Page("1")), IsOk());

  proxy.Freeze();
  const auto heir = Lease(redis_);
  ASSERT_THAT(heir->Acquire({}), IsOk());

  EXPECT_FALSE(paused->lost().stop_requested());
  EXPECT_THAT(old_writer->Append(Page("old")), HasError(ErrorKind::kStopping));
  EXPECT_EQ(Entries(), "1");
  EXPECT_EQ(Shared().Ask({"GET", "state:cursor"}), "1");
  EXPECT_TRUE(paused->lost().stop_requested());
  EXPECT_THAT(Writer(redis_, heir.get())->Append(Page("2")), IsOk());
  proxy.Thaw();
}

TEST_F(RedisLeaseTest, NoticesByItselfThatItWasLost) {
  const auto lease = Lease(redis_, milliseconds(200));
  ASSERT_THAT(lease->Acquire({}), IsOk());

  Shared().Ask({"SET", "lease:ingest-test", "somebody"});

  EXPECT_TRUE(WaitUntil([&] { return lease->lost().stop_requested(); }));
}

TEST_F(RedisLeaseTest, DoesNotTakeAwayTheLeaseOfItsSuccessorWhenItEnds) {
  auto lease = Lease(redis_);
  ASSERT_THAT(lease->Acquire({}), IsOk());
  Shared().Ask({"SET", "lease:ingest-test", "somebody"});

  lease.reset();

  EXPECT_EQ(Shared().Ask({"GET", "lease:ingest-test"}), "somebody");
}

/// Each renewal touches the key that an append watches.
/// A lease that a dead process took before Redis' clock was set back by an hour.
TEST_F(RedisLeaseTest, TakesOverALeaseThatLastsLongerThanAnyCan) {
  Shared().Ask({"SET", "lease:ingest-test", "somebody", "PX", "3600000"});
  const auto lease = Lease(Shared().options(), std::chrono::milliseconds(300));

  EXPECT_THAT(lease->Acquire({}), IsOk());
}

TEST_F(RedisLeaseTest, DoesNotDisturbAppendsByItsRenewals) {
  const auto lease = Lease(redis_);
  ASSERT_THAT(lease->Acquire({}), IsOk());
  const auto writer = Writer(redis_, lease.get());
  std::jthread renewing([&](const std::stop_token& stop) {
    RedisServer& server = Shared();
    while (!stop.stop_requested()) server.Ask({"PEXPIRE", "lease:ingest-test", "30000"});
  });

  for (int i = 1; i <= 300; ++i) ASSERT_THAT(writer->Append(Page(std::to_string(i))), IsOk());

  EXPECT_EQ(Entries(), "300");
  EXPECT_EQ(Shared().Ask({"GET", "state:offset"}), "300");
}

TEST_F(RedisLeaseTest, EndsForAWriterWhoseLastAppendRedisHasForgotten) {
  const auto lease = Lease(redis_);
  ASSERT_THAT(lease->Acquire({}), IsOk());
  const auto writer = Writer(redis_, lease.get());
  ASSERT_THAT(writer->Append(Page("1")), IsOk());
  const std::string marker = Shared().Ask({"GET", "state:ingest-test:tx"});
  ASSERT_THAT(writer->Append(Page("2")), IsOk());

  // A replica that had not yet got the last append was promoted.
  Shared().Ask({"SET", "state:ingest-test:tx", marker});

  EXPECT_THAT(writer->Append(Page("3")), HasError(ErrorKind::kStopping));
  EXPECT_TRUE(lease->lost().stop_requested());
  EXPECT_EQ(Entries(), "2");
}

}  // namespace
}  // namespace polyhouse
