#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "catalogue.h"
#include "chain/simulated_chain.h"
#include "clob_listing.h"
#include "drift.h"
#include "fair_mutex.h"
#include "fault_plan.h"
#include "snapshot.h"
#include "stats.h"
#include "truth_log.h"

namespace polyhouse {

/// The rows of one listing response, written.
struct WrittenPage {
  std::string rows;  ///< The JSON array.
  std::optional<std::string> next_cursor;
  ServedPage served;
  std::optional<FaultKind> fault;  ///< The page fault that could be applied.
};

/// One page of the order book's listing, written.
struct ClobPage {
  std::string rows;  ///< The JSON array.
  std::size_t count = 0;
  std::string next_cursor;
  std::optional<FaultKind> fault;  ///< The page fault that could be applied.
};

/// How many records a world has now. Open and closed ones are those that are listed.
struct WorldCounts {
  std::size_t markets = 0;
  std::size_t events = 0;
  std::size_t open_markets = 0;
  std::size_t open_events = 0;
  std::size_t closed_markets = 0;
  std::size_t closed_events = 0;
  std::size_t awaited_markets = 0;
  std::size_t archived_markets = 0;
  std::size_t gone_markets = 0;
  std::size_t gone_events = 0;
};

/// The world and everything remembered about serving it, safe to use from any thread.
class Simulation final {
 public:
  Simulation(std::unique_ptr<World> world,
             FaultPlan faults,
             Drift drift = {},
             const ChainOptions& chain = {});

  /// Answers a listing as the world is now, with a page fault in it or not. kRejected when the
  /// cursor does not fit.
  Result<WrittenPage> WritePage(const ListingQuery& query, const std::optional<Fault>& fault);
  /// The records of a page that was written before, as they were then.
  WrittenPage WriteAgain(const ServedPage& page, std::optional<std::string> next_cursor);
  /// One record by id or slug, open or closed.
  std::optional<std::string> FindRecord(Listing listing, LookupKey by, std::string_view text);

  /// The order book's listing at a cursor, with a page fault in it or not.
  ClobPage WriteClobPage(std::string_view cursor, const std::optional<Fault>& fault);

  void Tick(std::size_t times);
  SimulatedChain& chain() { return chain_; }
  /// Appends what the trades of planned markets come to up to a block, with the results of now.
  void AppendAnswers(BlockNumber to, std::string& out);
  /// Makes a record disappear; false when there is none with this id.
  bool Vanish(Listing listing, std::string_view id);
  /// Edits the title of an event; false when there is none with this id, or this world stands
  /// still.
  bool EditEvent(std::string_view id);
  WorldCounts Counts();

  std::optional<Fault> NextFault();
  void ReplaceFaults(FaultPlan faults);

  /// What has changed about the API; valid as long as the simulation.
  const Drift& CurrentDrift();
  void ReplaceDrift(Drift drift);

  void Commit(const ServedPage& page) { truth_.Commit(page); }
  /// As TruthLog::Read.
  bool ReadTruth(TruthPosition& position, std::size_t bytes, std::string& out);
  /// As Snapshot::Read.
  bool ReadSnapshot(Snapshot& snapshot, std::size_t bytes, std::string& out);
  std::uint64_t RowsServed(Listing listing) const { return truth_.RowsServed(listing); }
  Stats& stats() { return stats_; }
  /// Counts requests, rows and faults from zero again.
  void ResetStats();

 private:
  /// The drift of records; null for none.
  const RecordDrift* CurrentRecordDrift();
  Result<RowPage> SelectRows(const ListingQuery& query,
                             WrittenPage& page,
                             const std::optional<Fault>& fault);
  ClobPages::Page SelectClobRows(std::string_view cursor,
                                 const std::optional<Fault>& fault,
                                 ClobPage& page);
  void CloseOneOf(const ServedPage& page, std::uint64_t bits, WrittenPage& result);

  std::unique_ptr<World> world_;
  Catalogue catalogue_;
  SimulatedChain chain_;         ///< Locked after the world where both are.
  FairSharedMutex world_mutex_;  ///< Shared to read the world, exclusive to change it.
  std::mutex fault_mutex_;
  FaultPlan faults_;
  std::mutex drift_mutex_;
  std::deque<Drift> drifts_;  ///< The last one counts; the truth still needs the others.
  TruthLog truth_;
  Stats stats_;
  std::atomic<std::uint64_t> bad_records_ = 0;
};

}  // namespace polyhouse
