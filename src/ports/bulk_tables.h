#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/table_reader.h"

namespace polyhouse {

/// Rows in a format that the database reads by itself, such as CSVWithNames.
struct TextRows {
  std::string table;
  std::string columns;  ///< Quoted and comma-separated.
  std::string format;
  std::string tag;                         ///< What the tables' own definitions see of the insert
                                           ///< (schema/0015_optional_imports.sql).
  std::span<const std::string_view> body;  ///< In pieces.
};

/// Tables that take whole files, and statements about what they took. Used from one thread.
class BulkTables : public TableReader {
 public:
  /// Rows that cannot be read are left out, columns that are not there have their defaults.
  /// Success: the others are stored. Errors as TableSink::Insert.
  virtual Status InsertText(const TextRows& rows, std::stop_token stop) = 0;
  /// A statement without a result, such as INSERT … SELECT. Errors as Fetch.
  virtual Status Run(std::string_view sql, std::string_view tag, std::stop_token stop) = 0;
};

}  // namespace polyhouse
