#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "checks/findings.h"
#include "checks/stream_facts.h"
#include "checks/table_answer.h"

namespace polyhouse {

/// How positions are put right.
struct CursorFaults {
  std::optional<std::uint64_t> newest_id;  ///< What it should be at most.
  std::vector<Range> ranges;               ///< Of the backfill, to be begun anew.
  std::int64_t offset = 0;                 ///< What to add to the number of records read.
  std::optional<std::string> read_again;   ///< Why the listing must be read from its beginning.

  bool empty() const { return !newest_id && ranges.empty() && offset == 0 && !read_again; }
};

/// What is compared; all of it outlives the check.
struct CursorSources {
  TableReader& tables;
  StreamAdmin& streams;
  const CheckedListing& listing;
};

/// How far the number of records read is from those in the ledger, which may hold anything between
/// what was read `before` the look at it and `after`; zero: it fits.
std::int64_t OffsetFault(std::uint64_t records, std::uint64_t before, std::uint64_t after);

/// Finds positions that the tables and the ledger do not bear out: the newest id above every one
/// stored, a range of the backfill that continues where no page ended, a number of records read
/// that is not the ledger's. To be called when everything that `facts` speaks of has been drained;
/// others may go on meanwhile.
Status CheckCursors(const CursorSources& sources,
                    const ListingFacts& facts,
                    Findings& findings,
                    CursorFaults& faults,
                    std::stop_token stop);

}  // namespace polyhouse
