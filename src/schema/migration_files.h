#pragma once

#include <span>
#include <string_view>

namespace polyhouse {

/// One file of schema/, embedded into the program.
struct MigrationFile {
  std::string_view name;  ///< "0001_markets"; the number is its place in the order.
  std::string_view sql;
};

/// In their order.
std::span<const MigrationFile> MigrationFiles();

}  // namespace polyhouse
