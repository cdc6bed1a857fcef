#pragma once

#include <string>
#include <string_view>

#include "event_facts.h"

namespace polyhouse {

/// The tags of an event as a JSON array.
std::string TagsJson(const EventFacts& facts);

/// Appends the event's JSON object. `markets` is the JSON of its `markets` key, empty for no such
/// key. `tags` likewise: tags are part of an event listing, not of the parents inside markets.
void AppendEvent(std::string& out,
                 const EventFacts& facts,
                 std::string_view markets,
                 std::string_view tags);

}  // namespace polyhouse
