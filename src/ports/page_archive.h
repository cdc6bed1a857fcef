#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "domain/archive.h"

namespace polyhouse {

/// An answer of the API, of any status.
struct ArchivedResponse {
  std::uint64_t version = 0;  ///< Of its rows: the time of the request, ms since 1970.
  std::string_view url;
  int status = 0;
  std::string_view body;  ///< As the API sent it, its content coding undone.
};

/// Keeps what one listing of the API answered, for good. Safe to use from any thread. Errors:
/// kTransient (the disk is full, or away): nothing was kept, try again later.
class PageArchive {
 public:
  virtual ~PageArchive() = default;
  /// Comes before anything of the answer is stored, and outlives this process when it succeeds.
  virtual Status Keep(const ArchivedResponse& response) = 0;
  /// Comes before the stream gets the rows; in the order of streams, one at a time. When it
  /// succeeds, it and everything kept before outlive the machine.
  virtual Status Note(const StoredNote& note) = 0;
};

}  // namespace polyhouse
