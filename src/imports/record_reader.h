#pragma once

#include <xxhash.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ports/byte_source.h"

namespace polyhouse {

/// Whether a line break inside quotes is part of a record.
enum class RecordEnds { kAtEachLine, kOutsideQuotes };

/// One record of a file, as it is written. Valid until the next is read.
struct FileRecord {
  std::string_view text;   ///< Without its line break.
  std::uint64_t line = 0;  ///< The first of its lines; of the file, the first is 1.
  std::uint64_t end = 0;   ///< Where the next record begins, in bytes from the file's start.
  bool has_end = true;     ///< False: the file ends without a line break behind it.
};

/// Cuts a file of lines into records, whatever they hold. A record that does not end within
/// kLongest ends with its first line: a quote that nobody closes costs one line. Used from one
/// thread.
class RecordReader {
 public:
  static constexpr std::size_t kLongest = 4U << 20U;

  explicit RecordReader(std::unique_ptr<ByteSource> source);

  void SetEnds(RecordEnds ends) { ends_ = ends; }
  /// The next record; empty at the end. Errors are the source's.
  Result<std::optional<FileRecord>> Next();
  /// The first bytes of what comes next, up to so many.
  Result<std::string_view> Peek(std::size_t size);
  /// Of everything up to the end of the last record that has one.
  std::uint64_t hash() const { return XXH3_64bits_digest(hash_.get()); }
  const ByteSource& source() const { return *source_; }

 private:
  Result<bool> Fill();
  /// Where the record that begins at begin_ ends: behind its line break; empty when it is not seen.
  std::optional<std::size_t> FindEnd();
  FileRecord Take(std::size_t size, bool has_end);

  std::unique_ptr<ByteSource> source_;
  RecordEnds ends_ = RecordEnds::kAtEachLine;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  ///< Of the next record, in the buffer.
  std::size_t filled_ = 0;
  std::size_t looked_ = 0;  ///< How far its end was looked for, from its begin.
  bool in_quotes_ = false;  ///< There.
  bool at_end_ = false;
  std::uint64_t offset_ = 0;
  std::uint64_t line_ = 1;
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> hash_{XXH3_createState(),
                                                                 &XXH3_freeState};
};

}  // namespace polyhouse
