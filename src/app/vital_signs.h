#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/status_facts.h"
#include "base/clock.h"
#include "config/config.h"
#include "ports/presence_store.h"

namespace polyhouse {

/// Whether this role left a sign lately and has not ended.
bool IsAlive(const RolePresence& role);

/// Of each kind of role that was seen within a week and of which none lives, the one heard last;
/// writers are of one kind, whatever their names: the kind of "write:writer-1" is "write".
std::vector<RolePresence> DeadRoles(const std::vector<RolePresence>& roles);
std::string KindOf(const RolePresence& role);
/// "write:writer-1 was heard last 3 min ago (12 rows)".
std::string LastSign(const RolePresence& role);
/// What must be played, and by nobody was within a week.
struct UnseenRole {
  std::string kind;
  std::string say;  ///< A sentence.
};
std::vector<UnseenRole> RolesNeverSeen(const std::vector<RolePresence>& roles);

/// Why the pipeline does not live, a sentence each: of every kind of role that was seen within a
/// week one must live, and at least one ingester and one writer.
std::vector<std::string> WhyNotAlive(const std::vector<RolePresence>& roles);

/// That new records are not looked for.
struct LateRound {
  std::string ingester;
  std::string say;
  std::optional<Timestamp> since;  ///< When the last round ended; empty: that cannot be known.
};
std::vector<LateRound> LateRounds(const StatusFacts& facts, const Config& config, Timestamp now);

/// That what was read is not being stored.
struct FullStream {
  std::string stream;
  std::string say;
};
std::vector<FullStream> FullStreams(const StatusFacts& facts, const Config& config);

/// Why it does not keep up though it lives: both.
std::vector<std::string> WhyNotReady(const StatusFacts& facts, const Config& config, Timestamp now);

}  // namespace polyhouse
