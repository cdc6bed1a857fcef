#include "flow/process/address_processor.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/number_text.h"
#include "base/split.h"
#include "codec/entry_codec.h"
#include "codec/native_block.h"
#include "codec/timestamp.h"
#include "domain/order_fill.h"
#include "flow/block_entry.h"
#include "flow/process/entry_rows.h"
#include "flow/process/recent_numbers.h"
#include "flow/process/wanted_addresses.h"
#include "flow/state_keys.h"

namespace polyhouse {
namespace {

/// Addresses that are looked up and asked for in one turn.
constexpr std::size_t kAskAtOnce = 500;
/// Addresses to ask for beyond which no more entries are read.
constexpr std::size_t kMostWanted = 100'000;
/// Addresses that are remembered as done: about 50 bytes each, twice.
constexpr std::size_t kMostKnown = 500'000;
/// Addresses that are taken from the tables at once.
constexpr std::size_t kPageRows = 50'000;

std::string CursorKey() {
  return "state:addresses" + std::string(kCursorState);
}

StreamName Output() {
  return StreamName(std::string(Address::kStream));
}

std::string Quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

/// Those of a sixteenth of all addresses that have traded and are not in our table. It ends as soon
/// as it has enough of them, and takes the memory of a sixteenth of ours.
std::string UnknownWallets(char digit) {
  const std::string prefix = std::string("'0x") + digit + "')";
  return "SELECT DISTINCT wallet FROM (SELECT arrayJoin([maker, taker]) AS wallet FROM trades "
         "WHERE "
         "NOT removed) WHERE startsWith(wallet, " +
         prefix +
         " AND wallet GLOBAL NOT IN (SELECT address FROM addresses WHERE startsWith(address, " +
         prefix + ") LIMIT " + std::to_string(kPageRows) + " FORMAT TabSeparated";
}

/// The sixteenth behind this one.
std::string After(char digit) {
  if (digit == 'f') return std::string(kDonePosition);
  return {digit == '9' ? 'a' : static_cast<char>(digit + 1)};
}

class AddressProcessor final : public LoopedProcessor {
 public:
  AddressProcessor(AddressProcessorOptions options,
                   AddressProcessorTools tools,
                   std::uint64_t jitter_seed)
      : LoopedProcessor({"addresses", Output(), options.max_backlog, options.backoff},
                        {tools.writer, tools.events, tools.clock},
                        jitter_seed),
        options_(std::move(options)),
        tools_(std::move(tools)),
        feed_({.stream = StreamName(std::string(OrderFill::kStream)),
               .group = GroupName(std::string(kAddressGroup)),
               .consumer = ConsumerName(options_.consumer),
               .claim_idle = options_.claim_idle},
              tools_.reader,
              tools_.clock),
        jitter_(jitter_seed) {
    for (const std::string& exchange : options_.exchanges) {
      if (const auto number = ParseAddress(exchange)) exchanges_.insert(*number);
    }
  }

 private:
  /// What the stream held before our group began to read it may be in the tables alone.
  Status Begin() override {
    last_answer_ = tools_.clock.Steady();
    const auto mark =
        Persist([&] { return tools_.admin.LowWaterMark(feed_.stream(), feed_.group()); });
    if (!mark) return mark.error();
    if (mark->value_or(EntryId{}) == EntryId{}) {
      auto status = Persist([&] {
        return tools_.writer.Append({.stream = Output(), .set = {{CursorKey(), ""}}});
      });
      if (!status) return status;
    }
    return Persist([&] { return wanted_.Load(tools_.writer); });
  }

  Result<bool> Work(bool draining) override {
    const auto has_read = ReadEntries(draining);
    if (!has_read) return has_read;
    // After the first look at the stream: our group is there, so that what is stored from now on
    // comes through it.
    if (HasWork()) {
      if (auto status = WorkOn(*has_read); !status) return std::move(status).error();
    }
    if (!draining || *has_read) return false;
    return !HasWork() || GivesUp();
  }

  bool HasWork() const { return wanted_.size() > 0 || !is_swept_; }
  bool MustWait() { return tools_.clock.Steady() < next_ask_; }

  /// True when there were some.
  Result<bool> ReadEntries(bool draining) {
    if (wanted_.size() >= kMostWanted) return false;
    const bool is_idle = !draining && (!HasWork() || MustWait());
    const auto wait = is_idle ? kIdleWait : std::chrono::milliseconds(0);
    const auto entries = Persist([&] { return feed_.Next(wait, wake(draining)); });
    if (!entries) return entries.error();
    if (entries->empty()) return false;
    if (auto status = Note(*entries); !status) return std::move(status).error();
    return true;
  }

  /// Nodes and tables that are away hold nothing up.
  Status WorkOn(bool has_read) {
    if (MustWait()) {
      if (!has_read)
        tools_.clock.SleepUntil(std::min(next_ask_, tools_.clock.Steady() + kIdleWait), stop());
      return Ok();
    }
    auto status = wanted_.size() > 0 ? AskForSome() : TakeFromTables();
    if (!status && status.error().kind == ErrorKind::kTransient) {
      PutOff(status.error());
      return Ok();
    }
    failures_ = 0;
    return status;
  }

  void PutOff(const Error& error) {
    const auto wait = BackoffDelay(options_.backoff,
                                   ++failures_,
                                   jitter_.Next(),
                                   error.retry_after.value_or(std::chrono::milliseconds(0)));
    next_ask_ = tools_.clock.Steady() + wait;
    tools_.events.AddressesPutOff(wanted_.size(), error, wait);
  }

  bool GivesUp() {
    if (options_.give_up_after.count() == 0) return false;
    if (tools_.clock.Steady() < last_answer_ + options_.give_up_after) return false;
    tools_.events.AddressesLeft(wanted_.size());
    return true;
  }

  /// The number of an address that nodes may have to be asked for.
  std::optional<Uint256> Wallet(std::string_view address) const {
    const auto number = ParseAddress(address);
    if (!number || number->IsZero() || exchanges_.contains(*number)) return std::nullopt;
    return number;
  }
  bool IsNew(const std::string& address) {
    const auto wallet = Wallet(address);
    return wallet && !known_.Contains(*wallet);
  }

  // The stream.

  /// Notes the addresses of these entries and marks the entries done, in one transaction.
  Status Note(const std::vector<Entry>& entries) {
    std::map<std::string, std::uint64_t> found;
    for (const Entry& entry : entries) {
      for (const OrderFill& fill : EntryRows(decoder_, entry)) {
        if (fill.removed) continue;
        for (const std::string& address : {fill.maker, fill.taker}) {
          if (address == fill.exchange || wanted_.Contains(address)) continue;
          auto& block = found[address];
          block = std::max(block, fill.block_number);
        }
      }
    }
    std::erase_if(found, [&](const auto& each) { return !IsNew(each.first); });
    AppendTransaction append{.stream = feed_.stream(), .acks = {feed_.AcksOf(entries)}};
    for (const auto& [address, block] : found) {
      append.fields.push_back(WantedAddresses::Keep({address, block}));
    }
    auto status = Persist([&] { return tools_.writer.Append(append); });
    if (status) {
      for (const auto& [address, block] : found) wanted_.Add({address, block});
      return status;
    }
    if (status.error().kind != ErrorKind::kRejected) return status;
    feed_.GiveAgain();
    return Ok();
  }

  // The nodes.

  /// kTransient: the tables or the nodes are away.
  Status AskForSome() {
    auto asked = wanted_.Next(kAskAtOnce);
    if (auto status = ForgetStored(asked); !status) return status;
    if (asked.empty()) return Ok();
    std::vector<std::string> addresses;
    std::uint64_t at_least = 0;
    for (const WantedAddress& wanted : asked) {
      addresses.push_back(wanted.address);
      at_least = std::max(at_least, wanted.block);
    }
    const auto states = tools_.ask(addresses, at_least, stop());
    if (!states) return states.error();
    return Put(addresses, *states);
  }

  /// Takes out those that are in the table already, as after a new beginning.
  Status ForgetStored(std::vector<WantedAddress>& asked) {
    std::string list;
    for (const WantedAddress& wanted : asked) {
      list.append(list.empty() ? "" : ",").append(Quoted(wanted.address));
    }
    const auto answer =
        tools_.tables.Fetch("SELECT DISTINCT address FROM addresses WHERE address IN (" + list +
                                ") FORMAT TabSeparated",
                            stop());
    if (!answer) return answer.error();
    const auto lines = Split(*answer, '\n');
    const std::set<std::string> stored(lines.begin(), lines.end());
    if (stored.empty()) return Ok();
    std::erase_if(asked, [&](const auto& wanted) { return stored.contains(wanted.address); });
    return Finish(lines, {.stream = Output()});
  }

  /// Nothing is said of an address without an answer: it stays wanted.
  Status Put(const std::vector<std::string>& addresses, const AddressStates& states) {
    const Timestamp now = tools_.clock.Now();
    std::vector<std::string> answered;
    made_.Clear();
    for (std::size_t i = 0; i < std::min(addresses.size(), states.states.size()); ++i) {
      const auto& state = states.states[i];
      if (!state) continue;
      made_.Append({.address = addresses[i],
                    .is_contract = state->code_size > 0,
                    .code_size = state->code_size,
                    .transaction_count = state->transaction_count,
                    .block_number = states.block,
                    .checked_at = now,
                    .version = static_cast<std::uint64_t>(now.time_since_epoch().count())});
      answered.push_back(addresses[i]);
    }
    if (answered.empty()) return TransientError("no node says what these addresses are");
    auto status =
        Finish(answered, {.stream = Output(), .entries = {BlockEntry(made_, FormatTime(now))}});
    if (!status) return status;
    tools_.events.AddressesChecked(answered.size(), addresses.size() - answered.size());
    return Ok();
  }

  /// These are wanted no more, in one transaction with what `append` holds.
  Status Finish(const std::vector<std::string>& addresses, AppendTransaction append) {
    for (const std::string& address : addresses) {
      append.fields.push_back(WantedAddresses::Done(address));
    }
    auto status = Persist([&] { return tools_.writer.Append(append); });
    if (!status) return status;
    last_answer_ = tools_.clock.Steady();
    for (const std::string& address : addresses) {
      wanted_.Forget(address);
      if (const auto wallet = Wallet(address)) known_.Add(*wallet);
    }
    return Ok();
  }

  // What was stored before.

  /// The next addresses of the tables, which are their own note: until all of a sixteenth are done,
  /// its turn comes again after a kill. Any number of processors do this together.
  Status TakeFromTables() {
    const auto position = Persist([&] { return tools_.writer.State(CursorKey()); });
    if (!position) return position.error();
    const std::string from = position->value_or("");
    is_swept_ = from == kDonePosition;
    if (is_swept_) return Ok();
    const char digit = from.empty() ? '0' : from.front();
    const auto newest =
        tools_.tables.Fetch("SELECT max(block_number) FROM trades FORMAT TabSeparated", stop());
    if (!newest) return newest.error();
    const auto page = tools_.tables.Fetch(UnknownWallets(digit), stop());
    if (!page) return page.error();
    std::uint64_t block = 0;
    ReadNumber(newest->substr(0, newest->find('\n')), block);
    const auto wallets = Split(*page, '\n');
    for (const std::string& address : wallets) {
      if (IsNew(address)) wanted_.Add({address, block});
    }
    if (wanted_.size() > 0) return Ok();
    if (wallets.size() < kPageRows) return MoveOn(from, After(digit));
    // All of these are on their way to the table.
    next_ask_ = tools_.clock.Steady() + kIdleWait;
    return Ok();
  }

  Status MoveOn(const std::string& from, const std::string& to) {
    auto status = Persist([&] {
      return tools_.writer.Append({.stream = Output(),
                                   .set = {{CursorKey(), to}},
                                   .expected = ExpectedState{CursorKey(), from}});
    });
    // Another processor was faster; or we are to end, which the caller sees.
    return status || status.error().kind == ErrorKind::kStopping ? Ok() : status;
  }

  AddressProcessorOptions options_;
  AddressProcessorTools tools_;
  EntryFeed feed_;
  Jitter jitter_;
  std::set<Uint256> exchanges_;
  WantedAddresses wanted_;
  RecentNumbers known_{kMostKnown};  ///< In the table or on their way there.
  EntryDecoder<OrderFill> decoder_;
  NativeBlock<Address> made_;  ///< Keeps its buffers.
  bool is_swept_ = false;      ///< All that the tables held was asked for.
  std::uint32_t failures_ = 0;
  SteadyTime next_ask_{};
  SteadyTime last_answer_{};
};

}  // namespace

std::unique_ptr<Processor> MakeAddressProcessor(AddressProcessorOptions options,
                                                AddressProcessorTools tools,
                                                std::uint64_t jitter_seed) {
  return std::make_unique<AddressProcessor>(std::move(options), std::move(tools), jitter_seed);
}

}  // namespace polyhouse
