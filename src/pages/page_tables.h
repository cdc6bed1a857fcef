#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace polyhouse {

/// A question to the tables by somebody who may only read.
struct TableQuestion {
  std::string sql;
  std::vector<std::pair<std::string, std::string>> settings{};  ///< And param_NAME.
  std::function<bool(std::string_view)> on_data{};              ///< False: give it up.
};

/// Asks the tables with the rights of a reader. Errors carry ClickHouse's own words. Thread-safe.
using AskTables = std::function<Status(const TableQuestion&, std::stop_token)>;

}  // namespace polyhouse
