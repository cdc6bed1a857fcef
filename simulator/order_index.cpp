#include "order_index.h"

#include <algorithm>

namespace polyhouse {

OrderIndex::OrderIndex(const Rows& rows, std::vector<OrderField> fields, std::optional<bool> closed)
    : rows_(rows), fields_(std::move(fields)), closed_(closed), columns_(fields_.size()) {
  for (RowNumber row = 0; row < rows_.Count(); ++row) {
    ReadValues(row);
    if (Belongs(row)) order_.push_back(row);
  }
  if (fields_.empty()) return;  // rows are numbered in the order of their ids
  std::sort(
      order_.begin(), order_.end(), [this](RowNumber a, RowNumber b) { return IsLess(a, b); });
}

void OrderIndex::Update(std::span<const RowNumber> changed) {
  std::vector<bool> moved(rows_.Count());
  std::vector<RowNumber> arriving;
  for (const RowNumber row : changed) {
    if (moved[row]) continue;
    moved[row] = true;
    if (Belongs(row)) arriving.push_back(row);
  }
  std::erase_if(order_, [&](RowNumber row) { return moved[row]; });
  for (RowNumber row = 0; row < rows_.Count() && !fields_.empty(); ++row) {
    if (moved[row]) ReadValues(row);
  }
  const auto less = [this](RowNumber a, RowNumber b) { return IsLess(a, b); };
  std::sort(arriving.begin(), arriving.end(), less);
  const auto middle = order_.insert(order_.end(), arriving.begin(), arriving.end());
  std::inplace_merge(order_.begin(), middle, order_.end(), less);
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
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (columns_[i].size() <= row) columns_[i].resize(row + 1, std::monostate());
    columns_[i][row] = rows_.Value(row, fields_[i]);
  }
}

}  // namespace polyhouse
