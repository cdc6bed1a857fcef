#include "imports/staged_rows.h"

#include <algorithm>

#include "base/random_token.h"
#include "base/split.h"
#include "checks/table_answer.h"

namespace polyhouse {

Status StagedRows::Clear(std::stop_token stop) {
  const std::string table = target_.cluster.empty() ? target_.kind.staged()
                                                    : target_.kind.staged() + "_local ON CLUSTER " +
                                                          Quoted(target_.cluster);
  const std::string sql = "ALTER TABLE " + table + " DROP PARTITION " + Quoted(target_.file);
  return retrier_.Do([&] { return tables_.Run(sql, "", stop); }, stop);
}

Status StagedRows::Release(std::uint64_t first, std::uint64_t last, std::stop_token stop) {
  for (; first <= last; first += kPiece) {
    const std::uint64_t end = std::min(last, first + kPiece - 1);
    if (auto status = ReleasePiece(first, end, stop); !status) return status;
  }
  return Ok();
}

Status StagedRows::ReleasePiece(std::uint64_t first, std::uint64_t last, std::stop_token stop) {
  const std::uint64_t from = first - std::min(first, kLookBack);
  const std::string sql =
      "INSERT INTO " + std::string(target_.kind.entry) + " (import_occurrence, " +
      target_.staged_columns + ") SELECT import_occurrence, " + target_.staged_columns +
      " FROM (SELECT *, toInt32(row_number() OVER (PARTITION BY " +
      Join(target_.kind.content, ", ") + " ORDER BY import_line)) - 1 AS import_occurrence FROM " +
      target_.kind.staged() + " FINAL WHERE path = " + Quoted(target_.file) +
      " AND import_line BETWEEN " + std::to_string(from) + " AND " + std::to_string(last) +
      ") WHERE import_line >= " + std::to_string(first);
  return retrier_.Do([&] { return tables_.Run(sql, ImportTag(RandomToken(), target_.file), stop); },
                     stop);
}

}  // namespace polyhouse
