#include "imports/import_book.h"

#include <array>

#include "checks/table_answer.h"
#include "imports/row_binary.h"

namespace polyhouse {

Result<std::optional<Checkpoint>> ImportBook::Load(BulkTables& tables, std::stop_token stop) const {
  const auto rows =
      Ask(tables,
          "SELECT offset, line, hash, begun, is_done FROM imports FINAL WHERE kind = " +
              Quoted(kind_.name) + " AND path = " + Quoted(file_),
          std::move(stop));
  if (!rows) return rows.error();
  if (rows->empty()) return std::optional<Checkpoint>();
  const auto& row = rows->front();
  return std::optional(Checkpoint{.offset = NumberIn(row[0]),
                                  .line = NumberIn(row[1]),
                                  .hash = NumberIn(row[2]),
                                  .begun = NumberIn(row[3]),
                                  .is_done = row[4] == "true" || row[4] == "1"});
}

Status ImportBook::Save(const Checkpoint& checkpoint,
                        BulkTables& tables,
                        std::stop_token stop) const {
  RowBinary row;
  row.Add(kind_.name)
      .Add(file_)
      .Add(checkpoint.offset)
      .Add(checkpoint.line)
      .Add(checkpoint.hash)
      .Add(checkpoint.begun)
      .Add(checkpoint.is_done)
      .Add(static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count()));
  const std::array<std::string_view, 1> body = {row.bytes()};
  return tables.InsertText(
      {.table = "imports",
       .columns = "`kind`, `path`, `offset`, `line`, `hash`, `begun`, `is_done`, `version`",
       .format = "RowBinary",
       .tag = {},
       .body = body},
      std::move(stop));
}

Status ImportBook::Stored(std::uint64_t number,
                          const Checkpoint& checkpoint,
                          BulkTables& tables,
                          std::stop_token stop) {
  waiting_[number] = checkpoint;
  std::optional<Checkpoint> last;
  for (auto next = waiting_.find(next_); next != waiting_.end(); next = waiting_.find(next_)) {
    last = next->second;
    waiting_.erase(next);
    ++next_;
  }
  return last ? Save(*last, tables, std::move(stop)) : Ok();
}

}  // namespace polyhouse
