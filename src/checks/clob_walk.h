#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "checks/clob_listing.h"
#include "checks/hash_set.h"
#include "flow/retrier.h"

namespace polyhouse {

struct ClobWalkCounts {
  std::uint64_t pages = 0;
  std::uint64_t markets = 0;     ///< Different condition ids.
  std::uint64_t without_id = 0;  ///< Records without one.
  std::uint64_t bad = 0;         ///< Records that could not be read.
};

/// Walks the CLOB's listing once, from its beginning to its end. A cursor that comes again or a
/// page without anything new is no end: the CLOB answers a cursor that it does not understand with
/// page one. Such a page is asked for again, and five times in a row are an error.
class ClobWalk {
 public:
  /// The references must outlive it.
  ClobWalk(ClobListing& listing, Retrier& retrier) : listing_(listing), retrier_(retrier) {}

  /// Hands every page to `on_page`, whose error ends the walk. To be called once.
  Result<ClobWalkCounts> Run(std::uint64_t version,
                             const std::function<Status(const WitnessPage&)>& on_page,
                             std::stop_token stop);

 private:
  Result<WitnessPage> Next(std::uint64_t version, const std::stop_token& stop);
  /// kTransient when the walk would not get on with this page; kRejected when that was so too
  /// often.
  Status Check(const WitnessPage& page);

  ClobListing& listing_;
  Retrier& retrier_;
  std::string cursor_;
  HashSet cursors_;
  HashSet ids_;
  std::uint32_t stuck_ = 0;
  ClobWalkCounts counts_;
};

}  // namespace polyhouse
