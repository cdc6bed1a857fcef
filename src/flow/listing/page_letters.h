#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "flow/listing/known_bad.h"
#include "flow/listing/listing.h"
#include "flow/source_state.h"
#include "ports/stream_writer.h"

namespace polyhouse {

/// The dead letters that a page brought.
struct PageLetters {
  std::vector<Error> bad{};        ///< Why, of each record that is in no table.
  std::vector<std::string> odd{};  ///< What could not be read, of each row that is stored.

  std::size_t size() const { return bad.size() + odd.size(); }
};

/// Of which listing the letters are.
struct LetterPlace {
  const IngesterNames& names;
  Timestamp fetched{};
};

/// Adds to a transaction the dead letters of a page, and what is known of bad records from then on:
/// a record that cannot be read, and a row of which something could not be, the latter when
/// `is_new(index)` says that it was not known so.
PageLetters AddPageLetters(const ListingPage& page,
                           const LetterPlace& place,
                           KnownBad& known,
                           const std::function<bool(std::size_t)>& is_new,
                           AppendTransaction& append);

}  // namespace polyhouse
