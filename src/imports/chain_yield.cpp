#include "imports/chain_yield.h"

#include "checks/table_answer.h"

namespace polyhouse {
namespace {

/// The highest there is: no later import of the same row brings it back.
constexpr std::string_view kForEver = "toUInt64(18446744073709551615)";

std::string MonthOf(const ImportKind& kind) {
  return "toYYYYMM(" + std::string(kind.time) + ")";
}

/// The months of which both have rows.
Result<TableAnswer> SharedMonths(const ImportKind& kind, BulkTables& tables, std::stop_token stop) {
  return Ask(tables,
             "SELECT DISTINCT " + MonthOf(kind) + " AS month FROM " + std::string(kind.target) +
                 " WHERE month IN (SELECT DISTINCT " + MonthOf(kind) + " FROM " +
                 std::string(kind.chain) + ") ORDER BY month",
             std::move(stop));
}

std::string YieldOf(const ImportKind& kind, const std::string& month) {
  const std::string time(kind.time);
  const std::string hash(kind.hash);
  const std::string in_month = MonthOf(kind) + " = " + month;
  return "INSERT INTO " + std::string(kind.target) + " (" + time + ", " + hash +
         ", row_hash, removed, version) SELECT " + time + ", " + hash + ", row_hash, true, " +
         std::string(kForEver) + " FROM " + std::string(kind.target) + " WHERE NOT removed AND " +
         in_month + " AND sipHash128(" + hash + ") GLOBAL IN (SELECT sipHash128(" + hash +
         ") FROM " + std::string(kind.chain) + " WHERE " + in_month + ")";
}

}  // namespace

Result<std::uint64_t> YieldToChain(const ImportKind& kind,
                                   BulkTables& tables,
                                   Retrier& retrier,
                                   std::stop_token stop) {
  if (kind.target.empty()) return std::uint64_t{0};
  const auto months = retrier.Do([&] { return SharedMonths(kind, tables, stop); }, stop);
  if (!months) return months.error();
  for (const auto& month : *months) {
    const std::string sql = YieldOf(kind, month.front());
    const auto status = retrier.Do([&] { return tables.Run(sql, "", stop); }, stop);
    if (!status) return status.error();
  }
  const std::string sql =
      "SELECT count() FROM " + std::string(kind.target) + " FINAL WHERE removed";
  return retrier.Do([&] { return AskNumber(tables, sql, stop); }, stop);
}

}  // namespace polyhouse
