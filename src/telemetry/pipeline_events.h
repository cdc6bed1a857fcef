#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "telemetry/log.h"

namespace polyhouse::telemetry {

using Duration = std::chrono::steady_clock::duration;

/// Whose page, request or lane: the ingester ("markets") and its lane ("backfill").
struct LaneName {
  std::string_view ingester;
  std::string_view lane;
};

/// How long something took: how often at most each of the bounds, and how often longer.
struct Durations {
  /// In seconds.
  static constexpr std::array kBounds{
      0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0};

  void Add(Duration took);

  std::array<std::uint64_t, kBounds.size() + 1> times{};  ///< Each of one bound alone.
  double seconds = 0;                                     ///< Of all.
};

/// The last failure of something that goes on, such as a lane.
struct Trouble {
  std::string message;
  Timestamp first{};        ///< Since when it fails without a success between.
  Timestamp last{};         ///< When it failed last.
  std::uint64_t times = 0;  ///< Since `first`.
  bool has_ended = false;   ///< It has succeeded since.
  /// When it is over though nobody has said so: by then it would have failed again.
  Timestamp over{};

  bool GoesOn(Timestamp now) const { return !has_ended && now < over; }
};

/// What has happened since the program started: the numbers of the progress line, of the summary
/// and of the metrics.
struct Counts {
  struct Lane {
    std::uint64_t requests = 0;
    std::map<std::string, std::uint64_t, std::less<>> retries_by_kind;
    Durations took;  ///< Of the pages.
    std::uint64_t retries = 0;
    std::uint64_t pages = 0;
    std::uint64_t records = 0;
    std::uint64_t changed = 0;  ///< Of the records, those that were new or differed.
    std::uint64_t rounds = 0;   ///< Brought to their end.
  };
  struct Ingester {
    std::uint64_t requests = 0;
    std::uint64_t retries = 0;
    std::uint64_t pages = 0;
    std::uint64_t records = 0;
    std::uint64_t changed = 0;
    std::uint64_t dead_letters = 0;
    std::uint64_t odd_rows = 0;        ///< Stored without a field that could not be read.
    std::uint64_t left_open_half = 0;  ///< Records that were open and are not listed so any more.
    std::uint64_t gone = 0;            ///< Records that the API does not know any more.
    std::uint64_t given_up = 0;        ///< Records that were waited for in vain.
    std::map<std::string, Lane, std::less<>> lanes;
    /// What the API was found not to do any more, with what was seen, by assumption.
    std::map<std::string, std::string, std::less<>> broken_assumptions;
    std::set<std::string> ignored_halves;  ///< The API sends the other one in their place.
    std::map<std::string, std::uint64_t, std::less<>> unknown_fields;  ///< How often each came.
    double backfill_share = 0;     ///< Of the listing's ids that the backfill has passed, 0 to 1.
    std::uint64_t head_block = 0;  ///< The chain's newest one, as a node said last; zero: unknown.
  };
  struct Table {
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;  ///< Before compression.
    std::uint64_t batches = 0;
    std::uint64_t retries = 0;
    std::map<std::string, std::uint64_t, std::less<>> retries_by_kind;
    Durations took;  ///< Of the batches, from being sent to being stored.
    std::uint64_t dead_letters = 0;
    std::uint64_t claimed = 0;  ///< Entries taken over from writers that have died.
  };
  struct Processor {
    std::uint64_t trades = 0;
    std::uint64_t completed = 0;  ///< Of them, those that were put again with their market.
  };
  struct Enrichment {
    std::uint64_t rows = 0;
    std::uint64_t again = 0;  ///< Of them, those put because their event changed.
  };
  struct Addresses {
    std::uint64_t rows = 0;
    std::uint64_t unanswered = 0;  ///< Of those asked for, each time one was.
  };
  struct Pace {
    double now = 1;                       ///< The part of the allowed pace that is used, 0 to 1.
    std::uint64_t reductions = 0;         ///< How often it was taken back.
    std::chrono::milliseconds waited{0};  ///< Of requests that were held back to keep it.
  };
  std::map<std::string, Ingester, std::less<>> ingesters;
  std::map<std::string, Pace, std::less<>> paces;  ///< By bucket, such as "gamma/markets".
  std::map<std::string, Table, std::less<>> tables;
  Processor trades;
  Enrichment enriched;
  Addresses addresses;
  std::set<std::string, std::less<>> roles;  ///< That are played here.
  std::string tables_place;  ///< Where this process stores what is read; empty: nowhere.
  /// The last failure of each lane ("markets/discover"), of each table's writer ("table markets"),
  /// and of each server and role ("server Redis", "role write").
  std::map<std::string, Trouble, std::less<>> troubles;
};

/// One page that was stored.
struct PageCounts {
  std::size_t records = 0;
  std::size_t changed = 0;
  std::size_t dead_letters = 0;
  std::size_t odd_rows = 0;
  Duration took{};
};

/// One batch that was stored.
struct BatchCounts {
  std::size_t rows = 0;
  std::size_t bytes = 0;  ///< Before compression.
  Duration took{};
};

/// One function for each operational event: it writes the log line and moves the counters, so that
/// no other code knows the names of either. Safe to use from any thread. `log` must outlive it.
class PipelineEvents {
 public:
  explicit PipelineEvents(Log& log) : log_(log) {}

  // Ingesters.
  void LaneStarted(LaneName lane, std::string_view from);
  void PageStored(LaneName lane, const PageCounts& page);
  void RoundFinished(LaneName lane);
  void RowsLeftOpenHalf(std::string_view ingester, std::size_t rows);
  void RowsGivenUp(std::string_view ingester, std::size_t rows);
  void StreamLost(std::string_view ingester, std::string_view stream);
  void PositionsSetBack(std::string_view ingester);
  void RowGone(std::string_view ingester, std::string_view id);
  void RequestRetried(LaneName lane, const Error& error, std::chrono::milliseconds wait);
  /// What was repeated is answered; of pages PageStored tells that.
  void RequestAnswered(LaneName lane);
  void StoreRetried(LaneName lane, const Error& error, std::chrono::milliseconds wait);
  void WalkRestarted(LaneName lane, const Error& error);
  void BackfillAdvanced(std::string_view ingester, double share);
  /// A node said that this is the chain's newest block.
  void HeadSeen(std::string_view ingester, std::uint64_t block);
  /// Blocks above this one were replaced; so many fills were taken back.
  void ChainReorganised(std::uint64_t block, std::size_t rows);
  void LaneFinished(LaneName lane);
  void RecordDeadLettered(LaneName lane, const Error& error);
  /// A row was stored without fields that could not be read.
  void FieldUnreadable(LaneName lane, std::string_view what);
  void UnknownFieldSeen(std::string_view ingester, std::string_view field, std::uint64_t times);
  void BacklogFull(std::string_view ingester, std::uint64_t backlog, std::uint64_t limit);
  void MemoryFull(std::string_view ingester, double share, double limit);
  void BacklogDrained(std::string_view ingester);

  /// The API sends none of the records of this half, however often it is asked for them. Said once.
  void HalfIgnored(std::string_view ingester, std::string_view half);
  void HalfListedAgain(std::string_view ingester, std::string_view half);
  void AssumptionBroken(std::string_view ingester,
                        std::string_view assumption,
                        std::string_view finding,
                        std::string_view consequence);
  void AssumptionHolds(std::string_view ingester, std::string_view assumption);
  void AssumptionsChecked(std::string_view ingester,
                          const std::map<std::string, std::string, std::less<>>& broken);
  /// `in_no_table`: records that are dead letters alone.
  void BackfillProved(std::string_view ingester, std::uint64_t wrong, std::uint64_t in_no_table);
  void ProofPutOff(const Error& error);
  /// Answers that are kept ready could not be brought up to date.
  void AnswersNotKept(const Error& error);
  void WitnessAway(const Error& error);
  /// What a check has found could not be put into its table; it was said all the same.
  void CheckNotKept(std::string_view check, const Error& error);
  void PaceReduced(std::string_view bucket, double pace, std::string_view why);
  void PaceNotShared(std::string_view bucket, const Error& error);
  void PaceNoted(std::string_view bucket, double pace);
  /// A request is held back for so long.
  void PaceWaited(std::string_view bucket, std::chrono::milliseconds wait);

  // Writers.
  void BatchStored(std::string_view table, const BatchCounts& batch);
  void InsertRetried(std::string_view table, const Error& error, std::chrono::milliseconds wait);
  void BatchHalved(std::string_view table, std::size_t rows, const Error& error);
  void RowDeadLettered(std::string_view table, std::string_view entry, const Error& error);
  /// What a writer that died had read and not acknowledged was taken over.
  void EntriesClaimed(std::string_view table, std::size_t entries);
  void EntriesTrimmed(std::string_view stream, std::uint64_t entries);
  void StreamRetried(std::string_view table, const Error& error, std::chrono::milliseconds wait);
  /// The stream of this table can be read and acknowledged. Costs nothing while nothing has failed.
  void StreamGoesOn(std::string_view table);

  // Processors.
  /// Streams or tables are away; it goes on when they are there.
  void ProcessorHeldUp(std::string_view processor,
                       const Error& error,
                       std::chrono::milliseconds wait);
  /// Nothing holds it up. Costs nothing while nothing has failed.
  void ProcessorGoesOn(std::string_view processor);
  /// `waiting`: tokens whose market is not known yet.
  void TradesMade(std::size_t trades, std::size_t waiting, Duration took);
  /// Trades whose market has come.
  void TradesCompleted(std::size_t trades);
  /// `events`: those because of whose change markets were put again; 0: it was for the markets.
  void MarketsEnriched(std::size_t markets, std::size_t events);
  /// Nodes were asked for addresses; of `unanswered` they said nothing that can be believed.
  void AddressesChecked(std::size_t addresses, std::size_t unanswered);
  void AddressesPutOff(std::size_t waiting, const Error& error, std::chrono::milliseconds wait);
  void AddressesLeft(std::size_t waiting);

  // Process.
  void EngineStarted(std::chrono::milliseconds took);
  void EngineDied(std::string_view how, std::chrono::milliseconds wait);
  void ServerAway(std::string_view server, const Error& error, std::chrono::milliseconds wait);
  /// It was waited for, and answers.
  void ServerBack(std::string_view server);
  void PositionsForgotten(std::string_view ingester);
  void RedisWarning(std::string_view sentence);
  void GroupCreated(std::string_view group, std::string_view position);
  void PositionLost(std::string_view group, std::string_view position);
  void EntryLost(std::string_view stream, std::string_view entry);
  void RoleClaimed(std::string_view role);
  void RoleStandsBy(std::string_view role);
  void RoleLost(std::string_view role);
  /// Where this process stores what is read, as a person names it.
  void TablesNamed(std::string_view tables);
  /// As the role signs ("write:writer-1"): while it is played here.
  void RolePlayed(std::string_view role, bool is_played);
  void MigrationApplied(std::string_view name);
  /// Another process changes the tables just now; one that is silent for so long is taken for dead.
  void SchemaLockAwaited(std::chrono::milliseconds patience);
  /// The process that changed the tables has given no sign of life for this long.
  void SchemaLockBroken(std::chrono::milliseconds silent);
  void RoleFailed(std::string_view role, const Error& error);
  void PageServed(std::string_view url);
  /// A page that tells how things are, without which all else goes on.
  void PageNotServed(std::string_view setting, const Error& error);
  void Stopping(std::string_view why);

  Counts Snapshot() const;
  /// The last lines of the log, oldest first.
  std::vector<std::string> LogTail() const { return log_.Tail(); }

 private:
  Counts::Ingester& IngesterCounts(std::string_view ingester);
  Counts::Lane& LaneCounts(LaneName lane);
  Counts::Table& TableCounts(std::string_view table);
  void Fails(const std::string& where, const Error& error, std::chrono::milliseconds wait);
  void Succeeds(std::string_view where);

  Log& log_;
  std::atomic<bool> has_failed_ = false;  ///< Something has, once.
  mutable std::mutex mutex_;
  Counts counts_;
  std::map<std::string, std::chrono::steady_clock::time_point, std::less<>> away_said_;
};

}  // namespace polyhouse::telemetry
