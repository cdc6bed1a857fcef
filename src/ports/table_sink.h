#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace polyhouse {

/// Rows of one table, encoded, to be stored together.
struct TableBatch {
  std::string_view table;
  std::string_view columns;  ///< Quoted and comma-separated.
  /// Two inserts with the same token and content are one.
  std::string_view token;
  std::span<const std::string_view>
      native;  ///< One block of ClickHouse's Native format, in pieces.
  std::size_t rows = 0;
};

/// Where rows end. Used from one thread.
class TableSink {
 public:
  virtual ~TableSink() = default;
  /// Success: every row is stored, once. Errors: kTransient (nobody knows whether they are stored:
  /// send the same batch again), kRejected (a row in it will never be taken), kConfig (table
  /// missing or different, no access: stop), kStopping. Error::too_much: fewer rows may be taken.
  virtual Status Insert(const TableBatch& batch, std::stop_token stop) = 0;
};

}  // namespace polyhouse
