#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace polyhouse {

/// The column of a table or view of ours that says when what a row tells happened, by which an
/// export is limited and cut into partitions; empty where rows have no such time. Nothing for names
/// that are none of ours.
std::optional<std::string_view> TimeColumnOf(std::string_view table);

}  // namespace polyhouse
