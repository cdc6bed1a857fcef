#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "pages/page_tables.h"

namespace polyhouse {

/// A statement that a person typed.
struct ConsoleQuery {
  std::string sql;
  std::uint64_t limit = 1'000'000;  ///< Rows.
  std::uint64_t seconds = 30;
};

/// Runs it and writes lines of JSON: {"columns":[{"name":…,"type":…}]}, then a list for each row,
/// with 64-bit numbers as text, at last {"end":{…}} or {"error":{…}}. `write`: false ends it.
void RunConsoleQuery(const ConsoleQuery& query,
                     const AskTables& ask,
                     const std::function<bool(std::string_view)>& write,
                     const std::stop_token& stop);

/// Without a FORMAT clause at its end, and without the semicolon.
std::string WithoutFormat(std::string_view sql);

/// Where in the statement an error is by ClickHouse's words, in bytes from 0; empty: it does not
/// say.
std::optional<std::size_t> ErrorPosition(std::string_view message);

}  // namespace polyhouse
