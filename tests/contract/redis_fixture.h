#pragma once

#include <gtest/gtest.h>

#include <atomic>

#include "adapters/redis/redis_lease.h"
#include "adapters/redis/redis_streams.h"
#include "base/clock.h"
#include "support/redis_server.h"
#include "support/result_matchers.h"
#include "support/tcp_proxy.h"

namespace polyhouse {

/// What the tests of the Redis adapter alone work with: a server of all of them, or their own when
/// they mean to mistreat it. Each test begins with an empty server.
class RedisTest : public testing::Test {
 protected:
  static constexpr const char* kStream = "stream:test";
  static constexpr const char* kGroup = "group";

  void SetUp() override {
    if (!HasRedis()) GTEST_SKIP() << "redis-server, redis-sentinel or redis-cli is not installed";
  }

  /// The one that tests share. From any thread after the first call.
  RedisServer& Shared() {
    static RedisServer server;
    if (flushed_) return server;
    flushed_ = true;
    server.Ask({"FLUSHALL"});
    return server;
  }

  std::unique_ptr<RedisLease> Lease(const RedisOptions& redis,
                                    std::chrono::milliseconds ttl = std::chrono::seconds(30)) {
    return std::make_unique<RedisLease>(
        RedisLeaseOptions{.redis = redis,
                          .name = "ingest-test",
                          .ttl = ttl,
                          .on_stand_by = [this] { stands_by_ = true; }},
        clock_);
  }
  std::unique_ptr<StreamWriter> Writer(const RedisOptions& redis, RedisLease* lease = nullptr) {
    return OpenRedisStreamWriter({.redis = redis, .lease = lease}, clock_).value();
  }
  RedisReaderOptions ReaderOptions(const RedisOptions& redis, const std::string& consumer = "one") {
    return {.redis = redis,
            .stream = StreamName(kStream),
            .group = GroupName(kGroup),
            .consumer = ConsumerName(consumer)};
  }
  std::unique_ptr<StreamReader> Reader(const RedisOptions& redis,
                                       const std::string& consumer = "one") {
    return OpenRedisStreamReader(ReaderOptions(redis, consumer)).value();
  }
  std::unique_ptr<StreamAdmin> Admin(const RedisOptions& redis) {
    return OpenRedisStreamAdmin(redis).value();
  }

  /// A page: one entry, the cursor, the count.
  static AppendTransaction Page(const std::string& data) {
    return {.stream = StreamName(kStream),
            .entries = {{data, "2026-01-01"}},
            .set = {{"state:cursor", data}},
            .add = {{"state:offset", 1}}};
  }
  static std::vector<std::string> ReadNow(StreamReader& reader) {
    auto entries = reader.Read({}, std::chrono::milliseconds(0), {});
    EXPECT_THAT(entries, IsOk());
    std::vector<std::string> texts;
    for (const Entry& entry : entries.value_or(std::vector<Entry>())) texts.push_back(entry.data);
    return texts;
  }

  SystemClock clock_;
  std::atomic<bool> stands_by_ = false;

 private:
  bool flushed_ = false;
};

}  // namespace polyhouse
