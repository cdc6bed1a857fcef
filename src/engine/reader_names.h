#pragma once

#include <string>
#include <string_view>

#include "engine/chdb_connection.h"

namespace polyhouse::engine {

/// The first name in a statement that no reader may use: functions that reach beyond the tables and
/// for which the engine knows no right that could be withheld, such as file(). Empty when there is
/// none. The kernel's wall (wall.h) stands behind this; here the refusal is early and says why.
/// `spelled` is the statement as the engine's own parser writes it, with every name decoded. (Not
/// EXPLAIN AST: it leaves out what stands in APPLY and in SHOW … WHERE.) `parameters` can spell
/// names, too, where the statement has a placeholder of the type Identifier.
std::string RefusedName(std::string_view spelled, const QueryParameters& parameters);

}  // namespace polyhouse::engine
