#include "flow/process/enricher.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/number_text.h"
#include "codec/record_type.h"
#include "flow/event_cache.h"
#include "flow/process/enriched_rows.h"
#include "flow/process/entry_rows.h"
#include "flow/state_keys.h"

namespace polyhouse {
namespace {

/// Markets that are read from the tables and put in one transaction.
constexpr std::size_t kTableRows = 1'000;
/// Between looks whether the stream, or what was in it, was lost.
constexpr std::chrono::milliseconds kLossInterval{10'000};

std::string Key(std::string_view suffix) {
  return std::string(kEnrichmentState) + std::string(suffix);
}

StreamName Output() {
  return StreamName(std::string(EnrichedMarket::kStream));
}

/// An event as the last of some entries has it, with the versions of all.
struct NewestEvent {
  Event event;
  std::set<std::uint64_t> versions;
};
using NewestEvents = std::map<EventId, NewestEvent>;

/// Changed events on their way to their markets.
struct EventChanges {
  DetailsById details;
  StreamAcks acks;
  EntryId last;                         ///< Of their entries.
  std::optional<EntryId> markets_upto;  ///< Markets up to this one must be stored; empty: not yet
                                        ///< known, because the events are not.
};

class Enricher final : public LoopedProcessor {
 public:
  Enricher(EnricherOptions options, EnricherTools tools, std::uint64_t jitter_seed)
      : LoopedProcessor({"enrich", Output(), options.max_backlog, options.backoff},
                        {tools.writer, tools.events_log, tools.clock},
                        jitter_seed),
        tools_(tools),
        source_(tools.writer, tools.tables),
        markets_(
            FeedOf(MarketRecords(), kMarketEnricherGroup, options), tools.markets, tools.clock),
        events_(FeedOf(EventRecords(), kEventEnricherGroup, options), tools.events, tools.clock) {}

 private:
  static EntryFeed::Options FeedOf(const RecordType& type,
                                   std::string_view group,
                                   const EnricherOptions& options) {
    return {.stream = StreamName(std::string(type.stream)),
            .group = GroupName(std::string(group)),
            .consumer = ConsumerName(options.consumer),
            .claim_idle = options.claim_idle};
  }

  /// What a stream held before our group began to read it may be in the tables alone.
  Status Begin() override {
    for (const EntryFeed* feed : {&markets_, &events_}) {
      const auto mark =
          Persist([&] { return tools_.admin.LowWaterMark(feed->stream(), feed->group()); });
      if (!mark) return mark.error();
      if (mark->value_or(EntryId{}) != EntryId{}) continue;
      auto status = Persist([&] { return EnrichAgain(tools_.writer); });
      if (!status) return status;
    }
    return Ok();
  }

  Result<bool> Work(bool draining) override {
    const auto on_events = WorkOnEvents();
    if (!on_events) return on_events;
    // After the first look at both streams: their groups are there, so that what is stored from now
    // on comes through them.
    const auto on_tables = has_looked_ ? WorkOnTables() : Result<bool>(true);
    if (!on_tables) return on_tables;
    has_looked_ = true;
    const bool busy = *on_events || *on_tables;
    const auto wait = busy       ? std::chrono::milliseconds(0)
                      : changes_ ? kWriterWait
                      : draining ? std::chrono::milliseconds(0)
                                 : kIdleWait;
    const auto entries = Persist([&] { return markets_.Next(wait, wake(draining)); });
    if (!entries) return entries.error();
    if (entries->empty()) return draining && !busy && !changes_;
    if (auto status = ProcessMarkets(*entries); !status) return std::move(status).error();
    return false;
  }

  /// Puts markets, joined with their events, and whatever else `append` holds.
  Status Put(std::vector<EnrichedMarket>& rows, AppendTransaction append) {
    append.stream = Output();
    AddRows(rows, tools_.clock.Now(), append);
    if (!append.entries.empty()) {
      append.add.emplace_back(Key(kPutState), static_cast<std::int64_t>(append.entries.size()));
    }
    return Persist([&] { return tools_.writer.Append(append); });
  }

  Status ProcessMarkets(const std::vector<Entry>& entries) {
    std::vector<EnrichedMarket> rows;
    for (const Entry& entry : entries) {
      for (EnrichedMarket& row : EntryRows(market_decoder_, entry)) rows.push_back(std::move(row));
    }
    const auto details = Persist([&] { return source_.EventsOf(rows, stop()); });
    if (!details) return details.error();
    for (EnrichedMarket& row : rows) Join(row, *details);
    auto status = Put(rows, {.acks = {markets_.AcksOf(entries)}});
    if (status) tools_.events_log.MarketsEnriched(rows.size(), 0);
    if (status || status.error().kind != ErrorKind::kRejected) return status;
    markets_.GiveAgain();
    return Ok();
  }

  // Events.

  /// True when there was something to do.
  Result<bool> WorkOnEvents() {
    if (!changes_) {
      const auto entries =
          Persist([&] { return events_.Next(std::chrono::milliseconds(0), stop()); });
      if (!entries) return entries.error();
      if (entries->empty()) return false;
      if (auto status = TakeEvents(*entries); !status) return std::move(status).error();
      return true;
    }
    const auto stored = Persist([&] { return IsStored(*changes_); });
    if (!stored) return stored.error();
    if (!*stored) return false;
    if (auto status = PutChanges(); !status) return std::move(status).error();
    return true;
  }

  Status TakeEvents(const std::vector<Entry>& entries) {
    NewestEvents newest;
    for (const Entry& entry : entries) {
      for (Event& event : EntryRows(event_decoder_, entry)) {
        auto& known = newest[event.id];
        known.versions.insert(event.version);
        if (known.event.version <= event.version) known.event = std::move(event);
      }
    }
    AppendTransaction append{.stream = events_.stream()};
    EventChanges changes{.acks = events_.AcksOf(entries), .last = entries.back().id};
    auto status = Persist([&] { return FindChanges(newest, changes, append); });
    if (!status) return status;
    if (changes.details.empty()) return AckEvents(std::move(append), std::move(changes.acks));
    if (!append.cached.empty()) status = Persist([&] { return tools_.writer.Append(append); });
    if (status) changes_ = std::move(changes);
    return status;
  }

  /// Which events have other facts than before. The cache is written with the stream: of what it
  /// knows, the version with which the facts came up is the one that changes something. What it
  /// does not know is a change, and may not stay in it as it is.
  Status FindChanges(const NewestEvents& events, EventChanges& changes, AppendTransaction& append) {
    std::vector<std::string> slugs;
    for (const auto& [id, newest] : events) slugs.push_back(newest.event.slug);
    const auto cached = tools_.writer.Cached(kEventCache, slugs);
    if (!cached) return cached.error();
    changes.details.clear();
    append.cached.clear();
    auto record = cached->begin();
    for (const auto& [id, newest] : events) {
      const auto& known = *record++;
      const bool is_known =
          known && known->id == id.value() && known->version >= newest.event.version;
      if (!is_known) append.cached.push_back(ForgetOf(newest.event));
      if (!is_known || newest.versions.contains(known->since)) {
        changes.details.emplace(id, DetailsOf(newest.event));
      }
    }
    return Ok();
  }

  Status AckEvents(AppendTransaction append, StreamAcks acks) {
    append.acks = {std::move(acks)};
    auto status = Persist([&] { return tools_.writer.Append(append); });
    if (status || status.error().kind != ErrorKind::kRejected) return status;
    events_.GiveAgain();
    return Ok();
  }

  /// Whether the tables hold the events, and every market that may have been joined without them.
  Result<bool> IsStored(EventChanges& changes) {
    const auto last = tools_.admin.LastId(events_.stream());
    if (!last) return last.error();
    if (*last < changes.last) return true;  // The stream was lost: nothing can be waited for.
    if (!changes.markets_upto) {
      const auto events = HaveStored(tools_.admin, EventRecords(), changes.last);
      if (!events || !*events) return events;
      const auto upto = tools_.admin.LastId(markets_.stream());
      if (!upto) return upto.error();
      changes.markets_upto = *upto;
    }
    return HaveStored(tools_.admin, MarketRecords(), *changes.markets_upto);
  }

  /// Puts the markets of the changed events again.
  Status PutChanges() {
    const EventChanges changes = std::move(*changes_);
    changes_.reset();
    const auto ids = Persist([&] { return source_.MarketsOf(changes.details, stop()); });
    if (!ids) return ids.error();
    std::size_t put = 0;
    for (std::span rest(*ids); !rest.empty();) {
      const auto some = rest.first(std::min(rest.size(), kTableRows));
      rest = rest.subspan(some.size());
      auto markets = Persist([&] { return source_.Read(some, tools_.clock.Now(), stop()); });
      if (!markets) return markets.error();
      std::erase_if(markets->rows,
                    [&](const auto& row) { return !changes.details.contains(row.event_id); });
      for (EnrichedMarket& row : markets->rows) Join(row, changes.details);
      put += markets->rows.size();
      auto status = Put(markets->rows, {.dead_letters = std::move(markets->unreadable)});
      if (!status) return status;
    }
    tools_.events_log.MarketsEnriched(put, changes.details.size());
    return AckEvents({.stream = events_.stream()}, changes.acks);
  }

  // What was stored before.

  /// True when there was something to do.
  Result<bool> WorkOnTables() {
    if (is_through_ && tools_.clock.Steady() < next_look_) return false;
    next_look_ = tools_.clock.Steady() + kLossInterval;
    auto status = Persist([&] { return LookForLoss(); });
    if (!status) return std::move(status).error();
    auto position = Persist([&] { return tools_.writer.State(Key(kCursorState)); });
    if (!position) return std::move(position).error();
    const std::string from = position->value_or("");
    is_through_ = from == kDonePosition;
    if (is_through_) return false;
    status = SweepFrom(from);
    if (!status) return std::move(status).error();
    return true;
  }

  /// The next markets of the tables. Any number of enrichers do this together: each moves the
  /// position from where it found it.
  Status SweepFrom(const std::string& from) {
    const auto ids = Persist([&] { return source_.MarketsAfter(from, kTableRows, stop()); });
    if (!ids) return ids.error();
    auto markets = Persist([&] { return source_.Read(*ids, tools_.clock.Now(), stop()); });
    if (!markets) return markets.error();
    const auto details = Persist([&] { return source_.EventsOf(markets->rows, stop()); });
    if (!details) return details.error();
    for (EnrichedMarket& row : markets->rows) Join(row, *details);
    const std::string next = ids->size() < kTableRows ? std::string(kDonePosition) : ids->back();
    auto status = Put(markets->rows,
                      {.dead_letters = std::move(markets->unreadable),
                       .set = {{Key(kCursorState), next}},
                       .expected = ExpectedState{Key(kCursorState), from}});
    if (status) tools_.events_log.MarketsEnriched(markets->rows.size(), 0);
    // Another enricher was faster; or we are to end, which the caller sees.
    return status || status.error().kind == ErrorKind::kStopping ? Ok() : status;
  }

  /// A stream that has had fewer entries than were put into it is not the same any more: everything
  /// is put again.
  Status LookForLoss() {
    const auto text = tools_.writer.State(Key(kPutState));
    if (!text) return text.error();
    const auto load = tools_.writer.Load(Output());
    if (!load) return load.error();
    std::uint64_t put = 0;
    if (!*text || !ReadNumber(**text, put) || load->added >= put) return Ok();
    tools_.events_log.StreamLost("enrich", Output().value());
    auto status = tools_.writer.Append(
        {.stream = Output(),
         .set = {{Key(kCursorState), ""}, {Key(kPutState), std::to_string(load->added)}},
         .expected = ExpectedState{Key(kPutState), **text}});
    return status || status.error().kind == ErrorKind::kStopping ? Ok() : status;
  }

  EnricherTools tools_;
  EnrichmentSource source_;
  EntryFeed markets_;
  EntryFeed events_;
  EntryDecoder<EnrichedMarket> market_decoder_;
  EntryDecoder<Event> event_decoder_;
  std::optional<EventChanges> changes_;
  bool has_looked_ = false;
  bool is_through_ = false;  ///< All that the tables held was put.
  SteadyTime next_look_{};
};

}  // namespace

std::unique_ptr<Processor> MakeEnricher(EnricherOptions options,
                                        EnricherTools tools,
                                        std::uint64_t jitter_seed) {
  return std::make_unique<Enricher>(std::move(options), tools, jitter_seed);
}

Status EnrichAgain(StreamWriter& writer) {
  return writer.Append({.stream = Output(), .set = {{Key(kCursorState), ""}}});
}

}  // namespace polyhouse
