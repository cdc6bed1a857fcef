#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

#include "adapters/files/archive_files.h"
#include "base/result.h"
#include "codec/archive_line.h"

namespace polyhouse {

/// Reads the answers of one file of an archive. Used from one thread.
class ArchiveBodies {
 public:
  /// kTransient when it cannot be opened.
  static Result<ArchiveBodies> Open(const ArchiveFile& file);
  ArchiveBodies(ArchiveBodies&& other) noexcept;
  ArchiveBodies& operator=(ArchiveBodies&& other) noexcept;
  ~ArchiveBodies();

  /// True when the file ends before the frame does: a machine that lost its power.
  bool IsCutOff(const ArchivedFrame& frame) const;
  /// kMalformed when it is not what was written.
  Result<std::string> Read(const ArchivedFrame& frame) const;

 private:
  ArchiveBodies(int file, std::uint64_t size) : file_(file), size_(size) {}

  int file_;
  std::uint64_t size_;
};

/// Reads the index of one file of an archive, line by line. Used from one thread.
class ArchiveIndex {
 public:
  explicit ArchiveIndex(const ArchiveFile& file) : text_(file.index(), std::ios::binary) {}

  /// The next line; empty at the end. kMalformed: a line that cannot be read; go on.
  Result<std::optional<ArchiveLine>> Next();
  /// How many lines were read; the first is 1.
  std::uint64_t line() const { return line_; }
  /// The last line has no end: a process that was killed, or is still writing.
  bool IsTorn() const { return is_torn_; }

 private:
  std::ifstream text_;
  std::uint64_t line_ = 0;
  bool is_torn_ = false;
};

}  // namespace polyhouse
