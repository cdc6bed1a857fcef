#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "order_field.h"

namespace polyhouse {

/// The position of a record in its listing. Records are only ever added, at the end, with a greater
/// id.
using RowNumber = std::uint32_t;

/// Counts the changes of a world; 0 is the world as it started.
using Revision = std::uint32_t;
inline constexpr Revision kNow = std::numeric_limits<Revision>::max();

/// A value to order by. Missing values come last in ascending order, as in PostgreSQL.
using SortValue = std::variant<double, std::string, std::monostate>;

/// What a record is looked up by.
enum class LookupKey { kId, kSlug, kConditionId, kTokenId };

/// Where a record can be seen.
enum class Visibility : std::uint8_t {
  kAwaited,  ///< Nowhere yet: it will be listed later.
  kListed,
  kArchived,  ///< In no listing, but still looked up by id or slug.
  kGone,      ///< Nowhere.
};

/// Which form of a record is wanted.
struct RenderOptions {
  bool include_markets = true;  ///< Events carry their markets.
  bool include_tags = false;    ///< Markets carry tags.
  Revision revision = kNow;     ///< The record as it was at this revision.
};

/// One listing of a world. Reading from several threads is safe while nothing changes the world.
class Rows {
 public:
  virtual ~Rows() = default;
  virtual RowNumber Count() const = 0;
  virtual std::uint64_t Id(RowNumber row) const = 0;
  virtual bool IsClosed(RowNumber row) const = 0;
  virtual Visibility VisibilityOf(RowNumber row, Revision revision) const = 0;
  /// True for a market that has a condition id.
  virtual bool HasCondition(RowNumber row) const = 0;
  virtual SortValue Value(RowNumber row, OrderField field) const = 0;
  virtual std::vector<RowNumber> Find(LookupKey by, std::string_view text) const = 0;
  /// Appends the record's JSON object.
  virtual void Render(RowNumber row, const RenderOptions& options, std::string& out) const = 0;
};

/// The rows that a change touched or added.
struct WorldChange {
  std::vector<RowNumber> markets;
  std::vector<RowNumber> events;
};

/// All markets and events of one simulated Polymarket. Not thread-safe while it changes: the caller
/// locks.
class World {
 public:
  virtual ~World() = default;
  virtual const Rows& Records(Listing listing) const = 0;
  virtual Revision CurrentRevision() const = 0;
  /// Lets a minute of simulated time pass.
  virtual WorldChange Tick() = 0;
  /// Closes and resolves one open market now. Touches nothing when it is closed, not
  /// listed, or the world does not move.
  virtual WorldChange CloseMarket(RowNumber row) = 0;
  /// Edits the title of an event. Touches nothing when the world does not move.
  virtual WorldChange EditEvent(RowNumber row) = 0;
  /// Makes a record disappear for good.
  virtual WorldChange Vanish(Listing listing, RowNumber row) = 0;
};

}  // namespace polyhouse
