#include "imports/chunk_store.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/random_token.h"
#include "checks/table_answer.h"
#include "imports/row_binary.h"

namespace polyhouse {
namespace {

/// A quote that is not closed hides the lines behind it; they are found by halving what is missing.
/// Beyond so many inserts for one chunk, whatever is missing is rejected.
constexpr int kHalvings = 200;
/// Of a rejected line so much is kept.
constexpr std::size_t kKeptText = 1U << 20U;

std::string LinesOf(const std::string& attempt) {
  return "(SELECT groupBitmapMergeState(lines) AS lines FROM import_lines WHERE attempt = " +
         Quoted(attempt) + ")";
}

}  // namespace

std::string ImportTag(std::string_view attempt, std::string_view file) {
  return std::string(attempt) + " " + std::string(file);
}

Result<std::uint64_t> LinesRead(const std::string& attempt,
                                TableReader& tables,
                                std::stop_token stop) {
  return AskNumber(
      tables, "SELECT bitmapCardinality(lines) FROM " + LinesOf(attempt), std::move(stop));
}

Status ChunkStore::Store(const Chunk& chunk, std::stop_token stop) {
  halvings_left_ = kHalvings;
  if (auto status = Reject(chunk.impossible, stop); !status) return status;
  const auto unread = Insert(chunk, chunk.rows, stop);
  if (!unread) return unread.error();
  return StoreHalves(chunk, *unread, stop);
}

Result<std::vector<Chunk::Row>> ChunkStore::Insert(const Chunk& chunk,
                                                   Rows rows,
                                                   std::stop_token stop) {
  if (rows.empty()) return std::vector<Chunk::Row>();
  return retrier_.Do(
      [&]() -> Result<std::vector<Chunk::Row>> {
        const std::string attempt = RandomToken();
        if (auto status = Send(attempt, chunk, rows, stop); !status) return status.error();
        return Unread(attempt, rows, stop);
      },
      stop);
}

Status ChunkStore::Send(const std::string& attempt,
                        const Chunk& chunk,
                        Rows rows,
                        std::stop_token stop) {
  std::string some;
  if (rows.size() < chunk.rows.size()) {
    some = target_.layout.Head();
    for (const Chunk::Row& row : rows) some += chunk.SentOf(row);
  }
  const std::array<std::string_view, 1> body = {some.empty() ? chunk.body : some};
  return tables_.InsertText({.table = std::string(target_.kind.entry),
                             .columns = target_.columns,
                             .format = std::string(target_.layout.format_name()),
                             .tag = ImportTag(attempt, target_.file),
                             .body = body},
                            std::move(stop));
}

Result<std::vector<Chunk::Row>> ChunkStore::Unread(const std::string& attempt,
                                                   Rows rows,
                                                   std::stop_token stop) {
  const auto read = LinesRead(attempt, tables_, stop);
  if (!read) return read.error();
  std::vector<Chunk::Row> unread;
  if (*read == rows.size()) return unread;
  // Of those that were read, because most often nearly none were not: or nearly all.
  const auto answer =
      Ask(tables_, "SELECT arrayJoin(bitmapToArray(lines)) FROM " + LinesOf(attempt), stop);
  if (!answer) return answer.error();
  std::unordered_set<std::uint64_t> known;
  for (const auto& line : *answer) known.insert(NumberIn(line.front()));
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(unread), [&](const Chunk::Row& row) {
    return !known.contains(row.line);
  });
  return unread;
}

Status ChunkStore::StoreHalves(const Chunk& chunk, Rows rows, std::stop_token stop) {
  if (rows.empty()) return Ok();
  if (rows.size() == 1 || halvings_left_ <= 0) {
    std::vector<Rejected> rejected;
    for (const Chunk::Row& row : rows) rejected.emplace_back(row.line, chunk.TextOf(row));
    return Reject(rejected, std::move(stop));
  }
  const std::size_t half = rows.size() / 2;
  for (const Rows part : {rows.first(half), rows.subspan(half)}) {
    --halvings_left_;
    const auto unread = Insert(chunk, part, stop);
    if (!unread) return unread.error();
    if (auto status = StoreHalves(chunk, *unread, stop); !status) return status;
  }
  return Ok();
}

Status ChunkStore::Reject(std::span<const Rejected> rows, std::stop_token stop) {
  if (rows.empty()) return Ok();
  const std::string_view reason =
      target_.layout.format == FileFormat::kJsonLines
          ? "it is no JSON object on a line of its own"
          : "it cannot be read as a line of CSV: look for quotes that are not closed";
  RowBinary rejects;
  for (const auto& [line, text] : rows) {
    rejects.Add(target_.file)
        .Add(line)
        .Add(reason)
        .Add(std::string_view(text).substr(0, kKeptText))
        .Add(target_.begun);
  }
  const std::array<std::string_view, 1> body = {rejects.bytes()};
  return retrier_.Do(
      [&] {
        return tables_.InsertText({.table = "import_rejects",
                                   .columns = "`path`, `line`, `reason`, `text`, `version`",
                                   .format = "RowBinary",
                                   .tag = {},
                                   .body = body},
                                  stop);
      },
      stop);
}

}  // namespace polyhouse
