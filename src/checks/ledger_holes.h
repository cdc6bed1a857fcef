#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "checks/checked_listing.h"
#include "checks/findings.h"
#include "checks/stream_facts.h"
#include "checks/table_answer.h"

namespace polyhouse {

/// A part of a walk that no page of the ledger covers.
struct LedgerHole {
  std::string source;
  std::string lane;
  std::string walk;
  std::string after;     ///< The cursor where it begins; empty: the walk's beginning.
  std::string before;    ///< The cursor where the next page begins; empty: none does.
  std::string first_id;  ///< Of the next page; empty: there is none.
};

/// The holes in the ledger of one listing. In every walk of the lanes backfill, refresh and
/// discover each page must begin where another one ended; of a backfill that is done, every range
/// must have reached its end. A refresh or discover walk that was interrupted has no hole.
Result<std::vector<LedgerHole>> FindLedgerHoles(TableReader& tables,
                                                const ListingFacts& facts,
                                                const CheckedListing& listing,
                                                std::stop_token stop);

void ReportHoles(const std::vector<LedgerHole>& holes, Findings& findings);

}  // namespace polyhouse
