#pragma once

#include <span>
#include <string_view>

namespace polyhouse {

/// One file of sql/, embedded into the program.
struct PageSqlFile {
  std::string_view name;  ///< "markets"
  std::string_view sql;
};

std::span<const PageSqlFile> PageSqlFiles();

}  // namespace polyhouse
