#pragma once

#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <tuple>
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

// What it judges by.

/// Where pages end: lane, walk, cursor.
using PageEnds = std::set<std::tuple<std::string, std::string, std::string>>;
/// Those of the suspects before which no page of their walk ends: a page that was read later fills
/// what looked like a hole.
std::vector<LedgerHole> WithoutFilled(std::vector<LedgerHole> suspects, const PageEnds& ends);

/// What the ledger has of one walk of the backfill.
struct WalkEnd {
  bool ended = false;
  std::string last_cursor;  ///< Where its last page ended.
};
using WalkEnds = std::map<std::string, WalkEnd>;
/// The walks of a backfill that is done that have not come to their end: those of its ranges; where
/// there are none any more, the last one of each number.
std::vector<LedgerHole> UnendedWalks(const std::vector<Range>& ranges,
                                     const WalkEnds& walks,
                                     const CheckedListing& listing);

void ReportHoles(const std::vector<LedgerHole>& holes, Findings& findings);

}  // namespace polyhouse
