#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace polyhouse::engine {

/// Statements that try to get at a file: the ways to name the function, to write the path and to
/// bring the content into an answer or into the text of an error; all of them each with each, or a
/// choice.
enum class Breadth { kAll, kChoice };
std::vector<std::string> StatementsForFile(const std::string& path, Breadth breadth);

/// Statements that try to connect to this port of this machine, or to look up a name.
std::vector<std::string> StatementsForNetwork(std::uint16_t port);

}  // namespace polyhouse::engine
