#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "adapters/redis/redis_connection.h"
#include "adapters/redis/redis_streams.h"
#include "contract/stream_contract.h"
#include "support/child_process.h"
#include "support/redis_server.h"

namespace polyhouse {
namespace {

/// A part of a Redis server, under a prefix that no other store has.
class RedisStore final : public StreamStore {
 public:
  explicit RedisStore(RedisOptions options) : options_(std::move(options)), connection_(options_) {}
  ~RedisStore() override {
    if (action_.joinable()) action_.join();
  }

  std::unique_ptr<StreamWriter> OpenWriter() override {
    return OpenRedisStreamWriter({.redis = options_}, clock_).value();
  }
  std::unique_ptr<StreamAdmin> OpenAdmin() override {
    return OpenRedisStreamAdmin(options_).value();
  }
  std::unique_ptr<StreamReader> OpenReader(const std::string& stream,
                                           const std::string& group,
                                           const std::string& consumer) override {
    {
      const std::lock_guard lock(mutex_);
      opened_.emplace(stream, group);
    }
    return OpenRedisStreamReader({.redis = options_,
                                  .stream = StreamName(stream),
                                  .group = GroupName(group),
                                  .consumer = ConsumerName(consumer)})
        .value();
  }

  SteadyTime Now() override { return clock_.Steady(); }
  std::chrono::milliseconds slack() const override { return std::chrono::seconds(20); }

  /// Redis can be told how long an entry has been pending.
  void LetPendingAge(std::chrono::milliseconds age) override {
    for (const auto& [stream, group] : opened_) {
      const std::string key = connection_.Key(stream);
      const auto pending = connection_.Run({"XPENDING", key, group, "-", "+", "100000"});
      ASSERT_THAT(pending, IsOk());
      for (std::size_t i = 0; i < pending->value().size(); ++i) {
        const RedisValue entry = pending->value()[i];
        const std::string idle = std::to_string(entry[2].integer() + age.count());
        ASSERT_THAT(connection_.Run({"XCLAIM",
                                     key,
                                     group,
                                     entry[1].text(),
                                     "0",
                                     entry[0].text(),
                                     "IDLE",
                                     idle,
                                     "JUSTID"}),
                    IsOk());
      }
    }
  }

  void OnceAReaderWaits(std::function<void()> action) override {
    action_ = std::jthread([this, action = std::move(action)] {
      const bool waits = WaitUntil([this] {
        const auto clients = ValueOf(connection_.Run({"CLIENT", "LIST"}));
        return clients.value().text().find("cmd=xreadgroup") != std::string_view::npos;
      });
      EXPECT_TRUE(waits);
      action();
    });
  }

 private:
  RedisOptions options_;
  SystemClock clock_;
  RedisConnection connection_;
  std::mutex mutex_;  ///< Tests open readers from many threads.
  std::set<std::pair<std::string, std::string>> opened_;
  std::jthread action_;
};

std::string FreshPrefix(const std::string& tag) {
  static std::atomic<int> count = 0;
  return tag + std::to_string(++count) + ":";
}

std::string Missing() {
  return HasRedis() ? "" : "redis-server, redis-sentinel or redis-cli";
}

StreamTechnology Standalone() {
  return {"standalone",
          [] {
            static const RedisServer server;
            return std::make_unique<RedisStore>(server.options(FreshPrefix("t")));
          },
          Missing()};
}

StreamTechnology Cluster() {
  return {"cluster",
          [] {
            static const RedisCluster cluster;
            return std::make_unique<RedisStore>(cluster.options(FreshPrefix("{pm}:")));
          },
          Missing()};
}

StreamTechnology Sentinel() {
  return {"sentinel",
          [] {
            static const RedisSentinelGroup group;
            return std::make_unique<RedisStore>(group.options(FreshPrefix("t")));
          },
          Missing()};
}

const auto kName = [](const auto& technology) { return technology.param.name; };

INSTANTIATE_TEST_SUITE_P(Redis, StreamContract, testing::Values(Standalone()), kName);
INSTANTIATE_TEST_SUITE_P(RedisCluster, StreamContract, testing::Values(Cluster()), kName);
INSTANTIATE_TEST_SUITE_P(RedisSentinel, StreamContract, testing::Values(Sentinel()), kName);

}  // namespace
}  // namespace polyhouse
