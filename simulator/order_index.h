#pragma once

#include <optional>
#include <span>
#include <vector>

#include "world.h"

namespace polyhouse {

/// Where a row stands in an order: the values of the order's fields, then the id, which makes it
/// unique.
struct SortKey {
  std::vector<SortValue> values;
  std::uint64_t id = 0;

  auto operator<=>(const SortKey&) const = default;
};

/// Where rows without a value stand in ascending order.
enum class Missing : std::uint8_t { kLast, kFirst };

/// The open, the closed or all listed rows, kept in one ascending order while the world
/// moves.
class OrderIndex final {
 public:
  /// `closed` chooses the rows; empty means all. `rows` outlives the index.
  OrderIndex(const Rows& rows,
             std::vector<OrderField> fields,
             std::optional<bool> closed,
             Missing missing = Missing::kLast);

  /// Puts rows that changed or are new where they belong now.
  void Update(std::span<const RowNumber> changed);

  std::span<const RowNumber> Ascending() const { return order_; }
  SortKey KeyOf(RowNumber row) const;
  /// How many rows stand before `key`.
  std::size_t CountBefore(const SortKey& key) const;
  /// How many rows stand before `key` or on it.
  std::size_t CountThrough(const SortKey& key) const;

 private:
  bool Belongs(RowNumber row) const {
    return rows_.VisibilityOf(row, kNow) == Visibility::kListed &&
           (!closed_ || rows_.IsClosed(row) == *closed_);
  }
  bool IsLess(RowNumber a, RowNumber b) const;
  /// Less than, equal to or greater than zero, as the row stands before, on or after the key.
  int Compare(RowNumber row, const SortKey& key) const;
  /// Finds rows by the values they had, so it comes before these are read again.
  void Remove(std::span<const RowNumber> rows);
  void Insert(std::vector<RowNumber> rows);
  /// How many rows stand before this one.
  std::size_t PlaceOf(RowNumber row) const;
  void ReadValues(RowNumber row);

  const Rows& rows_;
  std::vector<OrderField> fields_;
  std::optional<bool> closed_;
  Missing missing_;
  std::vector<std::vector<SortValue>> columns_;  ///< One per field, by row.
  std::vector<RowNumber> order_;
  std::vector<bool> is_in_;  ///< By row: whether the order has it.
};

}  // namespace polyhouse
