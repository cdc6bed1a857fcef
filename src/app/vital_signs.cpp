#include "app/vital_signs.h"

#include <algorithm>
#include <map>

#include "app/condition.h"
#include "app/heartbeat.h"
#include "app/ingested_listing.h"
#include "app/wiring.h"
#include "codec/timestamp.h"

namespace polyhouse {
namespace {

/// A lane may be late by so many of its intervals, and by this much in any case.
constexpr int kRoundsLate = 10;
constexpr std::chrono::minutes kLeastLate{10};

/// Writers are of one kind, whatever their names: "write:writer-1" is "write".
std::string KindOf(const RolePresence& role) {
  return role.role.substr(0, role.role.find(':'));
}

std::string LastSign(const RolePresence& role) {
  return role.role + (role.has_ended ? " ended " : " was heard last ") + AgeText(role.age) +
         " ago (" + role.doing + ")";
}

}  // namespace

bool IsAlive(const RolePresence& role) {
  return !role.has_ended && role.age >= -Heartbeat::kSilence && role.age <= Heartbeat::kSilence;
}

std::vector<std::string> WhyNotAlive(const std::vector<RolePresence>& roles) {
  // Of each kind, the one heard last; a living one before all.
  std::map<std::string, RolePresence> latest;
  for (const RolePresence& role : roles) {
    auto& known = latest.emplace(KindOf(role), role).first->second;
    if (IsAlive(known) ? false : IsAlive(role) || role.age < known.age) known = role;
  }
  std::vector<std::string> reasons;
  const bool has_ingester = std::any_of(latest.begin(), latest.end(), [](const auto& kind) {
    return kind.first.starts_with("ingest-");
  });
  if (!has_ingester) reasons.emplace_back("No ingester has been seen: run polyhouse ingest or up.");
  if (!latest.contains(kWriteRole)) {
    reasons.emplace_back("No writer has been seen: run polyhouse write or up.");
  }
  for (const auto& [kind, role] : latest) {
    if (!IsAlive(role)) reasons.push_back("Nobody does " + kind + ": " + LastSign(role) + ".");
  }
  return reasons;
}

std::vector<std::string> WhyNotReady(const StatusFacts& facts,
                                     const Config& config,
                                     Timestamp now) {
  std::vector<std::string> reasons;
  for (const IngestedListing* listing : IngestedListings()) {
    if (!(config.*listing->discover.on)) continue;
    const auto interval = config.*listing->discover.interval;
    const std::string name(listing->names().ingester);
    const std::string last = LastRound(facts, listing->names(), "discover");
    const auto ended = ParseApiTime(last);
    const auto limit = std::max<std::chrono::milliseconds>(kRoundsLate * interval, kLeastLate);
    if (ended && *ended - now > limit) {
      // The clock was set back since; it says nothing of how long ago that was.
      reasons.push_back("No round that looks for new " + name +
                        " has ended since the clock was set back from " + last + " or later.");
    } else if (!ended) {
      reasons.push_back("No round that looks for new " + name + " has ended yet.");
    } else if (now - *ended > limit) {
      reasons.push_back("The last round that looked for new " + name + " ended at " + last + ".");
    }
  }
  for (const StreamOverview& stream : facts.streams) {
    if (stream.behind < config.max_backlog) continue;
    reasons.push_back(std::to_string(stream.behind) + " rows of " + stream.stream.value() +
                      " wait to be stored.");
  }
  return reasons;
}

}  // namespace polyhouse
