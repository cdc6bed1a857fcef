#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "domain/archive.h"

namespace polyhouse {

/// One line of an archive's index, without its end (docs/archive.md).
using ArchiveLine = std::variant<ArchivedFrame, StoredNote>;

std::string ToLine(const ArchivedFrame& frame);
std::string ToLine(const StoredNote& note);

/// The reverse. Unknown members are ignored. kMalformed when it is no such line.
Result<ArchiveLine> ParseArchiveLine(std::string_view line);

}  // namespace polyhouse
