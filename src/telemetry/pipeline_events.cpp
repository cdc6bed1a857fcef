#include "telemetry/pipeline_events.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/clock.h"

namespace polyhouse::telemetry {
namespace {

/// How often it is said that a server is away.
constexpr std::chrono::seconds kAwayPause{15};

/// What is tried again after a pause has failed again within this time, or does not fail any more.
constexpr std::chrono::minutes kLongestTry{10};
/// Servers are asked every few seconds, and not everybody says that one is back.
constexpr std::chrono::seconds kServerTry{30};
constexpr std::chrono::hours kForGood{24 * 365};

std::string Milliseconds(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

std::string PlaceOf(LaneName lane) {
  return std::string(lane.ingester) + "/" + std::string(lane.lane);
}

std::string PlaceOfTable(std::string_view table) {
  return "table " + std::string(table);
}

std::string PlaceOfStream(std::string_view table) {
  return "stream of " + std::string(table);
}

}  // namespace

void Durations::Add(Duration took) {
  const double s = std::chrono::duration<double>(took).count();
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), s);
  ++times[static_cast<std::size_t>(bound - kBounds.begin())];
  seconds += s;
}

/// The mutex is held.
void PipelineEvents::Fails(const std::string& where,
                           const Error& error,
                           std::chrono::milliseconds wait) {
  const Timestamp now = SystemClock().Now();
  has_failed_ = true;
  Trouble& trouble = counts_.troubles[where];
  if (!trouble.GoesOn(now)) trouble = {.first = now};
  trouble.message = error.message;
  trouble.last = now;
  const bool is_server = where.starts_with("server ");
  trouble.over = now + wait + (is_server ? kServerTry : kLongestTry);
  ++trouble.times;
}

/// The mutex is held.
void PipelineEvents::Succeeds(std::string_view where) {
  const auto found = counts_.troubles.find(where);
  if (found != counts_.troubles.end()) found->second.has_ended = true;
}

Counts::Ingester& PipelineEvents::IngesterCounts(std::string_view ingester) {
  return counts_.ingesters[std::string(ingester)];
}

Counts::Lane& PipelineEvents::LaneCounts(LaneName lane) {
  return IngesterCounts(lane.ingester).lanes[std::string(lane.lane)];
}

Counts::Table& PipelineEvents::TableCounts(std::string_view table) {
  return counts_.tables[std::string(table)];
}

Counts PipelineEvents::Snapshot() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void PipelineEvents::LaneStarted(LaneName lane, std::string_view from) {
  log_.Write(Level::kInfo,
             "Lane started.",
             {{"ingester", std::string(lane.ingester)},
              {"lane", std::string(lane.lane)},
              {"from", std::string(from)}});
}

void PipelineEvents::PageStored(LaneName lane, const PageCounts& page) {
  {
    const std::lock_guard lock(mutex_);
    auto& counts = IngesterCounts(lane.ingester);
    ++counts.requests;
    ++counts.pages;
    counts.records += page.records;
    counts.changed += page.changed;
    counts.dead_letters += page.dead_letters;
    counts.odd_rows += page.odd_rows;
    auto& lane_counts = LaneCounts(lane);
    ++lane_counts.requests;
    ++lane_counts.pages;
    lane_counts.records += page.records;
    lane_counts.changed += page.changed;
    lane_counts.took.Add(page.took);
    Succeeds(PlaceOf(lane));
  }
  log_.Write(Level::kDebug,
             "Page stored in the stream.",
             {{"ingester", std::string(lane.ingester)},
              {"lane", std::string(lane.lane)},
              {"records", std::to_string(page.records)},
              {"changed", std::to_string(page.changed)},
              {"dead_letters", std::to_string(page.dead_letters)},
              {"took_ms", Milliseconds(page.took)}});
}

void PipelineEvents::RoundFinished(LaneName lane) {
  const std::lock_guard lock(mutex_);
  Succeeds(PlaceOf(lane));
  ++LaneCounts(lane).rounds;
}

void PipelineEvents::RowsLeftOpenHalf(std::string_view ingester, std::size_t rows) {
  {
    const std::lock_guard lock(mutex_);
    IngesterCounts(ingester).left_open_half += rows;
  }
  log_.Write(Level::kDebug,
             "Records have left the open half; they are looked up.",
             {{"ingester", std::string(ingester)}, {"records", std::to_string(rows)}});
}

void PipelineEvents::RowsGivenUp(std::string_view ingester, std::size_t rows) {
  {
    const std::lock_guard lock(mutex_);
    IngesterCounts(ingester).given_up += rows;
  }
  log_.Write(Level::kWarn,
             "Records did not close and resolve in time; they are not asked for any more, and the "
             "ledger says which (status gave_up).",
             {{"ingester", std::string(ingester)}, {"records", std::to_string(rows)}});
}

void PipelineEvents::StreamLost(std::string_view ingester, std::string_view stream) {
  log_.Write(
      Level::kError,
      "A stream is gone with what no writer had stored yet: it was deleted, or Redis has "
      "thrown it away. Its listing is read again from the beginning (if its backfill is on); "
      "find out who did it, and see that maxmemory-policy is noeviction.",
      {{"ingester", std::string(ingester)}, {"stream", std::string(stream)}});
}

void PipelineEvents::ChainReorganised(std::uint64_t block, std::size_t rows) {
  log_.Write(Level::kWarn,
             "The chain has replaced blocks that were confirmed: what was stored of them is taken "
             "back, and the blocks are read again.",
             {{"above", std::to_string(block)}, {"rows", std::to_string(rows)}});
}

void PipelineEvents::ProcessorHeldUp(std::string_view processor,
                                     const Error& error,
                                     std::chrono::milliseconds wait) {
  {
    // It may be met many times a second.
    const std::lock_guard lock(mutex_);
    std::string place = "process " + std::string(processor);
    const auto now = SteadyNow();
    const auto said = away_said_.find(place);
    const bool is_said = said != away_said_.end() && now - said->second < kAwayPause;
    if (!is_said) away_said_[place] = now;
    Fails(place, error, wait);
    if (is_said) return;
  }
  log_.Write(Level::kWarn,
             "A processor cannot reach streams or tables; it goes on when it can.",
             {{"processor", std::string(processor)}, {"error", error.message}});
}

void PipelineEvents::StreamGoesOn(std::string_view table) {
  if (!has_failed_) return;
  const std::lock_guard lock(mutex_);
  Succeeds(PlaceOfStream(table));
}

void PipelineEvents::ProcessorGoesOn(std::string_view processor) {
  if (!has_failed_) return;
  const std::lock_guard lock(mutex_);
  Succeeds("process " + std::string(processor));
}

void PipelineEvents::TradesMade(std::size_t trades, std::size_t waiting, Duration took) {
  {
    const std::lock_guard lock(mutex_);
    counts_.trades.trades += trades;
  }
  log_.Write(Level::kDebug,
             "Trades were made.",
             {{"trades", std::to_string(trades)},
              {"tokens_without_market", std::to_string(waiting)},
              {"took_ms", Milliseconds(took)}});
}

void PipelineEvents::TradesCompleted(std::size_t trades) {
  {
    const std::lock_guard lock(mutex_);
    counts_.trades.completed += trades;
  }
  log_.Write(Level::kInfo,
             "Markets have come that trades were waiting for.",
             {{"trades", std::to_string(trades)}});
}

void PipelineEvents::MarketsEnriched(std::size_t markets, std::size_t events) {
  {
    const std::lock_guard lock(mutex_);
    counts_.enriched.rows += markets;
    if (events > 0) counts_.enriched.again += markets;
  }
  log_.Write(Level::kDebug,
             "Markets were joined with their events.",
             {{"markets", std::to_string(markets)}, {"changed_events", std::to_string(events)}});
}

void PipelineEvents::AddressesChecked(std::size_t addresses, std::size_t unanswered) {
  {
    const std::lock_guard lock(mutex_);
    counts_.addresses.rows += addresses;
    counts_.addresses.unanswered += unanswered;
  }
  log_.Write(
      Level::kDebug,
      "Nodes were asked what addresses are.",
      {{"addresses", std::to_string(addresses)}, {"unanswered", std::to_string(unanswered)}});
}

void PipelineEvents::AddressesPutOff(std::size_t waiting,
                                     const Error& error,
                                     std::chrono::milliseconds wait) {
  log_.Write(Level::kWarn,
             "What addresses are could not be asked or kept; they are asked for again.",
             {{"waiting", std::to_string(waiting)},
              {"wait_ms", Milliseconds(wait)},
              {"error", error.message}});
}

void PipelineEvents::AddressesLeft(std::size_t waiting) {
  log_.Write(Level::kWarn,
             "No node has said for a long time what addresses are: they are left to the next run.",
             {{"waiting", std::to_string(waiting)}});
}

void PipelineEvents::PositionsSetBack(std::string_view ingester) {
  log_.Write(Level::kWarn,
             "Where this listing is read from was set back; the ingester begins anew there.",
             {{"ingester", std::string(ingester)}});
}

void PipelineEvents::RowGone(std::string_view ingester, std::string_view id) {
  {
    const std::lock_guard lock(mutex_);
    ++IngesterCounts(ingester).gone;
  }
  log_.Write(Level::kWarn,
             "The API does not know a record any more; its row stays, and the ledger says so "
             "(status gone).",
             {{"ingester", std::string(ingester)}, {"id", std::string(id)}});
}

void PipelineEvents::HalfIgnored(std::string_view ingester, std::string_view half) {
  {
    const std::lock_guard lock(mutex_);
    if (!IngesterCounts(ingester).ignored_halves.insert(std::string(half)).second) return;
  }
  log_.Write(
      Level::kWarn,
      "The API is asked for one half of its records and sends the other. What it sends is "
      "stored; what it does not list is read when the canary sees that it does again, or by the "
      "next start.",
      {{"ingester", std::string(ingester)}, {"half", std::string(half)}});
}

void PipelineEvents::HalfListedAgain(std::string_view ingester, std::string_view half) {
  {
    const std::lock_guard lock(mutex_);
    IngesterCounts(ingester).ignored_halves.erase(std::string(half));
  }
  log_.Write(Level::kInfo,
             "The API lists this half of its records again; it is read from its beginning.",
             {{"ingester", std::string(ingester)}, {"half", std::string(half)}});
}

void PipelineEvents::AssumptionBroken(std::string_view ingester,
                                      std::string_view assumption,
                                      std::string_view finding,
                                      std::string_view consequence) {
  log_.Write(Level::kError,
             "The API does not behave as it did.",
             {{"ingester", std::string(ingester)},
              {"assumption", std::string(assumption)},
              {"seen", std::string(finding)},
              {"consequence", std::string(consequence)}});
}

void PipelineEvents::AssumptionHolds(std::string_view ingester, std::string_view assumption) {
  log_.Write(Level::kInfo,
             "The API behaves as before again.",
             {{"ingester", std::string(ingester)}, {"assumption", std::string(assumption)}});
}

void PipelineEvents::AssumptionsChecked(
    std::string_view ingester, const std::map<std::string, std::string, std::less<>>& broken) {
  const std::lock_guard lock(mutex_);
  IngesterCounts(ingester).broken_assumptions = broken;
}

void PipelineEvents::BackfillProved(std::string_view ingester,
                                    std::uint64_t wrong,
                                    std::uint64_t in_no_table) {
  if (wrong == 0 && in_no_table > 0) {
    log_.Write(Level::kWarn,
               "The backfill has read everything, but some records are in no table, because they "
               "could not be read or stored: polyhouse dlq list says why.",
               {{"ingester", std::string(ingester)},
                {"records_in_no_table", std::to_string(in_no_table)}});
    return;
  }
  if (wrong == 0) {
    log_.Write(Level::kInfo,
               "The backfill is complete: ledger, a sample and the witness, where there is one, "
               "agree with the tables.",
               {{"ingester", std::string(ingester)}});
    return;
  }
  log_.Write(Level::kError,
             "The tables do not hold all that the backfill should have brought: polyhouse verify "
             "--repair and polyhouse reconcile --repair fetch it.",
             {{"ingester", std::string(ingester)}, {"wrong", std::to_string(wrong)}});
}

void PipelineEvents::ProofPutOff(const Error& error) {
  log_.Write(Level::kWarn,
             "The backfill could not be proved; it is tried again.",
             {{"error", error.message}});
}

void PipelineEvents::AnswersNotKept(const Error& error) {
  log_.Write(Level::kWarn,
             "Answers that are kept ready are behind the trades; it is tried again.",
             {{"error", error.message}});
}

void PipelineEvents::WitnessAway(const Error& error) {
  log_.Write(Level::kWarn,
             "The CLOB's listing cannot be read, so the backfill is proved without it; polyhouse "
             "reconcile compares later.",
             {{"error", error.message}});
}

void PipelineEvents::CheckNotKept(std::string_view check, const Error& error) {
  log_.Write(Level::kWarn,
             "What a check has found could not be kept in the table check_runs; later questions "
             "will not know of it.",
             {{"check", std::string(check)}, {"error", error.message}});
}

void PipelineEvents::PaceReduced(std::string_view bucket, double pace, std::string_view why) {
  {
    const std::lock_guard lock(mutex_);
    auto& counts = counts_.paces[std::string(bucket)];
    counts.now = pace;
    ++counts.reductions;
  }
  log_.Write(Level::kInfo,
             "The API is asked more slowly.",
             {{"route", std::string(bucket)},
              {"pace_percent", std::to_string(std::lround(pace * 100))},
              {"why", std::string(why)}});
}

void PipelineEvents::PaceNotShared(std::string_view bucket, const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    const auto now = SteadyNow();
    const auto [said, is_new] = away_said_.try_emplace(std::string(bucket), now);
    if (!is_new && now - said->second < kAwayPause) return;
    said->second = now;
  }
  log_.Write(Level::kWarn,
             "The pace cannot be shared with other processes; each keeps the limit for itself.",
             {{"route", std::string(bucket)}, {"error", error.message}});
}

void PipelineEvents::HeadSeen(std::string_view ingester, std::uint64_t block) {
  const std::lock_guard lock(mutex_);
  IngesterCounts(ingester).head_block = block;
}

void PipelineEvents::PaceNoted(std::string_view bucket, double pace) {
  const std::lock_guard lock(mutex_);
  counts_.paces[std::string(bucket)].now = pace;
}

void PipelineEvents::PaceWaited(std::string_view bucket, std::chrono::milliseconds wait) {
  const std::lock_guard lock(mutex_);
  counts_.paces[std::string(bucket)].waited += wait;
}

void PipelineEvents::RequestRetried(LaneName lane,
                                    const Error& error,
                                    std::chrono::milliseconds wait) {
  {
    const std::lock_guard lock(mutex_);
    auto& counts = IngesterCounts(lane.ingester);
    ++counts.requests;
    ++counts.retries;
    auto& lane_counts = LaneCounts(lane);
    ++lane_counts.requests;
    ++lane_counts.retries;
    ++lane_counts.retries_by_kind[std::string(ToString(error.kind))];
    Fails(PlaceOf(lane), error, wait);
  }
  log_.Write(Level::kWarn,
             "Request failed; it will be repeated.",
             {{"ingester", std::string(lane.ingester)},
              {"lane", std::string(lane.lane)},
              {"wait_ms", Milliseconds(wait)},
              {"error", error.message}});
}

void PipelineEvents::RequestAnswered(LaneName lane) {
  const std::lock_guard lock(mutex_);
  Succeeds(PlaceOf(lane));
}

void PipelineEvents::StoreRetried(LaneName lane,
                                  const Error& error,
                                  std::chrono::milliseconds wait) {
  {
    const std::lock_guard lock(mutex_);
    Fails(PlaceOf(lane), error, wait);
  }
  log_.Write(Level::kWarn,
             "A page could not be stored in its stream; it will be tried again.",
             {{"ingester", std::string(lane.ingester)},
              {"lane", std::string(lane.lane)},
              {"wait_ms", Milliseconds(wait)},
              {"error", error.message}});
}

void PipelineEvents::WalkRestarted(LaneName lane, const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    Fails(PlaceOf(lane), error, {});
  }
  log_.Write(Level::kError,
             "A walk through a listing was given up and starts again from its beginning; what it "
             "stored stays.",
             {{"ingester", std::string(lane.ingester)},
              {"lane", std::string(lane.lane)},
              {"error", error.message}});
}

void PipelineEvents::BackfillAdvanced(std::string_view ingester, double share) {
  const std::lock_guard lock(mutex_);
  IngesterCounts(ingester).backfill_share = share;
}

void PipelineEvents::LaneFinished(LaneName lane) {
  log_.Write(Level::kInfo,
             "Lane reached its end.",
             {{"ingester", std::string(lane.ingester)}, {"lane", std::string(lane.lane)}});
}

void PipelineEvents::RecordDeadLettered(LaneName lane, const Error& error) {
  log_.Write(Level::kWarn,
             "A record could not be read; it is kept as a dead letter (polyhouse dlq list).",
             {{"ingester", std::string(lane.ingester)},
              {"lane", std::string(lane.lane)},
              {"error", error.message}});
}

void PipelineEvents::FieldUnreadable(LaneName lane, std::string_view what) {
  log_.Write(Level::kWarn,
             "A row is stored without a field that could not be read; the record is kept as a dead "
             "letter too (polyhouse dlq list).",
             {{"ingester", std::string(lane.ingester)},
              {"lane", std::string(lane.lane)},
              {"what", std::string(what)}});
}

void PipelineEvents::UnknownFieldSeen(std::string_view ingester,
                                      std::string_view field,
                                      std::uint64_t times) {
  {
    const std::lock_guard lock(mutex_);
    std::uint64_t& count = IngesterCounts(ingester).unknown_fields[std::string(field)];
    if (std::exchange(count, count + times) > 0) return;
  }
  log_.Write(Level::kInfo,
             "The API sends a field that this version does not know; it is not stored.",
             {{"ingester", std::string(ingester)}, {"field", std::string(field)}});
}

void PipelineEvents::BacklogFull(std::string_view ingester,
                                 std::uint64_t backlog,
                                 std::uint64_t limit) {
  log_.Write(Level::kWarn,
             "Reading pauses until the writer has caught up.",
             {{"ingester", std::string(ingester)},
              {"backlog", std::to_string(backlog)},
              {"limit", std::to_string(limit)}});
}

void PipelineEvents::MemoryFull(std::string_view ingester, double share, double limit) {
  log_.Write(Level::kWarn,
             "Reading pauses until the streams' memory is less full: writers free it as they get "
             "on, or raise maxmemory.",
             {{"ingester", std::string(ingester)},
              {"used_percent", std::to_string(std::lround(share * 100))},
              {"limit_percent", std::to_string(std::lround(limit * 100))}});
}

void PipelineEvents::BacklogDrained(std::string_view ingester) {
  log_.Write(Level::kInfo, "Reading goes on.", {{"ingester", std::string(ingester)}});
}

void PipelineEvents::BatchStored(std::string_view table, const BatchCounts& batch) {
  {
    const std::lock_guard lock(mutex_);
    auto& counts = TableCounts(table);
    ++counts.batches;
    counts.rows += batch.rows;
    counts.bytes += batch.bytes;
    counts.took.Add(batch.took);
    Succeeds(PlaceOfTable(table));
  }
  log_.Write(Level::kDebug,
             "Batch stored.",
             {{"table", std::string(table)},
              {"rows", std::to_string(batch.rows)},
              {"took_ms", Milliseconds(batch.took)}});
}

void PipelineEvents::InsertRetried(std::string_view table,
                                   const Error& error,
                                   std::chrono::milliseconds wait) {
  {
    const std::lock_guard lock(mutex_);
    auto& counts = TableCounts(table);
    ++counts.retries;
    ++counts.retries_by_kind[std::string(ToString(error.kind))];
    Fails(PlaceOfTable(table), error, wait);
  }
  log_.Write(
      Level::kWarn,
      "A batch could not be stored; the same batch will be sent again.",
      {{"table", std::string(table)}, {"wait_ms", Milliseconds(wait)}, {"error", error.message}});
}

void PipelineEvents::BatchHalved(std::string_view table, std::size_t rows, const Error& error) {
  log_.Write(
      Level::kWarn,
      error.too_much
          ? "A batch was too much at once; it is sent in halves, and batches are smaller "
            "from now on."
          : "The database refused a batch; it is halved to find the row at fault.",
      {{"table", std::string(table)}, {"rows", std::to_string(rows)}, {"error", error.message}});
}

void PipelineEvents::RowDeadLettered(std::string_view table,
                                     std::string_view entry,
                                     const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    ++TableCounts(table).dead_letters;
    Fails(PlaceOfTable(table), error, {});
  }
  log_.Write(
      Level::kWarn,
      "A row was refused; it is kept as a dead letter (polyhouse dlq list).",
      {{"table", std::string(table)}, {"entry", std::string(entry)}, {"error", error.message}});
}

void PipelineEvents::EntriesClaimed(std::string_view table, std::size_t entries) {
  {
    const std::lock_guard lock(mutex_);
    TableCounts(table).claimed += entries;
  }
  log_.Write(Level::kInfo,
             "Entries were taken over that another writer had read and not acknowledged.",
             {{"table", std::string(table)}, {"entries", std::to_string(entries)}});
}

void PipelineEvents::EntriesTrimmed(std::string_view stream, std::uint64_t entries) {
  log_.Write(Level::kDebug,
             "Stream trimmed.",
             {{"stream", std::string(stream)}, {"entries", std::to_string(entries)}});
}

void PipelineEvents::StreamRetried(std::string_view table,
                                   const Error& error,
                                   std::chrono::milliseconds wait) {
  {
    const std::lock_guard lock(mutex_);
    Fails(PlaceOfStream(table), error, wait);
  }
  log_.Write(
      Level::kWarn,
      "A stream could not be read or acknowledged; it will be tried again.",
      {{"table", std::string(table)}, {"wait_ms", Milliseconds(wait)}, {"error", error.message}});
}

void PipelineEvents::EngineStarted(std::chrono::milliseconds took) {
  log_.Write(
      Level::kInfo, "The embedded engine answers.", {{"took_ms", std::to_string(took.count())}});
}

void PipelineEvents::EngineDied(std::string_view how, std::chrono::milliseconds wait) {
  log_.Write(Level::kWarn,
             "The embedded engine died; it is started again, the streams hold the data.",
             {{"how", std::string(how)}, {"wait_ms", std::to_string(wait.count())}});
}

void PipelineEvents::ServerAway(std::string_view server,
                                const Error& error,
                                std::chrono::milliseconds wait) {
  {
    // An outage may last for hours and be met many times a second.
    const std::lock_guard lock(mutex_);
    Fails("server " + std::string(server), error, wait);
    const auto now = SteadyNow();
    const auto said = away_said_.find(server);
    if (said != away_said_.end() && now - said->second < kAwayPause) return;
    away_said_[std::string(server)] = now;
  }
  log_.Write(Level::kWarn,
             "A server cannot be used now; it is asked again until it can.",
             {{"server", std::string(server)},
              {"wait_ms", std::to_string(wait.count())},
              {"error", error.message}});
}

void PipelineEvents::ServerBack(std::string_view server) {
  const std::lock_guard lock(mutex_);
  Succeeds("server " + std::string(server));
}

void PipelineEvents::PositionsForgotten(std::string_view ingester) {
  log_.Write(Level::kWarn,
             "The tables are others than those this listing was read into; it is read again from "
             "its beginning.",
             {{"ingester", std::string(ingester)}});
}

void PipelineEvents::RedisWarning(std::string_view sentence) {
  log_.Write(Level::kWarn, sentence, {});
}

void PipelineEvents::GroupCreated(std::string_view group, std::string_view position) {
  log_.Write(Level::kInfo,
             "A consumer group was made; it begins after this entry.",
             {{"group", std::string(group)}, {"entry", std::string(position)}});
}

void PipelineEvents::PositionLost(std::string_view group, std::string_view position) {
  log_.Write(Level::kError,
             "The stream in which this consumer group stood is gone, and with it what was not yet "
             "stored: somebody deleted it, or Redis has thrown it away. The group begins at the "
             "first entry of the new one; the ingester reads again what may be missing.",
             {{"group", std::string(group)}, {"position", std::string(position)}});
}

void PipelineEvents::EntryLost(std::string_view stream, std::string_view entry) {
  log_.Write(
      Level::kError,
      "An entry that was not yet stored is gone from its stream: somebody trimmed it. Its listing "
      "is read again from the beginning.",
      {{"stream", std::string(stream)}, {"entry", std::string(entry)}});
}

void PipelineEvents::RoleClaimed(std::string_view role) {
  log_.Write(Level::kInfo, "The role is ours.", {{"role", std::string(role)}});
}

void PipelineEvents::RoleStandsBy(std::string_view role) {
  log_.Write(Level::kInfo,
             "Another process plays this role; standing by to take over.",
             {{"role", std::string(role)}});
}

void PipelineEvents::RoleLost(std::string_view role) {
  log_.Write(Level::kWarn,
             "The role is no longer ours: its lease ran out, or another process has it. It is "
             "claimed again.",
             {{"role", std::string(role)}});
}

void PipelineEvents::TablesNamed(std::string_view tables) {
  const std::lock_guard lock(mutex_);
  counts_.tables_place = tables;
}

void PipelineEvents::RolePlayed(std::string_view role, bool is_played) {
  const std::lock_guard lock(mutex_);
  if (is_played) {
    counts_.roles.emplace(role);
  } else if (const auto played = counts_.roles.find(role); played != counts_.roles.end()) {
    counts_.roles.erase(played);
  }
}

void PipelineEvents::MigrationApplied(std::string_view name) {
  log_.Write(Level::kInfo, "Migration applied.", {{"migration", std::string(name)}});
}

void PipelineEvents::SchemaLockAwaited(std::chrono::milliseconds patience) {
  log_.Write(Level::kWarn,
             "Another polyhouse is changing the tables; waiting for it, or, if it is dead, until "
             "it was silent for as long as schema.lock_timeout says.",
             {{"lock_timeout_ms", std::to_string(patience.count())}});
}

void PipelineEvents::SchemaLockBroken(std::chrono::milliseconds silent) {
  log_.Write(Level::kWarn,
             "The polyhouse that was changing the tables is dead; this one goes on from there.",
             {{"silent_ms", std::to_string(silent.count())}});
}

void PipelineEvents::RoleFailed(std::string_view role, const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    Fails("role " + std::string(role), error, kForGood);
  }
  log_.Write(Level::kError,
             "A role stopped and needs a person.",
             {{"role", std::string(role)}, {"error", error.message}});
}

void PipelineEvents::PageServed(std::string_view url) {
  log_.Write(Level::kInfo, "The page is served.", {{"url", std::string(url)}});
}

void PipelineEvents::PageNotServed(std::string_view setting, const Error& error) {
  log_.Write(
      Level::kWarn,
      "A page that tells how things are cannot be served; give this process another address, "
      "or an empty one.",
      {{"setting", std::string(setting)}, {"error", error.message}});
}

void PipelineEvents::Stopping(std::string_view why) {
  log_.Write(
      Level::kInfo, "Stopping: what was read is written first.", {{"why", std::string(why)}});
}

}  // namespace polyhouse::telemetry
