#include "contract/redis_fixture.h"

namespace polyhouse {
namespace {

constexpr const char* kLedger = "stream:ledger";

/// Redis goes on with a transaction after an error in it. Whatever the error, a page must be there
/// whole, with its cursor, index and ledger, or not at all.
class RedisPage : public RedisTest {
 protected:
  void SetUp() override {
    RedisTest::SetUp();
    if (IsSkipped()) return;
    redis_ = Shared().options();
    lease_ = Lease(redis_);
    ASSERT_THAT(lease_->Acquire({}), IsOk());
    fenced_ = Writer(redis_, lease_.get());
    tool_ = Writer(redis_);
    for (StreamWriter* writer : Writers()) ASSERT_THAT(writer->Append(Whole("1")), IsOk());
    before_ = Everything();
  }

  std::vector<StreamWriter*> Writers() const { return {fenced_.get(), tool_.get()}; }

  static AppendTransaction Whole(const std::string& data) {
    AppendTransaction page = Page(data);
    page.entries.push_back({data + "b", "2026-01-01"});
    page.others = {{StreamName(kLedger), {{"page " + data, "2026-01-01"}}}};
    page.dead_letters = {{.data = "bad"}};
    page.set.emplace_back("state:another", data);
    page.fields = {{"state:rows", "7", data}, {"state:rows", "8", std::nullopt}};
    page.cached = {
        {"event", "rain", "42", std::stoull(data), {{"title", data}}, std::chrono::hours(1)}};
    return page;
  }

  std::string Ask(std::vector<std::string> command) { return Shared().Ask(std::move(command)); }
  /// All that a page changes, as text.
  std::string Everything() {
    return Ask({"EVAL",
                "local all = {} "
                "for i, key in ipairs(KEYS) do "
                "  local kind = redis.call('TYPE', key).ok "
                "  local value = kind "
                "  if kind == 'string' then value = redis.call('GET', key) end "
                "  if kind == 'stream' then value = redis.call('XRANGE', key, '-', '+') end "
                "  if kind == 'hash' then value = redis.call('HGETALL', key) end "
                "  all[i] = {key, value} "
                "end "
                "return cjson.encode(all)",
                "8",
                "event:rain",
                "state:cursor",
                "state:another",
                "state:offset",
                "state:rows",
                kStream,
                kLedger,
                "stream:test:dlq"});
  }

  /// While the server is as `break_it` makes it, no page is taken in; then it is.
  void ExpectNothingThenAll(const std::vector<std::string>& break_it,
                            const std::vector<std::string>& mend_it) {
    for (StreamWriter* writer : Writers()) {
      Ask(break_it);
      const std::string broken = Everything();

      EXPECT_FALSE(writer->Append(Whole("2"))) << break_it[0] << " " << break_it[1];

      EXPECT_EQ(Everything(), broken);
      Ask(mend_it);
      EXPECT_EQ(Everything(), before_);
      ASSERT_THAT(writer->Append(Whole("2")), IsOk());
      EXPECT_EQ(Ask({"GET", "state:cursor"}), "2");
      EXPECT_NE(Everything(), before_);
      before_ = Everything();
    }
  }
  /// The same with a key of the wrong kind in the place of another.
  void ExpectNothingWhileInTheWay(const std::string& key) {
    ExpectNothingThenAll({"EVAL",
                          "redis.call('RENAME', KEYS[1], 'aside') redis.call('SADD', KEYS[1], 'x')",
                          "1",
                          key},
                         {"EVAL", "redis.call('RENAME', 'aside', KEYS[1])", "1", key});
  }

  RedisOptions redis_;
  std::unique_ptr<RedisLease> lease_;
  std::unique_ptr<StreamWriter> fenced_;
  std::unique_ptr<StreamWriter> tool_;
  std::string before_;
};

TEST_F(RedisPage, IsNotTakenInPartsWhenAKeyOfTheWrongKindIsInTheWay) {
  for (const char* key : {"stream:test",
                          "stream:ledger",
                          "stream:test:dlq",
                          "state:cursor",
                          "state:another",
                          "state:offset",
                          "state:rows",
                          "event:rain"}) {
    SCOPED_TRACE(key);
    ExpectNothingWhileInTheWay(key);
  }
}

TEST_F(RedisPage, IsNotTakenInPartsWhenACountCannotGrow) {
  for (const char* count : {"9223372036854775807", "no number"}) {
    SCOPED_TRACE(count);
    const std::string offset = Ask({"GET", "state:offset"});
    for (StreamWriter* writer : Writers()) {
      Ask({"SET", "state:offset", count});
      const std::string broken = Everything();
      EXPECT_FALSE(writer->Append(Whole("2")));
      EXPECT_EQ(Everything(), broken);
    }
    Ask({"SET", "state:offset", offset});
  }
}

TEST_F(RedisPage, IsNotTakenInPartsWhenTheIdsOfAStreamAreUsedUp) {
  for (const char* stream : {kStream, kLedger, "stream:test:dlq"}) {
    SCOPED_TRACE(stream);
    Ask({"COPY", stream, "aside"});
    Ask({"XADD", stream, "18446744073709551615-18446744073709551615", "last", "one"});
    for (StreamWriter* writer : Writers()) {
      const std::string full = Everything();
      EXPECT_THAT(writer->Append(Whole("2")), HasError(ErrorKind::kConfig, "used up its ids"));
      EXPECT_EQ(Everything(), full);
    }
    Ask({"RENAME", "aside", stream});
  }
}

TEST_F(RedisPage, IsNotTakenInPartsWhenMemoryOrReplicasAreMissing) {
  ExpectNothingThenAll({"CONFIG", "SET", "maxmemory", "1"}, {"CONFIG", "SET", "maxmemory", "0"});
  ExpectNothingThenAll({"CONFIG", "SET", "min-replicas-to-write", "1"},
                       {"CONFIG", "SET", "min-replicas-to-write", "0"});
}

TEST_F(RedisPage, IsNotTakenInPartsByAUserWhoMayNotTouchAllOfIt) {
  for (const std::vector<std::string>& missing :
       std::vector<std::vector<std::string>>{{"%R~stream:ledger"},
                                             {"%R~state:another"},
                                             {"%R~state:rows"},
                                             {"%R~event:rain"},
                                             {"~*", "-hset"}}) {
    SCOPED_TRACE(missing[0]);
    std::vector<std::string> user = {"ACL",
                                     "SETUSER",
                                     "half",
                                     "reset",
                                     "on",
                                     ">pw",
                                     "+@all",
                                     "~stream:test*",
                                     "~state:cursor",
                                     "~state:offset",
                                     "~tx:*"};
    user.emplace_back("~event_name:*");
    for (const char* key : {"stream:ledger", "state:another", "state:rows", "event:rain"}) {
      if (missing[0] != std::string("%R~") + key) user.push_back(std::string("~") + key);
    }
    user.insert(user.end(), missing.begin(), missing.end());
    ASSERT_EQ(Ask(user), "OK");
    RedisOptions half = redis_;
    half.user = "half";
    half.password = Secret("pw");

    EXPECT_THAT(Writer(half)->Append(Whole("2")), HasError(ErrorKind::kConfig, "right"));

    EXPECT_EQ(Everything(), before_);
  }
}

/// Another process has set back from where the source is read.
TEST_F(RedisPage, IsNotTakenWhenTheStateIsNotTheExpectedOne) {
  for (StreamWriter* writer : Writers()) {
    AppendTransaction page = Whole("2");
    page.expected = {"state:generation", "5"};
    EXPECT_THAT(writer->Append(page), HasError(ErrorKind::kStopping));
    EXPECT_EQ(Everything(), before_);
    Ask({"SET", "state:generation", "5"});
    EXPECT_THAT(writer->Append(page), IsOk());
    before_ = Everything();
    Ask({"DEL", "state:generation"});
  }
}

/// Slots that were taken by a clock of Redis that was set back since.
TEST_F(RedisPage, RatesForgetWhatWasTakenInAFutureThatIsNoMore) {
  const auto rates = OpenRedisRateStore(redis_);
  const SlotRate rate{std::chrono::microseconds(1'000'000), 1};
  ASSERT_EQ(ValueOf(rates->TakeSlot("x", rate)).count(), 0);
  Ask({"EVAL",
       "local t = redis.call('TIME') local now = tonumber(t[1]) * 1000000 "
       "redis.call('SET', 'rate:x', string.format('%.0f', now + 1810000000)) "
       "redis.call('SET', 'rate:x:written', string.format('%.0f', now + 1800000000))",
       "0"});

  EXPECT_LE(ValueOf(rates->TakeSlot("x", rate)), std::chrono::seconds(1));
}

}  // namespace
}  // namespace polyhouse
