#include <csignal>

#include "contract/redis_fixture.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;

class RedisSentinelTest : public RedisTest {};

TEST_F(RedisSentinelTest, GoesOnWithTheReplicaThatWasPromoted) {
  RedisSentinelGroup group;
  const auto redis = group.options("");
  const auto writer = Writer(redis);
  const auto reader = Reader(redis);
  ASSERT_THAT(writer->Append(Page("1")), IsOk());
  ASSERT_TRUE(WaitUntil([&] { return group.replica().Ask({"XLEN", kStream}) == "1"; }));

  group.master().Kill();

  EXPECT_TRUE(WaitUntil([&] { return writer->Append(Page("2")).has_value(); }));
  std::vector<std::string> read;
  EXPECT_TRUE(WaitUntil([&] {
    const auto entries = reader->Read({}, std::chrono::milliseconds(0), {});
    if (!entries) return false;
    for (const Entry& entry : *entries) read.push_back(entry.data);
    return read.size() >= 2;
  }));
  EXPECT_THAT(read, ElementsAre("1", "2"));
  EXPECT_EQ(group.replica().Ask({"XLEN", kStream}), "2");
  EXPECT_EQ(group.replica().Ask({"GET", "state:offset"}), "2");
}

TEST_F(RedisSentinelTest, AsksTheNextSentinelWhenOneIsSilent) {
  RedisSentinelGroup group;
  RedisServer silent;
  auto redis = group.options("");
  redis.endpoints.insert(redis.endpoints.begin(), silent.endpoint());
  kill(silent.pid(), SIGSTOP);
  redis.command_timeout = std::chrono::milliseconds(100);

  EXPECT_THAT(Writer(redis)->Append(Page("1")), IsOk());
  kill(silent.pid(), SIGCONT);
}

TEST_F(RedisSentinelTest, IsAMatterForTheOperatorWhenNobodyKnowsTheService) {
  RedisSentinelGroup group;
  auto redis = group.options("");
  redis.service = "other";

  EXPECT_THAT(Writer(redis)->Append(Page("1")), HasError(ErrorKind::kConfig, "service other"));
}

class RedisClusterTest : public RedisTest {
 protected:
  /// Moves the slot with everything in it, as resharding does.
  static void MoveSlot(const RedisCluster& cluster,
                       const std::string& slot,
                       const RedisServer& from,
                       const RedisServer& to) {
    const std::string from_id = from.Ask({"CLUSTER", "MYID"});
    const std::string to_id = to.Ask({"CLUSTER", "MYID"});
    to.Ask({"CLUSTER", "SETSLOT", slot, "IMPORTING", from_id});
    from.Ask({"CLUSTER", "SETSLOT", slot, "MIGRATING", to_id});
    std::vector<std::string> migrate = {
        "MIGRATE", "127.0.0.1", std::to_string(to.port()), "", "0", "5000", "KEYS"};
    const std::string keys = from.Ask({"CLUSTER", "GETKEYSINSLOT", slot, "100"});
    for (std::size_t at = 0; at < keys.size();) {
      const auto end = std::min(keys.find('\n', at), keys.size());
      migrate.push_back(keys.substr(at, end - at));
      at = end + 1;
    }
    ASSERT_EQ(from.Ask(migrate), "OK");
    for (std::size_t i = 0; i < 3; ++i) {
      ASSERT_EQ(cluster.node(i).Ask({"CLUSTER", "SETSLOT", slot, "NODE", to_id}), "OK");
    }
  }
};

TEST_F(RedisClusterTest, FollowsItsSlotToAnotherNode) {
  RedisCluster cluster;
  const auto redis = cluster.options("{pm}:");
  const auto lease = Lease(redis);
  ASSERT_THAT(lease->Acquire({}), IsOk());
  const auto writer = Writer(redis, lease.get());
  const auto reader = Reader(redis);
  ASSERT_THAT(writer->Append(Page("1")), IsOk());
  const std::string slot = cluster.node(0).Ask({"CLUSTER", "KEYSLOT", "{pm}:"});
  std::size_t owner = 0;
  while (cluster.node(owner).Ask({"CLUSTER", "COUNTKEYSINSLOT", slot}) == "0") ++owner;

  MoveSlot(cluster, slot, cluster.node(owner), cluster.node((owner + 1) % 3));

  EXPECT_THAT(writer->Append(Page("2")), IsOk());
  EXPECT_THAT(ReadNow(*reader), ElementsAre("1", "2"));
  EXPECT_EQ(writer->State("state:offset").value(), "2");
  EXPECT_EQ(cluster.node((owner + 1) % 3).Ask({"XLEN", "{pm}:stream:test"}), "2");
}

TEST_F(RedisClusterTest, IsFoundFromEachOfItsNodes) {
  RedisCluster cluster;
  for (std::size_t i = 0; i < 3; ++i) {
    auto redis = cluster.options("{pm}:");
    redis.endpoints = {cluster.node(i).endpoint()};
    EXPECT_THAT(Writer(redis)->Append(Page("1")), IsOk());
    EXPECT_EQ(Admin(redis)->Overview()->at(0).length, i + 1);
  }
}

TEST_F(RedisClusterTest, IsRefusedWithoutAHashTag) {
  RedisOptions redis{.kind = RedisKind::kCluster, .endpoints = {{"127.0.0.1", 1}}};

  EXPECT_THAT(OpenRedisStreamAdmin(redis), HasError(ErrorKind::kConfig, "hash tag"));
}

}  // namespace
}  // namespace polyhouse
