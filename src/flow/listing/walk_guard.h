#pragma once

#include <cstddef>
#include <string>
#include <unordered_set>

#include "base/result.h"
#include "flow/listing/id_set.h"
#include "flow/listing/listing.h"

namespace polyhouse {

/// What to do with a page of a walk.
enum class WalkVerdict {
  kAdvance,  ///< Store it and go on at its next_cursor.
  kEnd,      ///< Store it; the walk is complete.
  kConfirm,  ///< An empty page without a cursor may be the end or a lie: ask again and believe the
             ///< second.
};

/// Watches one walk for the ways in which an API can lead it astray without an error: a cursor that
/// comes again, a page that brings nothing new. Pure: it is told of pages and answers.
class WalkGuard {
 public:
  /// kTransient when the page must not be stored because the walk would not get on from here: ask
  /// for it again. kRejected when that has happened five times in a row: the walk is given up.
  Result<WalkVerdict> Check(const std::string& cursor, const ListingPage& page);
  /// To be told of each page that was stored.
  void Accept(const std::string& cursor, const ListingPage& page);
  void Restart();

 private:
  Result<WalkVerdict> Verdict(const std::string& cursor, const ListingPage& page);

  IdSet ids_;
  std::unordered_set<std::size_t> cursors_;  ///< Hashes of those that were followed.
  bool empty_before_ = false;
  std::uint32_t stuck_ = 0;  ///< Pages in a row that did not get the walk on.
};

}  // namespace polyhouse
