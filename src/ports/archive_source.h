#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "domain/archive.h"

namespace polyhouse {

/// One note of an archive, with the answer that it is about.
struct ArchivedStep {
  StoredNote note;
  std::string url;         ///< Empty when the note is about no answer.
  std::string body;        ///< As `url`.
  std::string file;        ///< The name of the archive's file, the same wherever it lies.
  std::uint64_t line = 0;  ///< Of the note in its index; the first is 1.
  bool is_whole = true;    ///< Nothing of this file was damaged up to here.
};

/// Reads what an archive holds of one listing, in the order in which it was stored. Used from one
/// thread.
class ArchiveSource {
 public:
  virtual ~ArchiveSource() = default;
  /// The next step; empty at the end. What cannot be read is passed over and reported elsewhere.
  virtual std::optional<ArchivedStep> Next() = 0;
};

}  // namespace polyhouse
