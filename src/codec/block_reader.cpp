#include "codec/block_reader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>
#include <string>

#include "base/one_line.h"
#include "codec/table_spec.h"

namespace polyhouse {
namespace {

static_assert(std::endian::native == std::endian::little, "Native blocks are little-endian.");

/// Where reading stands. Once something was not there, everything else is not there either.
class Cursor {
 public:
  explicit Cursor(std::string_view data) : rest_(data) {}

  std::string_view Bytes(std::size_t count) {
    if (count > rest_.size()) {
      is_good_ = false;
      rest_ = {};
      return {};
    }
    const auto bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }
  std::uint64_t VarUInt() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = Bytes(1);
      if (byte.empty()) return 0;
      value |= (static_cast<std::uint64_t>(byte[0]) & 0x7fU) << shift;
      if ((static_cast<unsigned char>(byte[0]) & 0x80U) == 0) return value;
    }
    is_good_ = false;
    return 0;
  }
  std::string_view Text() { return Bytes(VarUInt()); }
  template <class T>
  T Raw() {
    T value{};
    if (const auto bytes = Bytes(sizeof(T)); !bytes.empty()) {
      std::memcpy(&value, bytes.data(), sizeof(T));
    }
    return value;
  }

  bool is_good() const { return is_good_; }
  bool is_at_end() const { return rest_.empty(); }
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
  bool is_good_ = true;
};

struct FixedType {
  std::string_view name;
  std::size_t bytes;
};
constexpr auto kFixedTypes = std::to_array<FixedType>({{"Bool", 1},
                                                       {"Int32", 4},
                                                       {"UInt32", 4},
                                                       {"UInt64", 8},
                                                       {"UInt256", 32},
                                                       {"Decimal(18, 6)", 8},
                                                       {"DateTime64(3, 'UTC')", 8},
                                                       {"Float64", 8}});

/// "Inner" of "Outer(Inner)"; empty when it is none.
std::string_view Inside(std::string_view type, std::string_view outer) {
  if (!type.starts_with(outer) || !type.ends_with(')')) return {};
  return type.substr(outer.size(), type.size() - outer.size() - 1);
}

/// As much of a name as a sentence should hold; what is no block may have any.
std::string Shown(std::string_view name) {
  constexpr std::size_t kShown = 40;
  return OneLine(name, kShown);
}

Error UnknownType(std::string_view type) {
  return MalformedError("a block with a column of type " + Shown(type) +
                        ", which is not used here");
}

Status Skip(std::string_view type, std::size_t rows, Cursor& cursor) {
  if (type == "String") {
    for (std::size_t i = 0; i < rows && cursor.is_good(); ++i) cursor.Text();
    return Ok();
  }
  if (const auto inner = Inside(type, "Nullable("); !inner.empty()) {
    cursor.Bytes(rows);
    return Skip(inner, rows, cursor);
  }
  if (const auto inner = Inside(type, "Array("); !inner.empty()) {
    std::uint64_t elements = 0;
    for (std::size_t i = 0; i < rows && cursor.is_good(); ++i) {
      const auto end = cursor.Raw<std::uint64_t>();
      if (end < elements) return MalformedError("a block with a list that ends before it begins");
      elements = end;
    }
    return Skip(inner, elements, cursor);
  }
  const auto* fixed = std::find_if(
      kFixedTypes.begin(), kFixedTypes.end(), [&](const auto& each) { return each.name == type; });
  if (fixed == kFixedTypes.end()) return UnknownType(type);
  // So that the product does not wrap round.
  cursor.Bytes(rows > cursor.left() ? cursor.left() + 1 : rows * fixed->bytes);
  return Ok();
}

/// Empty for what was empty, which is no number as a double.
DecimalText TextOf(double number) {
  if (std::isnan(number)) return {""};
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {std::string(text.data(), end)};
}

/// Reads one column's value of each row.
class ValueReader {
 public:
  explicit ValueReader(Cursor& cursor) : cursor_(cursor) {}

  void Read(std::string& out) { out = cursor_.Text(); }
  template <class Tag>
  void Read(StrongString<Tag>& out) {
    out = StrongString<Tag>(std::string(cursor_.Text()));
  }
  void Read(bool& out) { out = cursor_.Raw<char>() != 0; }
  void Read(std::int32_t& out) { out = cursor_.Raw<std::int32_t>(); }
  void Read(std::uint32_t& out) { out = cursor_.Raw<std::uint32_t>(); }
  void Read(std::uint64_t& out) { out = cursor_.Raw<std::uint64_t>(); }
  void Read(Uint256& out) { out.limbs = cursor_.Raw<decltype(out.limbs)>(); }
  void Read(Micros& out) { out.count = cursor_.Raw<std::int64_t>(); }
  void Read(Timestamp& out) {
    out = Timestamp(std::chrono::milliseconds(cursor_.Raw<std::int64_t>()));
  }
  void Read(DecimalText& out) { out = TextOf(cursor_.Raw<double>()); }

 private:
  Cursor& cursor_;
};

template <class Row, class Value>
void ReadColumn(Value Row::*field, Cursor& cursor, std::vector<Row>& rows) {
  ValueReader reader(cursor);
  for (Row& row : rows) reader.Read(row.*field);
}

template <class Row, class Value>
void ReadColumn(std::optional<Value> Row::*field, Cursor& cursor, std::vector<Row>& rows) {
  const auto nulls = cursor.Bytes(rows.size());
  ValueReader reader(cursor);
  for (std::size_t i = 0; i < rows.size() && cursor.is_good(); ++i) {
    Value value{};
    reader.Read(value);
    if (nulls[i] == 0) rows[i].*field = std::move(value);
  }
}

template <class Row, class Value>
void ReadColumn(std::vector<Value> Row::*field, Cursor& cursor, std::vector<Row>& rows) {
  std::vector<std::uint64_t> ends;
  for (std::size_t i = 0; i < rows.size(); ++i) ends.push_back(cursor.Raw<std::uint64_t>());
  ValueReader reader(cursor);
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (; at < ends[i] && cursor.is_good(); ++at) reader.Read((rows[i].*field).emplace_back());
  }
}

template <class Row>
void ReadColumn(TagLabels Row::*field, Cursor& cursor, std::vector<Row>& rows) {
  std::vector<std::uint64_t> ends;
  for (std::size_t i = 0; i < rows.size(); ++i) ends.push_back(cursor.Raw<std::uint64_t>());
  ValueReader reader(cursor);
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& values = (rows[i].*field).values;
    for (; at < ends[i] && cursor.is_good(); ++at) reader.Read(values.emplace_back());
  }
}

/// A block's columns one after the other: `on_column(name, type, rows, cursor)` reads each.
template <class OnColumn>
Result<std::size_t> WalkBlock(std::string_view block, OnColumn on_column) {
  Cursor cursor(block);
  const std::uint64_t columns = cursor.VarUInt();
  const std::uint64_t rows = cursor.VarUInt();
  // A row takes a byte at least.
  if (rows > block.size()) return MalformedError("a block that is cut off");
  for (std::uint64_t i = 0; i < columns && cursor.is_good(); ++i) {
    const auto name = cursor.Text();
    const auto type = cursor.Text();
    if (auto status = on_column(name, type, rows, cursor); !status) {
      return std::move(status).error();
    }
  }
  if (!cursor.is_good()) return MalformedError("a block that is cut off");
  if (!cursor.is_at_end()) return MalformedError("a block with something behind it");
  return rows;
}

}  // namespace

namespace {

/// The column of this name; null when there is none, kMalformed when its type is another one.
template <class Row>
Result<const Column<Row>*> ColumnOf(std::string_view name, std::string_view type) {
  const auto columns = TableSpecOf<Row>().columns;
  const auto column = std::find_if(
      columns.begin(), columns.end(), [&](const auto& each) { return each.name == name; });
  if (column == columns.end()) return nullptr;
  if (ClickHouseType(*column) == type) return &*column;
  return MalformedError("a block with a column " + Shown(name) + " of type " + Shown(type));
}

}  // namespace

template <class Row>
Result<std::size_t> CheckBlock(std::string_view block) {
  return WalkBlock(
      block, [](std::string_view name, std::string_view type, std::uint64_t rows, Cursor& cursor) {
        const auto column = ColumnOf<Row>(name, type);
        return column ? Skip(type, rows, cursor) : Status(column.error());
      });
}

template <class Row>
Result<std::vector<Row>> ReadBlock(std::string_view block) {
  // A list's ends are trusted below.
  const auto count = CheckBlock<Row>(block);
  if (!count) return count.error();
  std::vector<Row> rows(*count);
  const auto read = [&](std::string_view name,
                        std::string_view type,
                        std::uint64_t /*rows*/,
                        Cursor& cursor) -> Status {
    const auto column = ColumnOf<Row>(name, type);
    if (!column) return column.error();
    if (*column == nullptr) return Skip(type, rows.size(), cursor);
    return std::visit(
        [&](auto field) -> Status {
          if constexpr (!std::is_member_pointer_v<decltype(field)>) {
            return Skip(type, rows.size(), cursor);
          } else {
            ReadColumn(field, cursor, rows);
            return Ok();
          }
        },
        (*column)->field);
  };
  if (const auto walked = WalkBlock(block, read); !walked) return walked.error();
  return rows;
}

#define POLYHOUSE_READ(Row)                                       \
  template Result<std::size_t> CheckBlock<Row>(std::string_view); \
  template Result<std::vector<Row>> ReadBlock(std::string_view);
POLYHOUSE_EACH_STREAMED_ROW(POLYHOUSE_READ)

}  // namespace polyhouse
