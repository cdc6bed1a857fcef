#pragma once

#include <string>
#include <vector>

#include "app/status_facts.h"
#include "base/clock.h"
#include "config/config.h"
#include "ports/presence_store.h"

namespace polyhouse {

/// Whether this role left a sign lately and has not ended.
bool IsAlive(const RolePresence& role);

/// Why the pipeline does not live, a sentence each: of every kind of role that was seen within a
/// week one must live, and at least one ingester and one writer.
std::vector<std::string> WhyNotAlive(const std::vector<RolePresence>& roles);

/// Why it does not keep up though it lives: new records are not looked for, or what was read is not
/// being stored.
std::vector<std::string> WhyNotReady(const StatusFacts& facts, const Config& config, Timestamp now);

}  // namespace polyhouse
