#include "schema/legacy_tables.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <span>

#include "base/random_token.h"
#include "base/split.h"
#include "schema/migration_text.h"

namespace polyhouse {
namespace {

struct Conversion {
  std::string_view column;     ///< Of our table.
  std::string_view needs;      ///< The old column it comes from.
  std::string_view how;        ///< The expression.
  std::string_view otherwise;  ///< When the old table does not have that column.
};

/// An old row was true when it was written, which only some tables know; any later fetch is newer.
constexpr Conversion kVersion = {
    "version", "modifiedDateTime", "toUInt64(toUnixTimestamp(modifiedDateTime)) * 1000", "0"};

constexpr auto kMarkets = std::to_array<Conversion>({
    {"createdAt", "createdAt", "toDateTime64(createdAt, 3, 'UTC')", "NULL"},
    {"id", "id", "toString(id)", "''"},
    {"question", "question", "question", "''"},
    {"answer1", "answer1", "answer1", "''"},
    {"answer2", "answer2", "answer2", "''"},
    {"neg_risk", "neg_risk", "neg_risk", "false"},
    {"market_slug", "market_slug", "market_slug", "''"},
    {"token1", "token1", "toString(token1)", "''"},
    {"token2", "token2", "toString(token2)", "''"},
    {"condition_id", "condition_id", "condition_id", "''"},
    {"volume", "volume", "toFloat64(volume)", "NULL"},
    {"ticker", "ticker", "ticker", "''"},
    {"event_slug", "event_slug", "event_slug", "''"},
    {"closedTime", "closedTime", "toDateTime64(closedTime, 3, 'UTC')", "NULL"},
    {"outcomes", "answer1", "arrayFilter(x -> x != '', [answer1, answer2])", "[]"},
    {"tokens", "token1", "arrayFilter(x -> x != '', [toString(token1), toString(token2)])", "[]"},
    kVersion,
});

constexpr auto kEvents = std::to_array<Conversion>({
    {"id", "id", "toString(id)", "''"},
    {"slug", "slug", "slug", "''"},
    {"ticker", "ticker", "ticker", "''"},
    {"title", "title", "title", "''"},
    {"description", "description", "description", "''"},
    {"createdAt", "createdAt", "toDateTime64(createdAt, 3, 'UTC')", "NULL"},
    {"startDate", "startDate", "toDateTime64(startDate, 3, 'UTC')", "NULL"},
    {"endDate", "endDate", "toDateTime64(endDate, 3, 'UTC')", "NULL"},
    {"tags", "tags", "tags", "[]"},
    {"markets_count", "markets_count", "markets_count", "0"},
    {"active", "active", "active", "false"},
    {"closed", "closed", "closed", "false"},
    {"archived", "archived", "archived", "false"},
    {"volume", "volume", "volume", "0"},
    {"liquidity", "liquidity", "liquidity", "0"},
    kVersion,
});

/// The old tables have no log index: two fills in one transaction can be the same in every column.
/// Rows of one transaction are numbered, from 2^31 on, where no real log index is.
constexpr auto kTrades = std::to_array<Conversion>({
    {"timestamp", "timestamp", "toDateTime64(timestamp, 3, 'UTC')", "0"},
    {"market_id", "market_id", "toString(market_id)", "''"},
    {"maker", "maker", "lower(maker)", "''"},
    {"taker", "taker", "lower(taker)", "''"},
    {"nonusdc_side", "nonusdc_side", "nonusdc_side", "''"},
    {"maker_direction", "maker_direction", "maker_direction", "''"},
    {"taker_direction", "taker_direction", "taker_direction", "''"},
    {"price", "price", "price", "0"},
    {"usd_amount", "usd_amount", "toDecimal64(toString(round(usd_amount, 6)), 6)", "0"},
    {"token_amount", "token_amount", "toDecimal64(toString(round(token_amount, 6)), 6)", "0"},
    {"transactionHash", "transactionHash", "lower(transactionHash)", "''"},
    {"log_index",
     "transactionHash",
     "toUInt32(2147483647 + row_number() OVER (PARTITION BY transactionHash ORDER BY timestamp, "
     "maker, taker, market_id, nonusdc_side, maker_direction, taker_direction, price, usd_amount, "
     "token_amount))",
     "0"},
    {"is_taker_leg",
     "taker",
     "lower(taker) IN ('0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e', "
     "'0xc5d563a36ae78145c45a50134d48a1215220f80a')",
     "false"},
    kVersion,
});

struct Shape {
  std::string_view table;
  std::span<const Conversion> conversions;
};
constexpr auto kShapes = std::to_array<Shape>({
    {"markets", kMarkets},
    {"polymarket_events", kEvents},
    {"trades", kTrades},
});

std::span<const Conversion> ConversionsOf(std::string_view table) {
  const auto* found = std::find_if(
      kShapes.begin(), kShapes.end(), [&](const Shape& shape) { return shape.table == table; });
  return found == kShapes.end() ? std::span<const Conversion>() : found->conversions;
}

constexpr std::string_view kShadow = "_polyhouse_new";

/// Of the tables that 0004 made; they have our columns, and another key than ours have today.
constexpr std::string_view kFormerTradesKey = "timestamp, transactionHash, log_index";

/// A query of all tables: name, engine, sorting_key, rows, columns, is_ours (made by an earlier
/// version of this program), is_old (to be brought into our shape, or once brought there).
std::string TablesByAge() {
  return "SELECT t.name AS name, any(t.engine) AS engine, any(t.sorting_key) AS sorting_key, "
         "any(ifNull(t.total_rows, 0)) AS rows, groupArray(c.name) AS columns, has(columns, "
         "'version') AS is_ours, NOT is_ours OR (name LIKE 'trades%' AND sorting_key = '" +
         std::string(kFormerTradesKey) +
         "') AS is_old FROM system.tables AS t JOIN system.columns AS c ON c.database = t.database "
         "AND c.table = t.name WHERE t.database = currentDatabase() GROUP BY t.name";
}

std::string BackupOf(const std::string& name) {
  return name + "_before_polyhouse";
}

/// A column of ours and the expression that makes it of the old ones.
struct NewColumn {
  std::string name;
  std::string expression;
};

bool Has(const LegacyTable& table, std::string_view column) {
  return std::find(table.columns.begin(), table.columns.end(), column) != table.columns.end();
}

/// An older table of our own has each of its columns as it is.
std::vector<NewColumn> ColumnsOf(const LegacyTable& table) {
  std::vector<NewColumn> columns;
  if (table.is_ours) {
    for (const std::string& column : table.columns) columns.push_back({column, "`" + column + "`"});
    return columns;
  }
  for (const Conversion& conversion : ConversionsOf(table.name)) {
    columns.push_back(
        {std::string(conversion.column),
         std::string(Has(table, conversion.needs) ? conversion.how : conversion.otherwise)});
  }
  return columns;
}

/// Of a table of our own those that are not replaced: what is merged meanwhile makes no difference.
std::string RowsOf(const LegacyTable& table) {
  return "`" + table.name + (table.is_ours ? "` FINAL" : "`");
}

std::string NamesOf(std::span<const NewColumn> columns) {
  std::string list;
  for (const NewColumn& column : columns) list += (list.empty() ? "`" : ", `") + column.name + "`";
  return list;
}

/// Our CREATE TABLE for a name, from schema/.
std::string CreateStatement(const std::string& name, const std::string& as) {
  const std::string statement = LastTableStatement(name);
  return "CREATE TABLE `" + as + "`" + statement.substr(statement.find('\n'));
}

}  // namespace

LegacyTables::LegacyTables(ClickHouseClient& client, std::function<Status()> still_ours)
    : client_(client), still_ours_(std::move(still_ours)), token_(RandomToken()) {}

std::string LegacyTables::ShadowOf(const std::string& name) const {
  return name + std::string(kShadow) + "_" + token_;
}

Result<bool> LegacyTables::Exists(const std::string& name, std::stop_token stop) {
  const auto count = client_.Fetch(
      "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = '" + name +
          "' FORMAT TabSeparated",
      std::move(stop));
  if (!count) return count.error();
  return *count == "1\n";
}

bool LegacyTables::HasWorkIn(const Inventory& inventory) {
  return std::any_of(inventory.begin(), inventory.end(), [](const auto& entry) {
    const auto& [table, columns] = entry;
    const bool is_named_so = table == "markets" || table == "polymarket_events" ||
                             table == "trades" || table.find(kShadow) != std::string::npos;
    return is_named_so && !columns.contains("version");
  });
}

Result<std::vector<LegacyTable>> LegacyTables::Find(std::stop_token stop) {
  const auto text = client_.Fetch(
      "SELECT name, engine, sorting_key, rows, arrayStringConcat(columns, ','), is_ours FROM (" +
          TablesByAge() +
          ") WHERE is_old AND name IN ('markets', 'polymarket_events', 'trades', 'trades_local') "
          "ORDER BY name FORMAT TabSeparatedRaw",
      std::move(stop));
  if (!text) return text.error();
  std::vector<LegacyTable> tables;
  for (const std::string& line : Split(*text, '\n')) {
    const auto fields = Split(line, '\t');
    if (fields.size() != 6) continue;
    LegacyTable table{fields[0], fields[1], fields[2], Split(fields[4], ','), fields[5] == "1"};
    std::from_chars(fields[3].data(), fields[3].data() + fields[3].size(), table.rows);
    tables.push_back(std::move(table));
  }
  return tables;
}

std::string LegacyTables::CopyStatement(const LegacyTable& table) const {
  std::string list;
  const auto columns = ColumnsOf(table);
  for (const NewColumn& column : columns) {
    list += list.empty() ? "\n    " : ",\n    ";
    list += column.expression + " AS new_" + column.name;
  }
  return "INSERT INTO `" + ShadowOf(table.name) + "` (" + NamesOf(columns) + ")\nSELECT" + list +
         "\nFROM " + RowsOf(table);
}

Status LegacyTables::Migrate(const LegacyTable& table, std::stop_token stop) {
  const std::string create = CreateStatement(table.name, ShadowOf(table.name));
  // Rows with one key are merged later, in the background; the comparison wants all of them.
  const std::string stop_merges = "SYSTEM STOP MERGES `" + ShadowOf(table.name) + "`";
  const std::string fill = CopyStatement(table) + "\nSETTINGS optimize_on_insert = 0";
  for (const std::string& statement : {create, stop_merges, fill}) {
    if (auto status = client_.Execute(statement, stop); !status) return status;
  }
  if (auto status = Compare(table, stop); !status) return status;
  const std::string start_merges = "SYSTEM START MERGES `" + ShadowOf(table.name) + "`";
  if (auto status = client_.Execute(start_merges, stop); !status) return status;
  return SwapIn(table, stop);
}

Result<std::string> LegacyTables::Converted(const LegacyTable& table, std::stop_token stop) {
  const auto text = client_.Fetch(
      "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = '" +
          ShadowOf(table.name) + "' FORMAT TabSeparatedRaw",
      std::move(stop));
  if (!text) return text.error();
  std::map<std::string, std::string, std::less<>> types;
  for (const std::string& line : Split(*text, '\n')) {
    const auto fields = Split(line, '\t');
    if (fields.size() == 2) types[fields[0]] = fields[1];
  }
  std::string list;
  for (const NewColumn& column : ColumnsOf(table)) {
    std::string type = types[column.name];
    for (auto at = type.find('\''); at != std::string::npos; at = type.find('\'', at + 2)) {
      type.insert(at, 1, '\\');
    }
    list += std::string(list.empty() ? "" : ", ") + "CAST(" + column.expression + ", '" + type +
            "') AS new_" + column.name;
  }
  return "SELECT " + list + " FROM " + RowsOf(table);
}

Result<std::string> LegacyTables::Fingerprint(const std::string& query, std::stop_token stop) {
  return client_.Fetch(
      "SELECT count(), sum(cityHash64(*)) FROM (" + query + ") FORMAT TabSeparated",
      std::move(stop));
}

Status LegacyTables::Compare(const LegacyTable& table, std::stop_token stop) {
  const auto converted = Converted(table, stop);
  if (!converted) return converted.error();
  const auto expected = Fingerprint(*converted, stop);
  if (!expected) return expected.error();
  const auto found = Fingerprint(
      "SELECT " + NamesOf(ColumnsOf(table)) + " FROM `" + ShadowOf(table.name) + "`", stop);
  if (!found) return found.error();
  if (*expected == *found) return Ok();
  return ConfigError(
      "the copy of " + table.name + " differs from the original (rows and checksum " +
      expected->substr(0, expected->size() - 1) + " became " + found->substr(0, found->size() - 1) +
      "): the original is untouched. Stop everything that writes into it and run "
      "polyhouse schema apply again");
}

Status LegacyTables::SwapIn(const LegacyTable& table, std::stop_token stop) {
  const auto backup = Exists(BackupOf(table.name), stop);
  if (!backup) return backup.error();
  if (*backup && !table.is_ours) {
    return ConfigError(
        "there is a table " + BackupOf(table.name) +
        " already: rename it, so that the backup of this migration can have the name");
  }
  if (auto status = still_ours_(); !status) return status;
  auto status = client_.Execute(
      "EXCHANGE TABLES `" + table.name + "` AND `" + ShadowOf(table.name) + "`", stop);
  if (!status) return status;
  return PutAway(ShadowOf(table.name), table.name, table.is_ours, std::move(stop));
}

Result<std::vector<LegacyTables::Shadow>> LegacyTables::Shadows(std::stop_token stop) {
  const auto text = client_.Fetch("SELECT name, is_old, is_ours FROM (" + TablesByAge() +
                                      ") WHERE name LIKE '%\\_polyhouse\\_new%' FORMAT "
                                      "TabSeparatedRaw",
                                  std::move(stop));
  if (!text) return text.error();
  std::vector<Shadow> shadows;
  for (const std::string& line : Split(*text, '\n')) {
    const auto fields = Split(line, '\t');
    if (fields.size() == 3) shadows.push_back({fields[0], fields[1] == "1", fields[2] == "1"});
  }
  return shadows;
}

/// The last step after the change of places. An original of our own needs no keeping: all that is
/// in it was found in its copy.
Status LegacyTables::PutAway(const std::string& original,
                             const std::string& name,
                             bool is_ours,
                             std::stop_token stop) {
  return client_.Execute(is_ours ? "DROP TABLE `" + original + "` SYNC"
                                 : "RENAME TABLE `" + original + "` TO `" + BackupOf(name) + "`",
                         std::move(stop));
}

Status LegacyTables::FinishSwaps(std::stop_token stop) {
  const auto shadows = Shadows(stop);
  if (!shadows) return shadows.error();
  for (const Shadow& shadow : *shadows) {
    const std::string name = shadow.name.substr(0, shadow.name.find(kShadow));
    auto status = shadow.is_original ? PutAway(shadow.name, name, shadow.is_ours, stop)
                                     : DropCopy(shadow.name, stop);
    if (!status) return status;
  }
  return Ok();
}

/// A process that was taken for dead may still exchange this table with the old one: then it is the
/// old one, and there is no copy to drop.
Status LegacyTables::DropCopy(const std::string& shadow, std::stop_token stop) {
  const auto old_tables = Find(stop);
  if (!old_tables) return old_tables.error();
  const std::string name = shadow.substr(0, shadow.find(kShadow));
  const bool old_stands = std::any_of(old_tables->begin(),
                                      old_tables->end(),
                                      [&](const auto& table) { return table.name == name; });
  if (!old_stands) return Ok();
  const std::string aside = name + "_polyhouse_unfinished_" + RandomToken();
  auto status = client_.Execute("RENAME TABLE `" + shadow + "` TO `" + aside + "`", stop);
  if (!status) return status;
  const auto is_copy = client_.Fetch("SELECT count() FROM (" + TablesByAge() + ") WHERE name = '" +
                                         aside + "' AND NOT is_old FORMAT TabSeparated",
                                     stop);
  if (!is_copy) return is_copy.error();
  return client_.Execute(*is_copy == "1\n"
                             ? "DROP TABLE `" + aside + "` SYNC"
                             : "RENAME TABLE `" + aside + "` TO `" + BackupOf(name) + "`",
                         std::move(stop));
}

Status LegacyTables::Restore(const std::string& name, std::stop_token stop) {
  const std::string kept = name + "_of_polyhouse";
  const auto there = Exists(kept, stop);
  if (!there) return there.error();
  const auto ours = Exists(name, stop);
  if (!ours) return ours.error();
  if (*there && *ours) {
    return ConfigError(
        "there is a table " + kept +
        " already: rename it, so that the table that is rolled back can have the name");
  }
  // Killed between the two renames, it goes on with the second.
  auto status =
      *ours ? client_.Execute("RENAME TABLE `" + name + "` TO `" + kept + "`", stop) : Ok();
  const auto backup = Exists(BackupOf(name), stop);
  if (!backup) return backup.error();
  if (!status || !*backup) return status;
  return client_.Execute("RENAME TABLE `" + BackupOf(name) + "` TO `" + name + "`", stop);
}

}  // namespace polyhouse
