#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "serve/web_message.h"

namespace polyhouse {

/// The answer around `data`, JSON of what is known just now.
WebAnswer EnvelopeOf(const std::string& data,
                     Timestamp now,
                     const std::optional<std::string>& next = {});

/// Appends "name":"text" to an object that has been begun.
void AppendField(std::string& json, std::string_view name, std::string_view text);

}  // namespace polyhouse
