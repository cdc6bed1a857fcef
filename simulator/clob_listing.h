#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "world.h"

namespace polyhouse {

/// Where a page of the order book's listing goes on: behind the market with this id. 0: the start.
/// Empty: at the end.
using ClobPosition = std::optional<std::uint64_t>;

/// The base64 cursor of a position; `LTE=` is the end.
std::string EncodeClobCursor(ClobPosition position);

/// The position of a cursor. An empty or malformed one is the start, as with the real listing.
ClobPosition DecodeClobCursor(std::string_view cursor);

/// Rows in the order of their ids, page after page. Reading from several threads is safe while
/// nothing changes the world.
class ClobPages final {
 public:
  static constexpr std::size_t kPageSize = 1000;

  /// `markets` outlives the listing.
  explicit ClobPages(const Rows& markets) : markets_(markets) {}

  struct Page {
    std::vector<RowNumber> rows;
    ClobPosition next;
  };
  /// The page behind a position.
  Page After(std::uint64_t id) const;
  /// The rows a client that stands at a position had last.
  std::vector<RowNumber> Before(std::uint64_t id) const;

 private:
  RowNumber FirstAfter(std::uint64_t id) const;
  bool Lists(RowNumber row) const;

  const Rows& markets_;
};

}  // namespace polyhouse
