#include "flow/process/trade_processor.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "codec/entry_codec.h"
#include "codec/native_block.h"
#include "codec/timestamp.h"
#include "flow/block_entry.h"
#include "flow/process/entry_rows.h"
#include "flow/process/market_follower.h"
#include "flow/process/stored_trades.h"
#include "flow/process/waiting_tokens.h"
#include "flow/write/batch.h"

namespace polyhouse {
namespace {

/// Between looks at the tables for markets, while no trade waits for one and while one does.
constexpr std::chrono::milliseconds kTablesIdle{60'000};
constexpr std::chrono::milliseconds kTablesWaiting{5'000};
/// Tokens whose trades are read from the tables at once.
constexpr std::size_t kTokensAtOnce = 500;

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
        follower_(tools.tables, tools.admin, tools.clock),
        waiting_(options_.consumer),
        stored_(tools.tables, tools.admin) {}

 private:
  Status Begin() override {
    auto status = Persist([&] { return follower_.Load(stop()); });
    if (!status) return status;
    status = Persist([&] { return waiting_.Load(tools_.writer); });
    return status ? Persist([&] { return LoadAskedFor(); }) : status;
  }

  Result<bool> Work(bool draining) override {
    const auto wait = stored_.has_begun() ? kWriterWait
                      : draining          ? std::chrono::milliseconds(0)
                                          : kIdleWait;
    const auto entries = Persist([&] { return feed_.Next(wait, wake(draining)); });
    if (!entries) return entries.error();
    const bool drained = draining && entries->empty() && !stored_.has_begun();
    if (!entries->empty()) {
      if (auto status = Process(*entries); !status) return std::move(status).error();
    }
    // Tables that are away hold nothing up: the trades are made, and completed later.
    auto status = FollowMarkets(drained);
    if (status || status.error().kind == ErrorKind::kTransient) {
      if (auto completed = CompleteStored(); !completed) status = std::move(completed);
    }
    if (!status && status.error().kind != ErrorKind::kTransient) return std::move(status).error();
    NoteMarkets(status);
    return drained && !stored_.has_begun();
  }

  /// Whether markets could be looked for and trades be completed.
  void NoteMarkets(const Status& status) {
    constexpr std::string_view kPlace = "trades, of markets";
    if (!status) {
      tools_.events.ProcessorHeldUp(kPlace, status.error(), options_.market_interval);
    } else {
      tools_.events.ProcessorGoesOn(kPlace);
    }
  }

  Status LoadAskedFor() {
    const auto fields = tools_.writer.Fields(options_.wanted_tokens);
    if (!fields) return fields.error();
    for (const auto& [token, known] : *fields) {
      if (const auto id = ParseDigits256(token)) asked_for_.insert(*id);
    }
    return Ok();
  }

  Status FollowMarkets(bool now) {
    if (!now && tools_.clock.Steady() < next_look_) return Ok();
    next_look_ = tools_.clock.Steady() + options_.market_interval;
    // What was stored and trimmed before it was seen is in the tables alone.
    const auto tables = now                ? std::chrono::milliseconds(0)
                        : waiting_.empty() ? kTablesIdle
                                           : kTablesWaiting;
    const auto any = follower_.Follow(tables, stop());
    if (!any) return any.error();
    may_know_more_ = may_know_more_ || *any;
    if (!may_know_more_ || stored_.has_begun()) return Ok();
    auto known = waiting_.KnownTo(follower_.index(), kTokensAtOnce);
    may_know_more_ = !known.empty();
    return known.empty() ? Ok() : stored_.Begin(std::move(known));
  }

  /// Puts the trades of tokens whose market has come, complete, once they are all in the tables.
  Status CompleteStored() {
    while (stored_.has_begun() && !stop().stop_requested()) {
      auto trades = stored_.Next(stop());
      if (!trades) return std::move(trades).error();
      if (!*trades) return Ok();
      auto status = PutCompleted(**trades);
      if (!status) return status;
    }
    return Ok();
  }

  /// A page of them; the tokens are done when it is empty.
  Status PutCompleted(const std::vector<Trade>& stored) {
    AppendTransaction append{.stream = StreamName(std::string(Trade::kStream))};
    std::vector<Trade> completed = Completed(stored);
    if (!completed.empty()) append.entries.push_back(EntryOf(completed));
    if (stored.empty()) {
      for (const TradedToken& token : stored_.tokens())
        append.fields.push_back(waiting_.Done(token));
    }
    auto status = Persist([&] { return tools_.writer.Append(append); });
    if (!status) return status;
    if (!completed.empty()) tools_.events.TradesCompleted(completed.size());
    if (!stored.empty()) {
      stored_.Passed(stored.back());
      return Ok();
    }
    for (const TradedToken& token : stored_.tokens()) waiting_.Forget(token);
    stored_.End();
    next_look_ = {};  // There may be more.
    return Ok();
  }

  std::vector<Trade> Completed(const std::vector<Trade>& stored) const {
    std::vector<Trade> completed;
    for (const Trade& trade : stored) {
      const auto id = ParseDigits256(trade.token_id.value());
      const auto market =
          id ? follower_.index().Find(SystemOf(trade.generation), *id) : std::nullopt;
      if (!market) continue;
      NameMarket(completed.emplace_back(trade), *market);
      // The next one: what takes the fill back, later, is higher still.
      ++completed.back().version;
    }
    return completed;
  }

  NewEntry EntryOf(const std::vector<Trade>& trades) {
    made_.Clear();
    for (const Trade& trade : trades) made_.Append(trade);
    return BlockEntry(made_, FormatTime(tools_.clock.Now()));
  }

  void AddEntry(const Entry& entry, AppendTransaction& append, StreamEntries& trades) {
    const auto fills = EntryRows(decoder_, entry);
    std::set<std::pair<TokenSystem, Uint256>> waiting;
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
      if (!market && !trade.removed) waiting.insert({made[i].token.system, made[i].token.id});
    }
    for (const auto& [system, id] : waiting) {
      AskFor(id, append);
      append.fields.push_back(waiting_.Keep({system, id}));
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

  static bool IsWaiting(const FieldChange& change) { return change.key == WaitingTokens::kKey; }

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
    // A token that waits for nothing is harmless; one that was not asked for would wait for ever.
    for (const FieldChange& change : append.fields) {
      const auto token = IsWaiting(change) ? std::nullopt : ParseDigits256(change.field);
      if (token) asked_for_.erase(*token);
    }
    if (status.error().kind != ErrorKind::kRejected) return status;
    feed_.GiveAgain();
    return Ok();
  }

  TradeProcessorOptions options_;
  TradeProcessorTools tools_;
  EntryFeed feed_;
  MarketFollower follower_;
  WaitingTokens waiting_;
  StoredTrades stored_;
  bool may_know_more_ = true;  ///< The index may know a token that waits.
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
