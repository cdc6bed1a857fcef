#pragma once

#include <optional>
#include <string_view>

#include "serve/web_message.h"

namespace polyhouse {

/// A file of the page by its exact name; empty: there is none.
std::optional<WebAnswer> AssetAnswer(const WebRequest& request);

/// The page itself, for every path that it knows; with 404 for others. Empty: the program was built
/// without the page.
std::optional<WebAnswer> ShellAnswer(const WebRequest& request);

}  // namespace polyhouse
