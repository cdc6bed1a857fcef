#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace polyhouse {

/// Two files of an archive that belong together: answers in NAME.zst, their index in NAME.jsonl.
struct ArchiveFile {
  std::string directory;
  std::string name;     ///< "markets-20261124T180000.123Z-4711".
  std::string listing;  ///< "markets"
  std::string run;      ///< The id of the process that wrote it.

  std::string bodies() const { return directory + "/" + name + ".zst"; }
  std::string index() const { return directory + "/" + name + ".jsonl"; }
};

/// What directories hold.
struct ArchiveFiles {
  std::vector<ArchiveFile> files;     ///< By the time at which they were begun.
  std::vector<std::string> problems;  ///< A sentence for each file that is not of an archive.
};

/// The listings whose files an archive may hold: "markets".
using ArchivedListings = std::vector<std::string_view>;

/// Whether a directory has a file of an archive.
bool HasArchive(const std::string& directory, const ArchivedListings& listings);

/// kConfig when one cannot be read or holds no archive. A file that is in several is read once.
Result<ArchiveFiles> FindArchiveFiles(const std::vector<std::string>& directories,
                                      const ArchivedListings& listings);

}  // namespace polyhouse
