#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace polyhouse {

/// Asks the tables. Used from one thread.
class TableReader {
 public:
  virtual ~TableReader() = default;
  /// The whole result of one SELECT in the format that it names. Errors: kTransient (the database
  /// is away or out of memory: ask again), kRejected (the statement is at fault), kConfig (a table
  /// is missing, no access), kStopping.
  virtual Result<std::string> Fetch(std::string_view sql, std::stop_token stop) = 0;
};

}  // namespace polyhouse
