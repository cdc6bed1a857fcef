#pragma once

#include <array>
#include <optional>
#include <string>

#include "world.h"

namespace polyhouse {

/// Which records a snapshot has, and in which form.
struct SnapshotQuery {
  std::optional<Listing> listing;  ///< Empty: both.
  bool include_markets = true;     ///< Events carry their markets.
  bool include_tags = false;       ///< Markets carry tags.
};

/// Every record of a world, whether it was served or not, as it was when the reading began.
class Snapshot final {
 public:
  explicit Snapshot(const SnapshotQuery& query) : query_(query) {}

  /// Appends the next lines of NDJSON, about `bytes` of them. False when there are no more.
  /// Nothing may change `world` meanwhile; between two calls it may move.
  bool Read(const World& world, std::size_t bytes, std::string& out);

 private:
  void Begin(const World& world);
  void AppendLine(const Rows& rows, Listing listing, RowNumber row, std::string& out) const;

  SnapshotQuery query_;
  std::optional<Revision> revision_;  ///< Empty until the first call.
  std::array<RowNumber, 2> ends_{};   ///< How many rows each listing had then.
  std::size_t section_ = 0;           ///< Markets, events, end.
  RowNumber next_ = 0;
};

}  // namespace polyhouse
