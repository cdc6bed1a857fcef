#include "flow/process/trade_processor.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "codec/block_reader.h"
#include "codec/entry_codec.h"
#include "codec/native_block.h"
#include "codec/row_block.h"
#include "codec/timestamp.h"
#include "flow/block_entry.h"
#include "flow/process/market_follower.h"
#include "flow/process/waiting_trades.h"
#include "flow/retrier.h"
#include "flow/write/batch.h"

namespace polyhouse {
namespace {

/// How long an idle processor waits for entries before it looks around again.
constexpr std::chrono::milliseconds kIdleWait{200};
constexpr std::size_t kReadEntries = 1'000;
constexpr std::size_t kReadBytes = 16UL << 20U;
/// Between looks at the tables for markets, while no trade waits for one and while one does.
constexpr std::chrono::milliseconds kTablesIdle{60'000};
constexpr std::chrono::milliseconds kTablesWaiting{5'000};
/// Groups of trades that are completed in one transaction.
constexpr std::size_t kCompletedAtOnce = 500;

class EventProcessor final : public TradeProcessor {
 public:
  EventProcessor(TradeProcessorOptions options,
                 TradeProcessorTools tools,
                 std::uint64_t jitter_seed)
      : options_(std::move(options)),
        tools_(tools),
        follower_(tools.tables, tools.admin, tools.clock),
        retrier_(
            {options_.backoff},
            [this](const Error& error, auto wait) {
              tools_.events.StreamRetried(Trade::kStream, error, wait);
            },
            tools.clock,
            jitter_seed) {}

  Status Run(std::stop_token stop, std::stop_token drain) override {
    stop_ = stop;
    auto status = Begin();
    bool drained = false;
    while (status && !drained && !stop.stop_requested()) status = WorkOnce(drain, drained);
    if (!status && status.error().kind == ErrorKind::kStopping) return Ok();
    return status;
  }

 private:
  using Entries = std::vector<Entry>;

  /// Repeats what fails for a while; only kConfig, kRejected and kStopping come out.
  template <class Operation>
  auto Persist(Operation operation) {
    return retrier_.Do(operation, stop_);
  }

  Status Begin() {
    auto status = Persist([&] { return follower_.Load(stop_); });
    if (!status) return status;
    status = Persist([&] { return waiting_.Load(tools_.writer); });
    if (status) status = Persist([&] { return LoadAskedFor(); });
    return status ? FinishPending() : status;
  }

  Status LoadAskedFor() {
    const auto fields = tools_.writer.Fields(options_.wanted_tokens);
    if (!fields) return fields.error();
    for (const auto& [token, known] : *fields) {
      if (const auto id = ParseDigits256(token)) asked_for_.insert(*id);
    }
    return Ok();
  }

  /// What a predecessor of the same name has read and not finished, or what is left of a batch of
  /// which another processor has taken over a part.
  Status FinishPending() {
    while (true) {
      const auto entries = Persist([&] { return tools_.reader.Pending({}, Limit()); });
      if (!entries) return entries.error();
      if (entries->empty()) return Ok();
      if (auto status = Process(*entries); !status) return status;
    }
  }

  Status WorkOnce(const std::stop_token& drain, bool& drained) {
    // Asked before reading: what was appended before the request is then certainly seen.
    const bool draining = drain.stop_requested();
    const auto wait = draining ? std::chrono::milliseconds(0) : kIdleWait;
    const auto entries = Persist([&] { return tools_.reader.Read(Limit(), wait, stop_); });
    if (!entries) return entries.error();
    if (draining && entries->empty()) {
      drained = true;
      return FollowMarkets(true);
    }
    if (!entries->empty()) {
      if (auto status = Process(*entries); !status) return status;
    } else if (auto status = ClaimOrphans(); !status) {
      return status;
    }
    return FollowMarkets(false);
  }

  Status ClaimOrphans() {
    const SteadyTime now = tools_.clock.Steady();
    if (now < next_claim_) return Ok();
    next_claim_ = now + options_.claim_idle / 2;
    const auto claimed =
        Persist([&] { return tools_.reader.Claim(kReadEntries, options_.claim_idle); });
    if (!claimed) return claimed.error();
    return claimed->empty() ? Ok() : Process(*claimed);
  }

  /// Tables that are away hold nothing up: the trades are made, and completed later.
  Status FollowMarkets(bool now) {
    if (!now && tools_.clock.Steady() < next_look_) return Ok();
    next_look_ = tools_.clock.Steady() + options_.market_interval;
    // What was stored and trimmed before it was seen is in the tables alone.
    const auto tables = now                ? std::chrono::milliseconds(0)
                        : waiting_.empty() ? kTablesIdle
                                           : kTablesWaiting;
    const auto any = follower_.Follow(tables, stop_);
    if (!any && any.error().kind == ErrorKind::kConfig) return any.error();
    return any && *any ? CompleteWaiting() : Ok();
  }

  Status CompleteWaiting() {
    while (!waiting_.empty() && !stop_.stop_requested()) {
      auto completed = waiting_.Complete(follower_.index(), kCompletedAtOnce);
      if (completed.empty()) return Ok();
      AppendTransaction append{.stream = StreamName(std::string(Trade::kStream))};
      std::size_t rows = 0;
      for (auto& group : completed) {
        if (!group.trades.empty()) append.entries.push_back(EntryOf(group.trades));
        append.fields.push_back(group.done);
        rows += group.trades.size();
      }
      auto status = Persist([&] { return tools_.writer.Append(append); });
      if (!status) return status;
      for (const auto& group : completed) waiting_.Forget(group.field);
      tools_.events.TradesCompleted(rows);
    }
    return Ok();
  }

  NewEntry EntryOf(const std::vector<Trade>& trades) {
    made_.Clear();
    for (const Trade& trade : trades) made_.Append(trade);
    return BlockEntry(made_, FormatTime(tools_.clock.Now()));
  }

  /// What cannot be read is left out: the writer of order_fills makes dead letters of it.
  std::vector<OrderFill> FillsOf(const Entry& entry) {
    if (!IsReadable(entry)) return {};
    if (entry.version == kBlockVersion) {
      auto fills = ReadBlock<OrderFill>(entry.data);
      return fills ? std::move(*fills) : std::vector<OrderFill>();
    }
    std::vector<OrderFill> fills;
    RowTexts texts(entry.data, entry.version);
    for (std::string_view text; texts.Next(text);) {
      auto fill = decoder_.Decode(text);
      if (fill) fills.push_back(std::move(*fill));
    }
    return fills;
  }

  void AddEntry(const Entry& entry, AppendTransaction& append, StreamEntries& trades) {
    const auto fills = FillsOf(entry);
    std::map<std::pair<TokenSystem, Uint256>, std::string> waiting;
    made_.Clear();
    auto made = MakeTrades(fills);
    for (std::size_t i = 0; i < made.size(); ++i) {
      if (!made[i].trade) {
        append.dead_letters.push_back(
            Bury({&entry, EncodeEntry(fills[i])}, made[i].trade.error(), tools_.clock.Now())
                .letter);
        continue;
      }
      Trade& trade = *made[i].trade;
      const auto market = follower_.index().Find(made[i].token.system, made[i].token.id);
      if (market) NameMarket(trade, *market);
      made_.Append(trade);
      if (!market && !trade.removed) {
        AppendRow(waiting[{made[i].token.system, made[i].token.id}], EncodeEntry(trade));
      }
    }
    for (auto& [token, lines] : waiting) {
      AskFor(token.second, append);
      append.fields.push_back(
          waiting_.Keep({token.first, token.second}, ToString(entry.id), std::move(lines)));
    }
    if (made_.rows() > 0) {
      trades.entries.push_back(BlockEntry(made_, FormatTime(tools_.clock.Now())));
    }
  }

  /// Has the ingester of markets ask for the token's market (flow/wanted_tokens.h).
  void AskFor(const Uint256& token, AppendTransaction& append) {
    if (!asked_for_.insert(token).second) return;
    append.fields.push_back({options_.wanted_tokens, ToDigits(token), ""});
  }

  static bool IsWaiting(const FieldChange& change) { return change.key == WaitingTrades::kKey; }

  /// It was not stored.
  void ForgetChange(const FieldChange& change) {
    if (IsWaiting(change)) {
      waiting_.Forget(change.field);
    } else if (const auto token = ParseDigits256(change.field)) {
      asked_for_.erase(*token);
    }
  }

  /// Makes the trades of these entries and marks them done, all in one transaction.
  Status Process(const Entries& entries) {
    const auto begun = SteadyNow();
    AppendTransaction append{.stream = StreamName(std::string(OrderFill::kStream))};
    StreamEntries trades{StreamName(std::string(Trade::kStream)), {}};
    StreamAcks acks{append.stream,
                    GroupName(std::string(kProcessorGroup)),
                    ConsumerName(options_.consumer),
                    {}};
    for (const Entry& entry : entries) {
      AddEntry(entry, append, trades);
      acks.ids.push_back(entry.id);
    }
    std::size_t rows = 0;
    for (const NewEntry& entry : trades.entries) rows += entry.rows;
    if (!trades.entries.empty()) append.others.push_back(std::move(trades));
    append.acks.push_back(std::move(acks));
    auto status = Persist([&] { return tools_.writer.Append(append); });
    if (status) {
      const auto waiting = std::count_if(append.fields.begin(), append.fields.end(), IsWaiting);
      tools_.events.TradesMade(rows, static_cast<std::size_t>(waiting), SteadyNow() - begun);
      return Ok();
    }
    for (const FieldChange& change : append.fields) ForgetChange(change);
    // Another processor has taken a part of them over; what is still ours is pending.
    if (status.error().kind == ErrorKind::kRejected) return FinishPending();
    return status;
  }

  ReadLimit Limit() const {
    return {.entries = kReadEntries, .bytes = kReadBytes, .rows = options_.rows};
  }

  TradeProcessorOptions options_;
  TradeProcessorTools tools_;
  MarketFollower follower_;
  WaitingTrades waiting_;
  std::set<Uint256> asked_for_;
  EntryDecoder<OrderFill> decoder_;
  NativeBlock<Trade> made_;  ///< Of one entry at a time; keeps its buffers.
  Retrier retrier_;
  std::stop_token stop_;
  SteadyTime next_claim_{};
  SteadyTime next_look_{};
};

}  // namespace

std::unique_ptr<TradeProcessor> MakeTradeProcessor(TradeProcessorOptions options,
                                                   TradeProcessorTools tools,
                                                   std::uint64_t jitter_seed) {
  return std::make_unique<EventProcessor>(std::move(options), tools, jitter_seed);
}

}  // namespace polyhouse
