#include "flow/process/trade_processor.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "codec/entry_codec.h"
#include "codec/native_block.h"
#include "codec/row_block.h"
#include "codec/timestamp.h"
#include "flow/block_entry.h"
#include "flow/process/entry_rows.h"
#include "flow/process/market_follower.h"
#include "flow/process/waiting_trades.h"
#include "flow/write/batch.h"

namespace polyhouse {
namespace {

/// Between looks at the tables for markets, while no trade waits for one and while one does.
constexpr std::chrono::milliseconds kTablesIdle{60'000};
constexpr std::chrono::milliseconds kTablesWaiting{5'000};
/// Groups of trades that are completed in one transaction.
constexpr std::size_t kCompletedAtOnce = 500;

class TradeProcessor final : public LoopedProcessor {
 public:
  TradeProcessor(TradeProcessorOptions options,
                 TradeProcessorTools tools,
                 std::uint64_t jitter_seed)
      : LoopedProcessor({"trades",
                         StreamName(std::string(Trade::kStream)),
                         options.max_backlog,
                         options.backoff},
                        {tools.writer, tools.events, tools.clock},
                        jitter_seed),
        options_(std::move(options)),
        tools_(tools),
        feed_({.stream = StreamName(std::string(OrderFill::kStream)),
               .group = GroupName(std::string(kProcessorGroup)),
               .consumer = ConsumerName(options_.consumer),
               .limit = {.entries = kReadEntries, .bytes = kReadBytes, .rows = options_.rows},
               .claim_idle = options_.claim_idle},
              tools.reader,
              tools.clock),
        follower_(tools.tables, tools.admin, tools.clock) {}

 private:
  Status Begin() override {
    auto status = Persist([&] { return follower_.Load(stop()); });
    if (!status) return status;
    status = Persist([&] { return waiting_.Load(tools_.writer); });
    return status ? Persist([&] { return LoadAskedFor(); }) : status;
  }

  Result<bool> Work(bool draining) override {
    const auto wait = draining ? std::chrono::milliseconds(0) : kIdleWait;
    const auto entries = Persist([&] { return feed_.Next(wait, stop()); });
    if (!entries) return entries.error();
    const bool drained = draining && entries->empty();
    if (!entries->empty()) {
      if (auto status = Process(*entries); !status) return std::move(status).error();
    }
    if (auto status = FollowMarkets(drained); !status) return std::move(status).error();
    return drained;
  }

  Status LoadAskedFor() {
    const auto fields = tools_.writer.Fields(options_.wanted_tokens);
    if (!fields) return fields.error();
    for (const auto& [token, known] : *fields) {
      if (const auto id = ParseDigits256(token)) asked_for_.insert(*id);
    }
    return Ok();
  }

  /// Tables that are away hold nothing up: the trades are made, and completed later.
  Status FollowMarkets(bool now) {
    if (!now && tools_.clock.Steady() < next_look_) return Ok();
    next_look_ = tools_.clock.Steady() + options_.market_interval;
    // What was stored and trimmed before it was seen is in the tables alone.
    const auto tables = now                ? std::chrono::milliseconds(0)
                        : waiting_.empty() ? kTablesIdle
                                           : kTablesWaiting;
    const auto any = follower_.Follow(tables, stop());
    if (!any && any.error().kind == ErrorKind::kConfig) return any.error();
    return any && *any ? CompleteWaiting() : Ok();
  }

  Status CompleteWaiting() {
    while (!waiting_.empty() && !stop().stop_requested()) {
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

  void AddEntry(const Entry& entry, AppendTransaction& append, StreamEntries& trades) {
    const auto fills = EntryRows(decoder_, entry);
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
  Status Process(const std::vector<Entry>& entries) {
    const auto begun = SteadyNow();
    AppendTransaction append{.stream = feed_.stream()};
    StreamEntries trades{StreamName(std::string(Trade::kStream)), {}};
    for (const Entry& entry : entries) AddEntry(entry, append, trades);
    std::size_t rows = 0;
    for (const NewEntry& entry : trades.entries) rows += entry.rows;
    if (!trades.entries.empty()) append.others.push_back(std::move(trades));
    append.acks.push_back(feed_.AcksOf(entries));
    auto status = Persist([&] { return tools_.writer.Append(append); });
    if (status) {
      const auto waiting = std::count_if(append.fields.begin(), append.fields.end(), IsWaiting);
      tools_.events.TradesMade(rows, static_cast<std::size_t>(waiting), SteadyNow() - begun);
      return Ok();
    }
    for (const FieldChange& change : append.fields) ForgetChange(change);
    if (status.error().kind != ErrorKind::kRejected) return status;
    feed_.GiveAgain();
    return Ok();
  }

  TradeProcessorOptions options_;
  TradeProcessorTools tools_;
  EntryFeed feed_;
  MarketFollower follower_;
  WaitingTrades waiting_;
  std::set<Uint256> asked_for_;
  EntryDecoder<OrderFill> decoder_;
  NativeBlock<Trade> made_;  ///< Of one entry at a time; keeps its buffers.
  SteadyTime next_look_{};
};

}  // namespace

std::unique_ptr<Processor> MakeTradeProcessor(TradeProcessorOptions options,
                                              TradeProcessorTools tools,
                                              std::uint64_t jitter_seed) {
  return std::make_unique<TradeProcessor>(std::move(options), tools, jitter_seed);
}

}  // namespace polyhouse
