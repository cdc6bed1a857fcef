#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "imports/record_reader.h"
#include "imports/repeat_counter.h"

namespace polyhouse {

/// What a file turned out to be.
enum class FileFormat { kCsv, kJsonLines, kParquet };

/// How records become what the database reads: each gets its line's number in front of its own
/// fields and, where that can be told from the lines, how many equal ones stand before it.
struct ChunkLayout {
  FileFormat format = FileFormat::kCsv;
  std::string header{};         ///< Of a CSV file, as it is written.
  bool counts_repeats = false;  ///< Otherwise the database counts.

  /// "CSVWithNames" or "JSONEachRow".
  std::string_view format_name() const;
  /// Of each record's text, what our own fields stand behind.
  std::string_view opening() const { return format == FileFormat::kJsonLines ? "{" : ""; }
  /// What stands before the records.
  std::string Head() const;
  /// False when this cannot be a row whatever the database reads: no JSON object.
  bool CanBeRow(std::string_view text) const;
  /// Where, in the appended, the record's own text begins.
  std::size_t Append(std::string& body,
                     std::uint64_t line,
                     std::uint32_t repeats,
                     std::string_view text) const;
};

/// Records of a file that go into the database together.
struct Chunk {
  struct Row {
    std::uint64_t line = 0;
    std::uint32_t begin = 0;  ///< Of what is sent of it, in `body`.
    std::uint32_t size = 0;
    std::uint32_t text = 0;  ///< Where the text that the file has begins, from there.
  };

  std::uint64_t number = 0;
  std::string_view opening{};  ///< Of each row's text, in whose place our own fields are.
  std::string body;            ///< What stands before the rows, then the rows.
  std::vector<Row> rows;       ///< By line.
  std::vector<std::pair<std::uint64_t, std::string>> impossible;  ///< No rows: line and text.
  std::uint64_t end = 0;  ///< Where the next chunk begins, in bytes from the file's start.
  std::uint64_t end_line = 0;
  std::uint64_t hash = 0;  ///< Of the file up to there.

  /// With its line's end.
  std::string_view SentOf(const Row& row) const {
    return std::string_view(body).substr(row.begin, row.size);
  }
  /// What stands behind our own fields, and before them what belongs to the text.
  std::string TextOf(const Row& row) const {
    return std::string(opening) + body.substr(row.begin + row.text, row.size - row.text - 1);
  }
  /// Rows and impossible ones.
  std::size_t count() const { return rows.size() + impossible.size(); }
};

/// How far a file was imported: its bytes and lines, and a hash of these bytes.
struct Checkpoint {
  std::uint64_t offset = 0;
  std::uint64_t line = 0;
  std::uint64_t hash = 0;
  std::uint64_t begun = 0;  ///< When its first line was read, in milliseconds since 1970.
  bool is_done = false;     ///< The file ended there.
};

/// Cuts a file into chunks. Used from one thread.
class ChunkReader {
 public:
  /// Of a reader that stands behind the header. Empty lines are no rows.
  ChunkReader(RecordReader& records, std::size_t chunk_bytes, const ChunkLayout& layout)
      : records_(records), chunk_bytes_(chunk_bytes), layout_(layout) {}

  /// Reads on to where an earlier import got. False when the file is another one up to there.
  Result<bool> SkipTo(const Checkpoint& checkpoint);
  /// The next chunk; empty at the end.
  Result<std::optional<Chunk>> Next();

 private:
  void Add(const FileRecord& record, Chunk& chunk);

  RecordReader& records_;
  std::size_t chunk_bytes_;
  const ChunkLayout& layout_;
  RepeatCounter repeats_;
  std::uint64_t chunks_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t end_line_ = 0;
};

}  // namespace polyhouse
