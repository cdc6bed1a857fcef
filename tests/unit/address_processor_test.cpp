#include "flow/process/address_processor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "codec/block_reader.h"
#include "codec/entry_codec.h"
#include "domain/order_fill.h"
#include "flow/process/recent_numbers.h"
#include "flow/process/wanted_addresses.h"
#include "support/scratch_streams.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::UnorderedElementsAre;

const std::string kExchange = "0xe111180000d2663c0091e4f400237545b87b996b";

/// The wallet with this number.
std::string Wallet(int number) {
  const std::string digits = std::to_string(number);
  return "0x" + std::string(40 - digits.size(), '0') + digits;
}

/// Tables that hold these addresses and trades of these wallets.
class FakeTables final : public TableReader {
 public:
  Result<std::string> Fetch(std::string_view sql, std::stop_token) override {
    if (is_away) return TransientError("the tables are away");
    if (sql.find("max(block_number)") != std::string_view::npos) return "70\n";
    const bool is_sweep = sql.find("FROM trades") != std::string_view::npos;
    std::string lines;
    for (const std::string& address : is_sweep ? traded : stored) {
      const bool is_asked_for =
          is_sweep ? sql.find("'" + address.substr(0, 3) + "'") != std::string_view::npos &&
                         !stored.contains(address)
                   : sql.find(address) != std::string_view::npos;
      if (is_asked_for) lines += address + "\n";
    }
    return lines;
  }

  bool is_away = false;
  std::set<std::string> stored;
  std::set<std::string> traded;
};

/// A node that says of wallet N that it has N bytes of code and has sent N transactions.
class FakeNode {
 public:
  Result<AddressStates> Ask(std::span<const std::string> addresses, std::uint64_t at_least) {
    ++requests;
    if (on_ask) on_ask();
    asked_at_least = std::max(asked_at_least, at_least);
    if (failures > 0) {
      --failures;
      return TransientError("no connection");
    }
    AddressStates states{.block = at_least + 1};
    for (const std::string& address : addresses) {
      ++times_asked[address];
      auto& state = states.states.emplace_back();
      if (silent.contains(address)) continue;
      const int number = std::stoi(address.substr(30));
      state = AddressState{static_cast<std::uint32_t>(number), static_cast<std::uint64_t>(number)};
    }
    return states;
  }

  int requests = 0;
  int failures = 0;
  std::set<std::string> silent;  ///< Of these it says nothing.
  std::map<std::string, int> times_asked;
  std::uint64_t asked_at_least = 0;
  std::function<void()> on_ask;
};

class AddressProcessorTest : public testing::Test {
 protected:
  void PutFill(const std::string& maker,
               const std::string& taker,
               std::uint64_t block = 50,
               bool removed = false) {
    const OrderFill fill{.block_number = block,
                         .exchange = kExchange,
                         .maker = maker,
                         .taker = taker,
                         .removed = removed};
    ASSERT_THAT(
        streams_.OpenWriter()->Append({.stream = StreamName(std::string(OrderFill::kStream)),
                                       .entries = {{EncodeEntry(fill), ""}}}),
        IsOk());
  }
  /// Runs until nothing is left to do, or something fails or stops it.
  Status Run(StreamWriter* writer = nullptr, milliseconds give_up_after = milliseconds(0)) {
    std::stop_source drain;
    drain.request_stop();
    return RunUntil(drain.get_token(), writer, give_up_after);
  }
  /// As Run, once `drain` is requested.
  Status RunUntil(std::stop_token drain,
                  StreamWriter* writer = nullptr,
                  milliseconds give_up_after = milliseconds(0)) {
    const auto reader =
        streams_.OpenReader(std::string(OrderFill::kStream), std::string(kAddressGroup));
    const auto own = streams_.OpenWriter();
    const auto admin = streams_.OpenAdmin();
    const auto ask = [this](auto addresses, auto at_least, auto) {
      return node_.Ask(addresses, at_least);
    };
    return MakeAddressProcessor(
               {.consumer = "one", .exchanges = {Wallet(99)}, .give_up_after = give_up_after},
               {*reader, writer ? *writer : *own, *admin, tables_, ask, events_, clock_},
               1)
        ->Run(stop_.get_token(), std::move(drain));
  }
  /// What was put, in its order.
  std::vector<Address> Put() const {
    std::vector<Address> rows;
    for (const Entry& entry : streams_.EntriesOf(std::string(Address::kStream))) {
      for (Address& row : ValueOf(ReadBlock<Address>(entry.data))) rows.push_back(std::move(row));
    }
    return rows;
  }
  std::vector<std::string> PutAddresses() const {
    std::vector<std::string> addresses;
    for (const Address& row : Put()) addresses.push_back(row.address);
    return addresses;
  }
  /// The writers go on.
  void StorePut() {
    for (const std::string& address : PutAddresses()) tables_.stored.insert(address);
  }
  void EndGroup() const {
    EXPECT_THAT(streams_.OpenAdmin()->EndGroup(StreamName(std::string(OrderFill::kStream)),
                                               GroupName(std::string(kAddressGroup))),
                IsOk());
  }
  StateFields Wanted() const {
    return ValueOf(streams_.OpenAdmin()->Fields(std::string(WantedAddresses::kKey)));
  }
  std::string Swept() const {
    const auto states = streams_.States();
    const auto found = states.find("state:addresses_cursor");
    return found == states.end() ? "never" : found->second;
  }

  FakeClock clock_;
  ScratchStreams streams_{clock_};
  telemetry::Log log_{telemetry::Level::kError, telemetry::LogFormat::kText};
  telemetry::PipelineEvents events_{log_};
  std::stop_source stop_;
  FakeTables tables_;
  FakeNode node_;
};

TEST_F(AddressProcessorTest, AWishToDrainEndsItsWaits) {
  std::stop_source drain;
  const SteadyTime start = clock_.Steady();
  clock_.on_sleep = [&] { drain.request_stop(); };

  EXPECT_THAT(RunUntil(drain.get_token()), IsOk());

  EXPECT_LT(clock_.Steady() - start, milliseconds(100));
}

TEST_F(AddressProcessorTest, PutsWhatANodeSaysOfMakersAndTakersOnce) {
  PutFill(Wallet(0), Wallet(45), 50);
  PutFill(Wallet(45), kExchange, 60);
  PutFill(Wallet(99), Wallet(7), 40);
  PutFill("", "0x12", 40);
  PutFill(Wallet(8), kExchange, 90, true);

  ASSERT_THAT(Run(), IsOk());

  const auto rows = Put();
  ASSERT_THAT(PutAddresses(), ElementsAre(Wallet(7), Wallet(45)))
      << "no exchange, no other texts, nothing of removed fills; zero is nobody";
  EXPECT_TRUE(rows[1].is_contract);
  EXPECT_EQ(rows[1].code_size, 45U);
  EXPECT_EQ(rows[1].transaction_count, 45U);
  EXPECT_EQ(rows[1].block_number, 61U);
  EXPECT_EQ(rows[1].checked_at, clock_.Now());
  EXPECT_EQ(rows[1].version, 1'700'000'000'000U);
  EXPECT_EQ(node_.asked_at_least, 60U);
  EXPECT_THAT(Wanted(), IsEmpty());
  EXPECT_EQ(streams_.OverviewOf(std::string(OrderFill::kStream)).behind, 0U);
}

TEST_F(AddressProcessorTest, AsksNobodyForWhatIsInTheTable) {
  tables_.stored = {Wallet(45)};
  PutFill(Wallet(45), Wallet(7));

  ASSERT_THAT(Run(), IsOk());

  EXPECT_THAT(PutAddresses(), ElementsAre(Wallet(7)));
  EXPECT_THAT(node_.times_asked, ElementsAre(Key(Wallet(7))));
  EXPECT_THAT(Wanted(), IsEmpty());
}

TEST_F(AddressProcessorTest, NeverStoresASilenceAndAsksAgain) {
  node_.silent = {Wallet(7)};
  node_.failures = 3;
  PutFill(Wallet(45), Wallet(7));
  node_.on_ask = [&] {
    if (node_.requests == 8) node_.silent.clear();
    if (node_.requests == 7) {
      EXPECT_THAT(PutAddresses(), ElementsAre(Wallet(45)));
      EXPECT_THAT(Wanted(), ElementsAre(testing::Pair(Wallet(7), "50")));
    }
  };

  ASSERT_THAT(Run(), IsOk());

  EXPECT_THAT(PutAddresses(), ElementsAre(Wallet(45), Wallet(7)));
  EXPECT_EQ(node_.times_asked[Wallet(45)], 1);
  EXPECT_GT(node_.times_asked[Wallet(7)], 2);
  EXPECT_THAT(Wanted(), IsEmpty());
}

/// Fills are not held back by nodes that do not answer, nor by tables that are away.
TEST_F(AddressProcessorTest, AcknowledgesFillsWhileNobodyAnswers) {
  PutFill(Wallet(45), Wallet(7));
  node_.failures = 1'000;
  tables_.is_away = true;
  clock_.on_sleep = [&] {
    if (clock_.sleeps().size() == 20) tables_.is_away = false;
    if (clock_.sleeps().size() == 40) {
      PutFill(Wallet(46), Wallet(7), 70);
      stop_.request_stop();
    }
  };
  ASSERT_THAT(Run(), IsOk());
  ASSERT_THAT(Put(), IsEmpty());
  EXPECT_THAT(Wanted(), ElementsAre(Key(Wallet(7)), Key(Wallet(45))));

  // The next one asks for what this one has left.
  stop_ = {};
  clock_.on_sleep = nullptr;
  node_.failures = 0;
  ASSERT_THAT(Run(), IsOk());

  EXPECT_THAT(PutAddresses(), UnorderedElementsAre(Wallet(7), Wallet(45), Wallet(46)));
}

TEST_F(AddressProcessorTest, LeavesToTheNextRunWhatNobodyAnswersForLong) {
  PutFill(Wallet(45), Wallet(7));
  node_.silent = {Wallet(7)};

  ASSERT_THAT(Run(nullptr, std::chrono::minutes(10)), IsOk());

  EXPECT_THAT(PutAddresses(), ElementsAre(Wallet(45)));
  EXPECT_THAT(Wanted(), ElementsAre(Key(Wallet(7))));
}

/// Fails when it has written so often, before or after the write took effect.
class DyingWriter final : public StreamWriter {
 public:
  DyingWriter(std::unique_ptr<StreamWriter> inner, int writes, bool after)
      : inner_(std::move(inner)), writes_(writes), after_(after) {}

  Status Append(const AppendTransaction& transaction) override {
    if (--writes_ > 0) return inner_->Append(transaction);
    if (writes_ == 0 && after_) {
      auto status = inner_->Append(transaction);
      if (!status) return status;
    }
    return ConfigError("killed");
  }
  Result<std::optional<std::string>> State(const std::string& key) override {
    return inner_->State(key);
  }
  Result<StateFields> Fields(const std::string& key) override { return inner_->Fields(key); }
  Result<std::vector<std::optional<CachedRecord>>> Cached(
      std::string_view kind, std::span<const std::string> names) override {
    return inner_->Cached(kind, names);
  }
  Result<StreamLoad> Load(const StreamName& stream) override { return inner_->Load(stream); }

 private:
  std::unique_ptr<StreamWriter> inner_;
  int writes_;
  bool after_;
};

TEST_F(AddressProcessorTest, KilledAnywhereItNeitherLosesNorDoublesAnAddress) {
  // The first are for a fill and for the first two sixteenths of the tables; then it comes to its
  // end.
  for (const int writes : {1, 2, 3, 4, 5, 6, 7, 8, 21, 22}) {
    for (const bool after : {false, true}) {
      PutFill(Wallet(1000 + 2 * writes + after), Wallet(2000 + 2 * writes + after));
      tables_.traded = {"0x1" + Wallet(3000 + 2 * writes + after).substr(3)};
      EndGroup();
      DyingWriter dying(streams_.OpenWriter(), writes, after);

      const auto killed = Run(&dying);
      StorePut();
      ASSERT_THAT(Run(), IsOk());
      StorePut();

      EXPECT_TRUE(killed || killed.error().kind == ErrorKind::kConfig);
      EXPECT_THAT(Wanted(), IsEmpty());
      EXPECT_EQ(Swept(), "done");
      const auto put = PutAddresses();
      const std::set<std::string> distinct(put.begin(), put.end());
      EXPECT_EQ(distinct.size(), put.size()) << writes << after;
      for (const int kind : {1000, 2000}) {
        EXPECT_TRUE(distinct.contains(Wallet(kind + 2 * writes + after))) << writes << after;
      }
      EXPECT_TRUE(distinct.contains(*tables_.traded.begin())) << writes << after;
    }
  }
}

TEST_F(AddressProcessorTest, GoesThroughTheTablesOnce) {
  tables_.traded = {Wallet(7), "0xf" + Wallet(45).substr(3), Wallet(99)};

  ASSERT_THAT(Run(), IsOk());

  EXPECT_THAT(PutAddresses(), UnorderedElementsAre(Wallet(7), "0xf" + Wallet(45).substr(3)));
  EXPECT_EQ(node_.asked_at_least, 70U);
  EXPECT_EQ(Swept(), "done");

  // From now on what is new comes through the stream.
  PutFill(Wallet(8), kExchange);
  ASSERT_THAT(Run(), IsOk());
  tables_.traded.insert(Wallet(9));
  ASSERT_THAT(Run(), IsOk());
  EXPECT_THAT(PutAddresses(), testing::Not(testing::Contains(Wallet(9))));
}

TEST_F(AddressProcessorTest, GoesThroughTheTablesAgainAfterItsGroupHasEnded) {
  PutFill(Wallet(8), kExchange);
  ASSERT_THAT(Run(), IsOk());
  tables_.traded = {Wallet(9)};
  tables_.stored = {Wallet(8)};

  EndGroup();
  ASSERT_THAT(Run(), IsOk());

  EXPECT_THAT(PutAddresses(), ElementsAre(Wallet(8), Wallet(9)));
}

TEST(WantedAddresses, GivesEachItsTurn) {
  WantedAddresses wanted;
  for (int i = 1; i <= 5; ++i) wanted.Add({Wallet(i), 1});
  const auto next = [&] {
    std::vector<std::string> addresses;
    for (const auto& each : wanted.Next(2)) addresses.push_back(each.address);
    return addresses;
  };

  EXPECT_THAT(next(), ElementsAre(Wallet(1), Wallet(2)));
  EXPECT_THAT(next(), ElementsAre(Wallet(3), Wallet(4)));
  EXPECT_THAT(next(), ElementsAre(Wallet(5), Wallet(1)));
  for (int i = 1; i <= 4; ++i) wanted.Forget(Wallet(i));
  EXPECT_THAT(next(), ElementsAre(Wallet(5)));
  wanted.Forget(Wallet(5));
  EXPECT_THAT(next(), IsEmpty());
}

TEST(RecentNumbers, RemembersAtLeastTheLastAndForgetsTheOldest) {
  RecentNumbers recent(10);
  const auto number = [](std::uint64_t n) { return Uint256{{n, 0, 0, 0}}; };
  for (std::uint64_t n = 0; n < 100; ++n) {
    recent.Add(number(n));
    EXPECT_TRUE(recent.Contains(number(0))) << "it is asked for again and again";
  }

  for (std::uint64_t n = 95; n < 100; ++n) EXPECT_TRUE(recent.Contains(number(n)));
  EXPECT_FALSE(recent.Contains(number(50)));
}

}  // namespace
}  // namespace polyhouse
