#pragma once

#include <string>
#include <string_view>

#include "domain/event.h"

namespace polyhouse {

/// Tag labels as the request's `tags` string: separated by semicolons. A semicolon or backslash
/// inside a label is written with a backslash before it, so that SplitTags gives back exactly what
/// was joined. No tags is the empty string; labels are never empty.
std::string JoinTags(const TagLabels& tags);
TagLabels SplitTags(std::string_view joined);

}  // namespace polyhouse
