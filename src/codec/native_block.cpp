#include "codec/native_block.h"

#include <bit>
#include <cstring>

#include "codec/row_types.h"

namespace polyhouse {
namespace {

static_assert(std::endian::native == std::endian::little, "Native blocks are little-endian.");

void AppendVarUInt(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80U);
    value >>= 7U;
  }
  out += static_cast<char>(value);
}

void AppendString(std::string& out, std::string_view text) {
  AppendVarUInt(out, text.size());
  out.append(text);
}

template <class T>
void AppendRaw(std::string& out, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out.append(bytes, sizeof(T));
}

}  // namespace

/// Appends one value of one row to its column.
template <class Row>
class NativeBlock<Row>::ValueAppender {
 public:
  explicit ValueAppender(ColumnBuffer& column) : column_(column) {}

  void operator()(std::string_view text) { AppendString(column_.values, text); }
  void operator()(const std::string& text) { AppendString(column_.values, text); }
  void operator()(const MarketId& id) { AppendString(column_.values, id.value()); }
  void operator()(const EventId& id) { AppendString(column_.values, id.value()); }
  void operator()(const TokenId& id) { AppendString(column_.values, id.value()); }
  void operator()(bool value) { column_.values += value ? '\1' : '\0'; }
  void operator()(std::int32_t value) { AppendRaw(column_.values, value); }
  void operator()(std::uint32_t value) { AppendRaw(column_.values, value); }
  void operator()(std::uint64_t value) { AppendRaw(column_.values, value); }
  void operator()(const Uint256& value) { AppendRaw(column_.values, value.limbs); }
  void operator()(Micros value) { AppendRaw(column_.values, value.count); }
  void operator()(Timestamp time) {
    AppendRaw(column_.values, static_cast<std::int64_t>(time.time_since_epoch().count()));
  }
  void operator()(const DecimalText& decimal) { AppendRaw(column_.values, decimal.ToDouble()); }
  void operator()(const TagLabels& tags) { (*this)(tags.values); }

  void operator()(const std::optional<Timestamp>& time) {
    column_.nulls += time ? '\0' : '\1';
    AppendRaw(column_.values,
              static_cast<std::int64_t>(time ? time->time_since_epoch().count() : 0));
  }
  void operator()(const std::optional<DecimalText>& decimal) {
    column_.nulls += decimal ? '\0' : '\1';
    AppendRaw(column_.values, decimal ? decimal->ToDouble() : 0.0);
  }
  template <class T>
  void operator()(const std::vector<T>& values) {
    column_.elements += values.size();
    AppendRaw(column_.offsets, column_.elements);
    for (const T& value : values) (*this)(value);
  }

 private:
  ColumnBuffer& column_;
};

template <class Row>
NativeBlock<Row>::NativeBlock() {
  for (const auto& column : TableSpecOf<Row>().columns) {
    auto& buffer = columns_.emplace_back();
    AppendString(buffer.header, column.name);
    AppendString(buffer.header, ClickHouseType(column));
  }
}

template <class Row>
void NativeBlock<Row>::Append(const Row& row) {
  const auto columns = TableSpecOf<Row>().columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    ValueAppender append(columns_[i]);
    std::visit(
        [&](auto field) {
          if constexpr (std::is_member_pointer_v<decltype(field)>) {
            append(row.*field);
          } else {
            append(field(row));
          }
        },
        columns[i].field);
  }
  ++rows_;
}

template <class Row>
std::size_t NativeBlock<Row>::bytes() const {
  std::size_t total = 0;
  for (const auto& column : columns_) {
    total += column.nulls.size() + column.offsets.size() + column.values.size();
  }
  return total;
}

template <class Row>
std::vector<std::string_view> NativeBlock<Row>::Pieces() {
  block_header_.clear();
  AppendVarUInt(block_header_, columns_.size());
  AppendVarUInt(block_header_, rows_);
  std::vector<std::string_view> pieces = {block_header_};
  for (const auto& column : columns_) {
    for (const std::string* part :
         {&column.header, &column.nulls, &column.offsets, &column.values}) {
      if (!part->empty()) pieces.emplace_back(*part);
    }
  }
  return pieces;
}

template <class Row>
void NativeBlock<Row>::Clear() {
  rows_ = 0;
  for (auto& column : columns_) {
    column.nulls.clear();
    column.offsets.clear();
    column.elements = 0;
    column.values.clear();
  }
}

#define POLYHOUSE_BLOCK(Row) template class NativeBlock<Row>;
POLYHOUSE_EACH_ROW(POLYHOUSE_BLOCK)

}  // namespace polyhouse
