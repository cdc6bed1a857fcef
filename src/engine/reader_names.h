#pragma once

#include <set>
#include <string>
#include <string_view>

#include "engine/chdb_connection.h"

namespace polyhouse::engine {

/// The names that nobody may use who only reads: functions that reach beyond the tables, such as
/// file(), and of the table functions all but those that are known to look at nothing but what the
/// statement itself holds and the tables. (Table functions act before the engine looks at rights:
/// sqlite() makes its file, eval() runs any statement.) The kernel's wall (wall.h) stands behind
/// this; here the refusal is early and says why.
class ReaderNames {
 public:
  /// All table functions that the engine has, as a query.
  static constexpr std::string_view kQueryForTableFunctions =
      "SELECT name FROM system.table_functions";

  ReaderNames() = default;
  explicit ReaderNames(const std::set<std::string, std::less<>>& table_functions);

  /// The first such name in a statement; empty when there is none. `spelled` is the statement as
  /// the engine's own parser writes it, with every name decoded. (Not EXPLAIN AST: it leaves out
  /// what stands in APPLY and in SHOW … WHERE.) `parameters` can spell names, too, where the
  /// statement has a placeholder of the type Identifier.
  std::string Refused(std::string_view spelled, const QueryParameters& parameters) const;

 private:
  bool IsTableFunction(std::string_view name) const;

  std::set<std::string, std::less<>> table_functions_;  ///< Those that are refused, in lower case.
};

}  // namespace polyhouse::engine
