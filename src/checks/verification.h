#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "checks/checked_listing.h"
#include "checks/cursor_check.h"
#include "checks/duplicate_check.h"
#include "checks/fill_check.h"
#include "checks/findings.h"
#include "checks/ledger_holes.h"
#include "checks/link_check.h"
#include "checks/row_check.h"
#include "checks/sample_check.h"

namespace polyhouse {

struct VerificationOptions {
  CheckedListing markets;
  CheckedListing events;
  StoredTwice twice = StoredTwice::kWrong;
  bool keeps_fills = true;   ///< Fills have a table of their own beside their trades.
  std::uint64_t sample = 0;  ///< Windows of ids that Gamma is asked for, of each listing.
  std::chrono::milliseconds second_look{};  ///< What looks wrong is looked at again after it.
  /// How long to wait for a writer that does not get on, until what was fetched is in the tables.
  std::chrono::milliseconds patience{5'000};
};

/// What a verification works with; all of it outlives it.
struct VerificationTools {
  TableReader& tables;
  StreamAdmin& streams;
  SampleCheck* markets_sample;  ///< Null without a sample, as the next one.
  SampleCheck* events_sample;
  Clock& clock;
};

/// What a repair of one listing must do.
struct ListingRepair {
  std::vector<LedgerHole> holes;
  std::vector<Range> ranges;  ///< Of the backfill, to fill holes of it.
  RowsToFetch rows;
  CursorFaults cursors;
};

/// What a repair must do.
struct RepairPlan {
  ListingRepair markets;
  ListingRepair events;
  LinkFaults links;
  std::vector<BlockRange> blocks;         ///< Whose fills are to be read again.
  std::vector<BlockRange> action_blocks;  ///< Whose actions are.
};

// Proves what the tables hold, from what ingesters and writers have left behind: that the ledger
// has no hole, that every record that was fetched is in its table at its newest version, that
// markets and events fit together, that nothing is there twice and no cursor is ahead of its data.
// What looks wrong at first is looked at again: while others work, it may have been under way.

class Verification {
 public:
  Verification(VerificationOptions options, VerificationTools tools)
      : options_(std::move(options)), tools_(tools) {}

  /// `plan` becomes what would mend what is wrong.
  Status Run(Findings& findings, RepairPlan& plan, std::stop_token stop);

 private:
  struct Facts {
    Timestamp read_at{};
    ListingFacts markets;
    ListingFacts events;
    FillFacts fills;
    FillFacts actions;
    std::vector<StreamOverview> streams;
  };

  /// Everything but the sample; what it was compared with.
  Result<Facts> RunOnce(Findings& findings, RepairPlan& plan, const std::stop_token& stop);
  Result<Facts> ReadFacts();
  /// Until every entry that `facts` speaks of is in its table; how many are not, after a while.
  Result<std::uint64_t> WaitUntilDrained(const Facts& facts, const std::stop_token& stop);
  void CheckLosses(const Facts& facts, Findings& findings, RepairPlan& plan) const;
  Status CheckTables(const Facts& facts,
                     Findings& findings,
                     RepairPlan& plan,
                     const std::stop_token& stop);
  /// Whether the table has nothing of what was read and written.
  Result<bool> IsEmptied(const CheckedListing& listing,
                         const ListingFacts& known,
                         const std::stop_token& stop);
  Status CheckPositions(const Facts& facts,
                        Findings& findings,
                        RepairPlan& plan,
                        const std::stop_token& stop);
  Status Sample(const Facts& facts,
                Findings& findings,
                RepairPlan& plan,
                const std::stop_token& stop);

  VerificationOptions options_;
  VerificationTools tools_;
};

}  // namespace polyhouse
