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

}  // namespace

bool IsAlive(const RolePresence& role) {
  return !role.has_ended && role.age >= -Heartbeat::kSilence && role.age <= Heartbeat::kSilence;
}

std::string KindOf(const RolePresence& role) {
  return role.role.substr(0, role.role.find(':'));
}

std::string LastSign(const RolePresence& role) {
  return role.role + (role.has_ended ? " ended " : " was heard last ") + AgeText(role.age) +
         " ago (" + role.doing + ")";
}

std::vector<RolePresence> DeadRoles(const std::vector<RolePresence>& roles) {
  // Of each kind, the one heard last; a living one before all.
  std::map<std::string, RolePresence> latest;
  for (const RolePresence& role : roles) {
    auto& known = latest.emplace(KindOf(role), role).first->second;
    if (IsAlive(known) ? false : IsAlive(role) || role.age < known.age) known = role;
  }
  std::vector<RolePresence> dead;
  for (const auto& [kind, role] : latest) {
    if (!IsAlive(role)) dead.push_back(role);
  }
  return dead;
}

std::vector<UnseenRole> RolesNeverSeen(const std::vector<RolePresence>& roles) {
  std::vector<UnseenRole> unseen;
  const auto has = [&](auto is_it) { return std::any_of(roles.begin(), roles.end(), is_it); };
  if (!has([](const auto& role) { return role.role.starts_with("ingest-"); })) {
    unseen.push_back({"ingest", "No ingester has been seen: run polyhouse ingest or up."});
  }
  if (!has([](const auto& role) { return KindOf(role) == kWriteRole; })) {
    unseen.push_back({"write", "No writer has been seen: run polyhouse write or up."});
  }
  return unseen;
}

std::vector<std::string> WhyNotAlive(const std::vector<RolePresence>& roles) {
  std::vector<std::string> reasons;
  for (UnseenRole& unseen : RolesNeverSeen(roles)) reasons.push_back(std::move(unseen.say));
  for (const RolePresence& role : DeadRoles(roles)) {
    reasons.push_back("Nobody does " + KindOf(role) + ": " + LastSign(role) + ".");
  }
  return reasons;
}

std::vector<LateRound> LateRounds(const StatusFacts& facts, const Config& config, Timestamp now) {
  std::vector<LateRound> late;
  for (const IngestedListing* listing : IngestedListings()) {
    if (!(config.*listing->discover.on)) continue;
    const auto interval = config.*listing->discover.interval;
    const std::string name(listing->names().ingester);
    const std::string last = LastRound(facts, listing->names(), "discover");
    const auto ended = ParseApiTime(last);
    const auto limit = std::max<std::chrono::milliseconds>(kRoundsLate * interval, kLeastLate);
    if (ended && *ended - now > limit) {
      // The clock was set back since; it says nothing of how long ago that was.
      late.push_back({name,
                      "No round that looks for new " + name +
                          " has ended since the clock was set back from " + last + " or later.",
                      {}});
    } else if (!ended) {
      late.push_back({name, "No round that looks for new " + name + " has ended yet.", {}});
    } else if (now - *ended > limit) {
      late.push_back(
          {name, "The last round that looked for new " + name + " ended at " + last + ".", *ended});
    }
  }
  return late;
}

std::vector<FullStream> FullStreams(const StatusFacts& facts, const Config& config) {
  std::vector<FullStream> full;
  for (const StreamOverview& stream : facts.streams) {
    if (stream.behind < config.max_backlog) continue;
    const std::string& name = stream.stream.value();
    full.push_back(
        {name, std::to_string(stream.behind) + " rows of " + name + " wait to be stored."});
  }
  return full;
}

std::vector<std::string> WhyNotReady(const StatusFacts& facts,
                                     const Config& config,
                                     Timestamp now) {
  std::vector<std::string> reasons;
  for (LateRound& late : LateRounds(facts, config, now)) reasons.push_back(std::move(late.say));
  for (FullStream& full : FullStreams(facts, config)) reasons.push_back(std::move(full.say));
  return reasons;
}

}  // namespace polyhouse
