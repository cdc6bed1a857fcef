#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace polyhouse {

/// One recorded market or event: its raw JSON object and what it is found by.
struct RecordedRow {
  std::uint64_t id = 0;
  std::string raw;
  bool is_closed = false;
  std::string updated_at;
  std::string slug;
  std::string condition_id;
  std::vector<std::string> token_ids;
  std::string tags;  ///< JSON array; of a market, its event's. Empty: none were recorded.
};

/// Recorded rows without duplicates, by ascending id.
struct Recording {
  std::vector<RecordedRow> markets;
  std::vector<RecordedRow> events;
};

/// Reads all recordings of a directory, or the archive in it (docs/archive.md). Of two rows with
/// one id the greater updatedAt wins, then the later one.
Result<Recording> ReadRecordings(const std::string& directory);

}  // namespace polyhouse
