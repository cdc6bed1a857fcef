#include <csignal>
#include <filesystem>

#include "contract/redis_fixture.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

/// The connection to Redis dies at the worst moment.
class RedisConnectionFault : public RedisTest {
 protected:
  void SetUp() override {
    RedisTest::SetUp();
    if (IsSkipped()) return;
    direct_ = Shared().options();
    proxy_ = std::make_unique<TcpProxy>(Shared().port());
    through_ = direct_;
    through_.endpoints = {{"127.0.0.1", proxy_->port()}};
  }
  std::string Ask(std::vector<std::string> command) { return Shared().Ask(std::move(command)); }

  RedisOptions direct_;
  RedisOptions through_;
  std::unique_ptr<TcpProxy> proxy_;
};

TEST_F(RedisConnectionFault, AnAppendWhoseReplyIsLostIsThereOnce) {
  const auto lease = Lease(direct_);
  ASSERT_THAT(lease->Acquire({}), IsOk());
  for (RedisLease* of : {lease.get(), static_cast<RedisLease*>(nullptr)}) {
    Ask({"DEL", kStream, "state:offset"});
    const auto writer = Writer(through_, of);
    proxy_->CutAt("EXEC\r\n", TcpProxy::Fate::kArrive);

    EXPECT_THAT(writer->Append(Page("1")), IsOk());

    EXPECT_TRUE(proxy_->HasCut());
    EXPECT_EQ(Ask({"XLEN", kStream}), "1");
    EXPECT_EQ(Ask({"GET", "state:offset"}), "1");
    EXPECT_THAT(writer->Append(Page("2")), IsOk());
    EXPECT_EQ(Ask({"XLEN", kStream}), "2");
  }
}

/// The bytes of a transaction may reach Redis long after its sender has given up on it.
TEST_F(RedisConnectionFault, AnAppendThatArrivesAfterItWasGivenUpDoesNothing) {
  const auto lease = Lease(direct_);
  ASSERT_THAT(lease->Acquire({}), IsOk());
  for (RedisLease* of : {lease.get(), static_cast<RedisLease*>(nullptr)}) {
    Ask({"DEL", kStream, "state:offset"});
    const auto writer = Writer(through_, of);
    proxy_->CutAt("EXEC\r\n", TcpProxy::Fate::kLater);

    EXPECT_THAT(writer->Append(Page("1")), HasError(ErrorKind::kTransient, "nothing was written"));
    proxy_->SendLate();

    EXPECT_EQ(Ask({"XLEN", kStream}), "0");
    EXPECT_THAT(writer->Append(Page("1")), IsOk());
    EXPECT_EQ(Ask({"XLEN", kStream}), "1");
    EXPECT_EQ(Ask({"GET", "state:offset"}), "1");
  }
}

TEST_F(RedisConnectionFault, EntriesWhoseDeliveryIsLostComeWithTheNextRead) {
  const auto reader = Reader(through_);
  ASSERT_THAT(Writer(direct_)->Append(Page("1")), IsOk());
  ASSERT_THAT(ReadNow(*reader), ElementsAre("1"));
  ASSERT_THAT(Writer(direct_)->Append(Page("2")), IsOk());
  proxy_->CutAt("XREADGROUP", TcpProxy::Fate::kArrive);

  EXPECT_THAT(reader->Read({}, milliseconds(0), {}), HasError(ErrorKind::kTransient));

  EXPECT_THAT(ReadNow(*reader), ElementsAre("2"));
  EXPECT_THAT(ReadNow(*reader), IsEmpty());
}

TEST_F(RedisConnectionFault, EntriesWhoseClaimIsLostComeWithTheNextClaim) {
  ASSERT_THAT(Writer(direct_)->Append(Page("1")), IsOk());
  const auto dead = Reader(direct_, "dead");
  ReadNow(*dead);
  const auto heir = Reader(through_, "heir");
  proxy_->CutAt("XCLAIM", TcpProxy::Fate::kArrive);

  EXPECT_THAT(heir->Claim(10, milliseconds(0)), HasError(ErrorKind::kTransient));

  EXPECT_EQ(ValueOf(heir->Claim(10, milliseconds(0))).size(), 1U);
}

TEST_F(RedisConnectionFault, ADeadLetterWhoseReplyIsLostIsThereOnce) {
  const auto reader = Reader(through_);
  ASSERT_THAT(Writer(direct_)->Append(Page("1")), IsOk());
  const auto entries = ValueOf(reader->Read({}, milliseconds(0), {}));
  const std::vector<EntryId> ids = {entries.at(0).id};
  const std::vector<BuriedEntry> letters = {{ids[0], {}}};
  proxy_->CutAt("XACK", TcpProxy::Fate::kArrive);

  EXPECT_THAT(reader->Ack(ids, letters), HasError(ErrorKind::kTransient));
  EXPECT_THAT(reader->Ack(ids, letters), IsOk());

  EXPECT_EQ(Admin(direct_)->DeadLetters({})->size(), 1U);
  EXPECT_THAT(ValueOf(reader->Pending({}, {})), IsEmpty());
}

/// An acknowledgement must not stand when its dead letter does not.
TEST_F(RedisConnectionFault, AnEntryStaysPendingWhenItsDeadLetterCannotBeKept) {
  const auto reader = Reader(direct_);
  ASSERT_THAT(Writer(direct_)->Append(Page("1")), IsOk());
  const auto entries = ValueOf(reader->Read({}, milliseconds(0), {}));
  Ask({"SET", "stream:test:dlq", "in the way"});

  EXPECT_THAT(
      reader->Ack(std::vector{entries.at(0).id}, std::vector<BuriedEntry>{{entries[0].id, {}}}),
      HasError(ErrorKind::kConfig));

  EXPECT_EQ(ValueOf(reader->Pending({}, {})).size(), 1U);
}

TEST_F(RedisConnectionFault, AnEntryOfAnotherProgramIsReadAsItIs) {
  Ask({"XADD", kStream, "*", "v", "7", "timestamp", "2026-01-01", "data", "{}", "more", "x"});
  Ask({"XADD", kStream, "*", "other", "\"x\"", "v", "7"});

  const auto entries = ValueOf(Reader(direct_)->Read({}, milliseconds(0), {}));

  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].data, "{}");
  EXPECT_EQ(entries[0].timestamp, "2026-01-01");
  EXPECT_EQ(entries[0].version, 7);
  EXPECT_FALSE(entries[0].is_foreign);
  EXPECT_EQ(entries[1].data, R"({"other":"\"x\"","v":"7"})");
  EXPECT_TRUE(entries[1].is_foreign);
}

/// N10 of the original: the payloads of such entries are nil.
TEST_F(RedisConnectionFault, EntriesTrimmedWhilePendingAreReportedAndAcknowledged) {
  for (const char* data : {"1", "2", "3"}) ASSERT_THAT(Writer(direct_)->Append(Page(data)), IsOk());
  const auto first = ValueOf(Reader(direct_)->Read({}, milliseconds(0), {}));
  std::vector<EntryId> lost;
  auto options = ReaderOptions(direct_);
  Status note = TransientError("the loss cannot be noted now");
  options.on_entries_lost = [&](std::span<const EntryId> ids) {
    if (note) lost.insert(lost.end(), ids.begin(), ids.end());
    return note;
  };
  const auto reader = OpenRedisStreamReader(options).value();
  Ask({"XTRIM", kStream, "MAXLEN", "1"});

  EXPECT_THAT(reader->Pending({}, {}), HasError(ErrorKind::kTransient));
  EXPECT_EQ(Admin(direct_)->Overview()->at(0).groups.at(0).pending, 3U);
  note = Ok();
  const auto pending = ValueOf(reader->Pending({}, {}));

  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending[0].data, "3");
  EXPECT_THAT(lost, ElementsAre(first[0].id, first[1].id));
  EXPECT_EQ(Admin(direct_)->Overview()->at(0).groups.at(0).pending, 1U);

  Ask({"XTRIM", kStream, "MAXLEN", "0"});
  options.consumer = ConsumerName("heir");
  const auto heir = OpenRedisStreamReader(options).value();
  note = TransientError("the loss cannot be noted now");
  EXPECT_THAT(heir->Claim(10, milliseconds(0)), HasError(ErrorKind::kTransient));
  EXPECT_EQ(Admin(direct_)->Overview()->at(0).groups.at(0).pending, 1U);
  note = Ok();
  EXPECT_THAT(ValueOf(heir->Claim(10, milliseconds(0))), IsEmpty());
  EXPECT_EQ(lost.size(), 3U);
  EXPECT_EQ(Admin(direct_)->Overview()->at(0).groups.at(0).pending, 0U);
}

TEST_F(RedisConnectionFault, RemovesConsumersThatAreLongGoneAndHaveNothing) {
  auto options = ReaderOptions(direct_, "heir");
  options.reap_idle = milliseconds(0);
  const auto busy = Reader(direct_, "busy");
  const auto gone = Reader(direct_, "gone");
  const auto heir = OpenRedisStreamReader(options).value();
  for (StreamReader* reader : {busy.get(), gone.get(), heir.get()}) {
    ASSERT_THAT(Writer(direct_)->Append(Page("1")), IsOk());
    const auto entries = ValueOf(reader->Read({}, milliseconds(0), {}));
    ASSERT_EQ(entries.size(), 1U);
    if (reader == busy.get()) continue;
    ASSERT_THAT(reader->Ack(std::vector{entries[0].id}, {}), IsOk());
  }

  ASSERT_THAT(heir->Claim(10, std::chrono::hours(1)), IsOk());

  const std::string consumers = Ask({"XINFO", "CONSUMERS", kStream, kGroup});
  EXPECT_THAT(consumers, testing::HasSubstr("busy"));
  EXPECT_THAT(consumers, testing::HasSubstr("heir"));
  EXPECT_THAT(consumers, testing::Not(testing::HasSubstr("gone")));
}

/// The group is lost and made again.
class RedisGroupLoss : public RedisTest {
 protected:
  void SetUp() override {
    RedisTest::SetUp();
    if (!IsSkipped()) redis_ = Shared().options();
  }
  std::unique_ptr<StreamReader> ReaderWith(std::optional<EntryId> committed) {
    auto options = ReaderOptions(redis_);
    options.committed = [this, committed]() -> Result<std::optional<EntryId>> {
      if (away_) return TransientError("the tables are away");
      return committed;
    };
    options.on_group_created = [this](const EntryId& id) { created_.push_back(id); };
    return OpenRedisStreamReader(options).value();
  }
  EntryId AppendAndGetId(const std::string& data) {
    EXPECT_THAT(Writer(redis_)->Append(Page(data)), IsOk());
    const auto mark = Shared().Ask({"XREVRANGE", kStream, "+", "-", "COUNT", "1"});
    const std::string id = mark.substr(0, mark.find('\n'));
    return {std::stoull(id), std::stoull(id.substr(id.find('-') + 1))};
  }

  RedisOptions redis_;
  bool away_ = false;
  std::vector<EntryId> created_;
};

TEST_F(RedisGroupLoss, BeginsAtTheFirstEntryWhenNoPositionWasKept) {
  const auto reader = ReaderWith({});
  AppendAndGetId("1");
  ASSERT_THAT(ReadNow(*reader), ElementsAre("1"));

  Shared().Ask({"XGROUP", "DESTROY", kStream, kGroup});

  EXPECT_THAT(ReadNow(*reader), ElementsAre("1"));
  EXPECT_THAT(created_, ElementsAre(EntryId{}, EntryId{}));
}

TEST_F(RedisGroupLoss, BeginsAfterThePositionThatWasKept) {
  const EntryId first = AppendAndGetId("1");
  AppendAndGetId("2");
  const auto reader = ReaderWith(first);
  EXPECT_THAT(ReadNow(*reader), ElementsAre("2"));
  AppendAndGetId("3");

  Shared().Ask({"XGROUP", "DESTROY", kStream, kGroup});

  // The second is in the caller's hands already; it is pending again, and comes once.
  EXPECT_THAT(ReadNow(*reader), ElementsAre("3"));
  EXPECT_THAT(created_, ElementsAre(first, first));
  EXPECT_EQ(Admin(redis_)->Overview()->at(0).groups.at(0).pending, 2U);
}

/// Redis does not know the lag of a group that begins in the middle.
TEST_F(RedisGroupLoss, KnowsTheBacklogOfAGroupThatBeginsInTheMiddle) {
  AppendAndGetId("1");
  const EntryId second = AppendAndGetId("2");
  for (const char* data : {"3", "4", "5"}) AppendAndGetId(data);
  const auto reader = ReaderWith(second);

  EXPECT_EQ(Writer(redis_)->Load(StreamName(kStream))->backlog, 3U);
  ASSERT_EQ(ValueOf(reader->Read({.entries = 1}, milliseconds(0), {})).size(), 1U);
  EXPECT_EQ(Writer(redis_)->Load(StreamName(kStream))->backlog, 3U);
  EXPECT_EQ(Admin(redis_)->Overview()->at(0).groups.at(0).undelivered, 2U);
}

TEST_F(RedisGroupLoss, MissesNothingOfTheNewStreamAfterAFlush) {
  const EntryId first = AppendAndGetId("1");
  const auto reader = ReaderWith(first);
  Shared().Ask({"FLUSHALL"});
  EXPECT_THAT(ReadNow(*reader), IsEmpty());
  AppendAndGetId("2");

  EXPECT_THAT(ReadNow(*reader), ElementsAre("2"));
}

TEST_F(RedisGroupLoss, BeginsAtTheFirstEntryOfAStreamThatNeverGotToThePosition) {
  AppendAndGetId("1");
  const auto reader = ReaderWith(EntryId{99'999'999'999'999, 0});

  EXPECT_THAT(ReadNow(*reader), ElementsAre("1"));
  EXPECT_THAT(created_, ElementsAre(EntryId{}));
}

/// Guessing would lose entries or bring them twice.
TEST_F(RedisGroupLoss, WaitsForTheTablesThatKeepThePosition) {
  AppendAndGetId("1");
  away_ = true;
  const auto reader = ReaderWith({});

  EXPECT_THAT(reader->Read({}, milliseconds(0), {}), HasError(ErrorKind::kTransient, "away"));
  away_ = false;

  EXPECT_THAT(ReadNow(*reader), ElementsAre("1"));
}

/// Redis itself is in trouble.
class RedisServerFault : public RedisTest {};

TEST_F(RedisServerFault, LosesNothingThatWasAppendedWhenItIsKilledWithItsLogOn) {
  RedisServer server({"--appendonly", "yes", "--appendfsync", "always"});
  const auto redis = server.options();
  const auto lease = Lease(redis);
  ASSERT_THAT(lease->Acquire({}), IsOk());
  const auto writer = Writer(redis, lease.get());
  const auto reader = Reader(redis);
  ASSERT_THAT(writer->Append(Page("1")), IsOk());
  ASSERT_THAT(ReadNow(*reader), ElementsAre("1"));
  ASSERT_THAT(writer->Append(Page("2")), IsOk());

  server.Kill();
  EXPECT_THAT(writer->Append(Page("3")), HasError(ErrorKind::kTransient));
  EXPECT_THAT(reader->Read({}, milliseconds(0), {}), HasError(ErrorKind::kTransient));
  server.Start();

  EXPECT_TRUE(WaitUntil([&] { return writer->Append(Page("3")).has_value(); }));
  EXPECT_THAT(ReadNow(*reader), ElementsAre("2", "3"));
  EXPECT_EQ(writer->State("state:cursor").value(), "3");
  EXPECT_EQ(writer->State("state:offset").value(), "3");
  EXPECT_EQ(ValueOf(Reader(redis)->Pending({}, {})).size(), 3U);
}

TEST_F(RedisServerFault, AppendsOnceWhatItIsGivenWhileItIsPaused) {
  RedisServer server;
  auto redis = server.options();
  redis.command_timeout = milliseconds(100);
  const auto writer = Writer(redis);
  ASSERT_THAT(writer->Append(Page("0")), IsOk());
  server.Ask({"CLIENT", "PAUSE", "700", "WRITE"});

  // Every attempt times out; what became of it shows when the pause is over.
  ASSERT_TRUE(WaitUntil([&] { return writer->Append(Page("1")).has_value(); }));

  EXPECT_THAT(ReadNow(*Reader(server.options())), ElementsAre("0", "1"));
  EXPECT_EQ(server.Ask({"GET", "state:offset"}), "2");
}

TEST_F(RedisServerFault, IsStillEmptiedByItsReadersWhenItsMemoryIsFull) {
  RedisServer server;
  const auto redis = server.options();
  const auto writer = Writer(redis);
  ASSERT_THAT(writer->Append(Page(std::string(1U << 20U, 'x'))), IsOk());
  server.Ask({"CONFIG", "SET", "maxmemory", "1mb"});

  EXPECT_THAT(writer->Append(Page("2")), HasError(ErrorKind::kTransient, "maxmemory"));
  EXPECT_EQ(server.Ask({"XLEN", kStream}), "1");
  EXPECT_GT(Writer(redis)->Load(StreamName(kStream))->memory_share, 1.0);

  const auto lease = Lease(redis);
  ASSERT_THAT(lease->Acquire({}), IsOk());
  const auto reader = Reader(redis);
  const auto entries = ValueOf(reader->Read({.bytes = SIZE_MAX}, milliseconds(0), {}));
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_THAT(reader->SaveNote("1-0 1-0 1"), IsOk());
  EXPECT_EQ(ValueOf(Reader(redis, "heir")->Claim(10, milliseconds(0))).size(), 1U);
  EXPECT_THAT(
      reader->Ack(std::vector{entries[0].id}, std::vector<BuriedEntry>{{entries[0].id, {}}}),
      IsOk());
  EXPECT_EQ(Admin(redis)->Trim(StreamName(kStream)).value(), 1U);
  EXPECT_EQ(Admin(redis)->DeadLetters({})->size(), 1U);
}

/// A writer that could not note that entries are gone stood still, and so Redis stayed full.
TEST_F(RedisServerFault, TakesStateAloneWhenItsMemoryIsFull) {
  RedisServer server;
  const auto redis = server.options();
  const auto writer = Writer(redis);
  ASSERT_THAT(writer->Append(Page(std::string(1U << 20U, 'x'))), IsOk());
  server.Ask({"CONFIG", "SET", "maxmemory", "1mb"});
  AppendTransaction append{.stream = StreamName(kStream), .set = {{"state:cursor", "again"}}};
  append.fields = {{"state:rows", "7", "open"}};
  append.expected = {"state:generation", ""};

  EXPECT_THAT(writer->Append(append), IsOk());
  EXPECT_EQ(writer->State("state:cursor").value(), "again");

  append.expected = {"state:generation", "other"};
  append.set = {{"state:cursor", "wrong"}};
  EXPECT_THAT(writer->Append(append), HasError(ErrorKind::kStopping));
  EXPECT_EQ(writer->State("state:cursor").value(), "again");
}

/// A dead letter must not be gone when its replacement found no room.
TEST_F(RedisServerFault, KeepsADeadLetterThatCannotBeReplacedNow) {
  RedisServer server;
  const auto redis = server.options();
  ASSERT_THAT(
      Writer(redis)->Append({.stream = StreamName(kStream), .dead_letters = {{.data = "bad"}}}),
      IsOk());
  const auto letter = Admin(redis)->DeadLetters({})->at(0);
  server.Ask({"CONFIG", "SET", "maxmemory", "1mb"});

  EXPECT_THAT(Admin(redis)->Resolve(letter, Page("good")), HasError(ErrorKind::kTransient));
  EXPECT_EQ(Admin(redis)->DeadLetters({})->size(), 1U);

  server.Ask({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_THAT(Admin(redis)->Resolve(letter, Page("good")), IsOk());
  EXPECT_THAT(Admin(redis)->DeadLetters({}).value(), IsEmpty());
  EXPECT_THAT(ReadNow(*Reader(redis)), ElementsAre("good"));
}

TEST_F(RedisServerFault, SaysThatItsDiskFailsAndGoesOnAfterwards) {
  RedisServer server({"--save", "3600 1"});
  const auto redis = server.options();
  const auto writer = Writer(redis);
  ASSERT_THAT(writer->Append(Page("1")), IsOk());
  // A directory where the snapshot should be.
  std::filesystem::create_directories(server.directory() + "/dump.rdb/x");
  server.Ask({"BGSAVE"});
  ASSERT_TRUE(WaitUntil([&] {
    return server.Ask({"INFO", "persistence"}).find("rdb_last_bgsave_status:err") !=
           std::string::npos;
  }));

  EXPECT_THAT(writer->Append(Page("2")), HasError(ErrorKind::kTransient, "free disk space"));

  std::filesystem::remove_all(server.directory() + "/dump.rdb");
  server.Ask({"BGSAVE"});
  EXPECT_TRUE(WaitUntil([&] { return writer->Append(Page("2")).has_value(); }));
  EXPECT_EQ(server.Ask({"XLEN", kStream}), "2");
}

TEST_F(RedisServerFault, SaysThatItIsAReplicaAndGoesOnAfterwards) {
  RedisServer server;
  const auto writer = Writer(server.options());
  ASSERT_THAT(writer->Append(Page("1")), IsOk());
  server.Ask({"REPLICAOF", "127.0.0.1", "1"});

  EXPECT_THAT(writer->Append(Page("2")), HasError(ErrorKind::kTransient, "READONLY"));

  server.Ask({"REPLICAOF", "NO", "ONE"});
  EXPECT_THAT(writer->Append(Page("2")), IsOk());
  EXPECT_EQ(server.Ask({"XLEN", kStream}), "2");
}

/// What it had not saved is forgotten, and with it the cursor: a writer that went on from its own
/// memory would leave a hole.
TEST_F(RedisServerFault, EndsTheLeaseWhenItComesBackWithoutTheLastAppend) {
  RedisServer server;
  const auto redis = server.options();
  const auto lease = Lease(redis);
  ASSERT_THAT(lease->Acquire({}), IsOk());
  const auto writer = Writer(redis, lease.get());
  ASSERT_THAT(writer->Append(Page("1")), IsOk());
  server.Ask({"SAVE"});
  ASSERT_THAT(writer->Append(Page("2")), IsOk());

  server.Kill();
  server.Start();

  Status status = Ok();
  ASSERT_TRUE(WaitUntil([&] {
    status = writer->Append(Page("3"));
    return status.has_value() || status.error().kind != ErrorKind::kTransient;
  }));
  EXPECT_THAT(status, HasError(ErrorKind::kStopping));
  EXPECT_TRUE(lease->lost().stop_requested());
  EXPECT_EQ(server.Ask({"XLEN", kStream}), "1");
}

TEST_F(RedisServerFault, IsAMatterForTheOperatorWhenItRefusesThePassword) {
  RedisServer server;
  server.Ask({"CONFIG", "SET", "requirepass", "right"});
  auto redis = server.options();

  EXPECT_THAT(Writer(redis)->Append(Page("1")), HasError(ErrorKind::kConfig, "password"));
  redis.password = Secret("hunter2");
  const auto status = Writer(redis)->Append(Page("1"));
  EXPECT_THAT(status, HasError(ErrorKind::kConfig, "password"));
  EXPECT_THAT(status.error().message, testing::Not(testing::HasSubstr("hunter2")));
  redis.password = Secret("right");
  EXPECT_THAT(Writer(redis)->Append(Page("1")), IsOk());
  redis.database = 99;
  EXPECT_THAT(Writer(redis)->Append(Page("1")), HasError(ErrorKind::kConfig, "database"));
}

}  // namespace
}  // namespace polyhouse
