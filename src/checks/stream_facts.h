#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "checks/checked_listing.h"
#include "checks/findings.h"
#include "flow/listing/range_book.h"
#include "ports/stream_admin.h"

namespace polyhouse {

/// What the streams' store says of one listing at one moment.
struct ListingFacts {
  bool has_begun = false;     ///< An ingester has read this listing into these streams.
  bool has_replayed = false;  ///< The ledger holds pages that a replay of an archive put there.
  bool backfill_is_done = false;
  std::uint64_t newest_id = 0;   ///< Up to which everything was discovered; zero: nothing yet.
  std::uint64_t offset = 0;      ///< Records read so far.
  std::uint64_t put = 0;         ///< Entries put into its stream, ever.
  std::uint64_t put_ledger = 0;  ///< And into the ledger's.
  /// Dead letters of rows that are in the table, but for a field that could not be read.
  std::uint64_t field_letters = 0;
  std::string lost;           ///< When which stream was lost that is being read again; empty: none.
  std::vector<Range> ranges;  ///< Of the backfill.
  StateFields rows;           ///< What is known of records that may still change, by id.
};

Result<ListingFacts> ReadListingFacts(StreamAdmin& admin, const CheckedListing& listing);

/// How many of the entries that the streams had `then` are not in their tables `now`. Those of a
/// stream that no writer has ever joined all count.
std::uint64_t EntriesBehind(const std::vector<StreamOverview>& then,
                            const std::vector<StreamOverview>& now);

/// Finds a stream of this listing that is gone with what no writer had stored: it has had fewer
/// entries than were put into it, or what it held has not all been read again yet. Returns why the
/// listing must be read again; empty when it need not be, or is being read again.
std::string CheckLostStreams(const CheckedListing& listing,
                             const ListingFacts& facts,
                             const std::vector<StreamOverview>& streams,
                             Findings& findings);

/// The name of the fact that CheckDeadLetters sets for a stream that has such records.
std::string InNoTable(std::string_view stream);

/// Finds streams with dead letters; of those of fields it makes a note, by stream in
/// `field_letters`.
void CheckDeadLetters(const std::vector<StreamOverview>& streams,
                      const std::map<std::string_view, std::uint64_t>& field_letters,
                      Findings& findings);

}  // namespace polyhouse
