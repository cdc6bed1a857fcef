#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace polyhouse {

/// Where an answer of the API is in a file of the archive, and what it is; one line of the index.
struct ArchivedFrame {
  std::uint64_t version = 0;  ///< Of its rows: the time of the request, ms since 1970.
  std::string url;
  int status = 0;
  std::uint64_t offset = 0;       ///< In the file, bytes.
  std::uint64_t length = 0;       ///< Compressed, bytes.
  std::uint64_t body_length = 0;  ///< As the API sent it, bytes.
  std::uint64_t hash = 0;         ///< XXH3 of the body.

  bool operator==(const ArchivedFrame&) const = default;
};

/// What became of an answer: a line of the index as well, written before the stream gets the rows.
/// An answer without such a note was only looked at.
struct StoredNote {
  std::uint64_t version = 0;     ///< Of the answer; zero when `ledger` is about an id instead.
  std::vector<std::string> ids;  ///< Of the rows that the stream had to get.
  std::string ledger;            ///< The entry of the ledger, as its stream has it.
  std::string timestamp;         ///< Of that entry, ISO 8601 UTC.

  bool operator==(const StoredNote&) const = default;
};

}  // namespace polyhouse
