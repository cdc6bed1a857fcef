#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "ports/table_reader.h"

namespace polyhouse {

/// What to say to somebody whose statement has asked a view for less than the parameters that it
/// takes, which the engine's `message` does not say: which they are, with an example. Empty: the
/// message is about something else.
std::string AboutParameters(TableReader& tables,
                            std::string_view sql,
                            std::string_view message,
                            std::stop_token stop);

}  // namespace polyhouse
