#include "order_index.h"

#include <algorithm>
#include <limits>

namespace polyhouse {
namespace {

/// Less than every other value, numbers and texts alike.
constexpr double kBeforeAll = -std::numeric_limits<double>::infinity();

}  // namespace

OrderIndex::OrderIndex(const Rows& rows,
                       std::vector<OrderField> fields,
                       std::optional<bool> closed,
                       Missing missing)
    : rows_(rows),
      fields_(std::move(fields)),
      closed_(closed),
      missing_(missing),
      columns_(fields_.size()) {
  for (RowNumber row = 0; row < rows_.Count(); ++row) {
    ReadValues(row);
    is_in_[row] = Belongs(row);
    if (is_in_[row]) order_.push_back(row);
  }
  if (fields_.empty()) return;  // rows are numbered in the order of their ids
  std::sort(
      order_.begin(), order_.end(), [this](RowNumber a, RowNumber b) { return IsLess(a, b); });
}

void OrderIndex::Update(std::span<const RowNumber> changed) {
  std::vector<RowNumber> rows(changed.begin(), changed.end());
  std::ranges::sort(rows);
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  Remove(rows);
  for (const RowNumber row : rows) ReadValues(row);
  std::erase_if(rows, [this](RowNumber row) { return !Belongs(row); });
  Insert(std::move(rows));
}

void OrderIndex::Remove(std::span<const RowNumber> rows) {
  std::vector<std::size_t> places;
  for (const RowNumber row : rows) {
    if (row >= is_in_.size() || !is_in_[row]) continue;
    is_in_[row] = false;
    places.push_back(PlaceOf(row));
  }
  if (places.empty()) return;
  std::ranges::sort(places);
  auto to = order_.begin() + static_cast<std::ptrdiff_t>(places.front());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t end = i + 1 < places.size() ? places[i + 1] : order_.size();
    to = std::copy(order_.begin() + static_cast<std::ptrdiff_t>(places[i]) + 1,
                   order_.begin() + static_cast<std::ptrdiff_t>(end),
                   to);
  }
  order_.erase(to, order_.end());
}

void OrderIndex::Insert(std::vector<RowNumber> rows) {
  std::ranges::sort(rows, [this](RowNumber a, RowNumber b) { return IsLess(a, b); });
  std::vector<std::size_t> places;
  places.reserve(rows.size());
  for (const RowNumber row : rows) {
    is_in_[row] = true;
    places.push_back(PlaceOf(row));
  }
  std::size_t end = order_.size();
  order_.resize(order_.size() + rows.size());
  for (std::size_t i = rows.size(); i > 0; --i) {  // from the back, so that each row moves once
    const auto from = order_.begin() + static_cast<std::ptrdiff_t>(places[i - 1]);
    const auto until = order_.begin() + static_cast<std::ptrdiff_t>(end);
    *(std::move_backward(from, until, until + static_cast<std::ptrdiff_t>(i)) - 1) = rows[i - 1];
    end = places[i - 1];
  }
}

std::size_t OrderIndex::PlaceOf(RowNumber row) const {
  const auto at = std::partition_point(
      order_.begin(), order_.end(), [&](RowNumber other) { return IsLess(other, row); });
  return static_cast<std::size_t>(at - order_.begin());
}

SortKey OrderIndex::KeyOf(RowNumber row) const {
  SortKey key{{}, rows_.Id(row)};
  for (const auto& column : columns_) key.values.push_back(column[row]);
  return key;
}

std::size_t OrderIndex::CountBefore(const SortKey& key) const {
  const auto at = std::partition_point(
      order_.begin(), order_.end(), [&](RowNumber row) { return Compare(row, key) < 0; });
  return static_cast<std::size_t>(at - order_.begin());
}

std::size_t OrderIndex::CountThrough(const SortKey& key) const {
  const auto at = std::partition_point(
      order_.begin(), order_.end(), [&](RowNumber row) { return Compare(row, key) <= 0; });
  return static_cast<std::size_t>(at - order_.begin());
}

bool OrderIndex::IsLess(RowNumber a, RowNumber b) const {
  for (const auto& column : columns_) {
    if (column[a] < column[b]) return true;
    if (column[b] < column[a]) return false;
  }
  return a < b;
}

int OrderIndex::Compare(RowNumber row, const SortKey& key) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i][row] < key.values[i]) return -1;
    if (key.values[i] < columns_[i][row]) return 1;
  }
  const std::uint64_t id = rows_.Id(row);
  return id < key.id ? -1 : static_cast<int>(id > key.id);
}

void OrderIndex::ReadValues(RowNumber row) {
  if (is_in_.size() <= row) is_in_.resize(row + 1);
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (columns_[i].size() <= row) columns_[i].resize(row + 1, std::monostate());
    SortValue value = rows_.Value(row, fields_[i]);
    const bool is_missing = std::holds_alternative<std::monostate>(value);
    columns_[i][row] =
        is_missing && missing_ == Missing::kFirst ? SortValue(kBeforeAll) : std::move(value);
  }
}

}  // namespace polyhouse
