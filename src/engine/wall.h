#pragma once

#include <optional>
#include <string>

namespace polyhouse::engine {

/// Shuts the calling thread, and every thread it makes, into the directory of tables: whatever a
/// statement manages to ask for, no other file of the machine can be opened and nothing can be
/// reached over a network. The kernel keeps it so; no text of SQL is looked at. Files that are open
/// and sockets that listen stay usable. Empty when the wall stands; otherwise what is lacking, as
/// half a sentence.
std::optional<std::string> BuildWall(const std::string& tables_dir);

}  // namespace polyhouse::engine
