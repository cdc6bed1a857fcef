#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "codec/row_types.h"

namespace polyhouse {

/// Where a column's value lives in a row. The type of the member decides the ClickHouse type
/// (ClickHouseType below) and the shape in JSON (entry_codec.h); a function is a derived column:
/// written everywhere, read nowhere.
template <class Row>
using Field = std::variant<std::string Row::*,
                           MarketId Row::*,
                           EventId Row::*,
                           TokenId Row::*,
                           bool Row::*,
                           std::int32_t Row::*,
                           std::uint32_t Row::*,
                           std::uint64_t Row::*,
                           Uint256 Row::*,
                           Micros Row::*,
                           Timestamp Row::*,
                           std::optional<Timestamp> Row::*,
                           DecimalText Row::*,
                           std::optional<DecimalText> Row::*,
                           TagLabels Row::*,
                           std::vector<std::string> Row::*,
                           std::vector<EventId> Row::*,
                           std::vector<TokenId> Row::*,
                           std::vector<DecimalText> Row::*,
                           std::vector<Uint256> Row::*,
                           std::string_view (*)(const Row&)>;

/// One column: its name in the table and in the JSON of a stream entry, and its value.
template <class Row>
struct Column {
  std::string_view name;
  Field<Row> field;
};

/// The one description of a record type, from which the JSON of stream entries (entry_codec.h), the
/// Native blocks (native_block.h) and the check against the DDL come. A new column is one line here
/// and one in schema/.
template <class Row>
struct TableSpec {
  std::string_view table;
  std::span<const Column<Row>> columns;
};

template <class Row>
const TableSpec<Row>& TableSpecOf();

#define POLYHOUSE_SPEC(Row) \
  template <>               \
  const TableSpec<Row>& TableSpecOf<Row>();
POLYHOUSE_EACH_ROW(POLYHOUSE_SPEC)
#undef POLYHOUSE_SPEC

/// The ClickHouse type that a column's values are sent as. The server casts to what the table says,
/// so LowCardinality(String) is sent as String.
template <class Row>
std::string_view ClickHouseType(const Column<Row>& column);

/// The column names, comma-separated and quoted, for INSERT INTO t (…).
template <class Row>
std::string ColumnList(const TableSpec<Row>& spec);

}  // namespace polyhouse
