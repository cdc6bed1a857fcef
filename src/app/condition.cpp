#include "app/condition.h"

#include <algorithm>

#include "app/alerts.h"
#include "app/counted.h"
#include "app/progress.h"
#include "app/vital_signs.h"
#include "base/json_text.h"
#include "base/split.h"
#include "checks/table_answer.h"
#include "codec/timestamp.h"
#include "flow/fills/fill_store.h"
#include "flow/listing/listings.h"

namespace polyhouse {
namespace {

using Level = Problem::Level;

/// A failure that goes on for less than this is repeated and mostly over.
constexpr std::chrono::seconds kSoonOver{15};

/// What people call events.
constexpr std::string_view kEventTable = "polymarket_events";

constexpr std::string_view kTablePrefix = "table ";
constexpr std::string_view kStreamPrefix = "stream of ";
constexpr std::string_view kServerPrefix = "server ";
constexpr std::string_view kRolePrefix = "role ";

/// As in the rule for the alert.
constexpr std::uint64_t kLittleDisk = 1'000'000'000;

constexpr const char* kDoctor = "polyhouse doctor";
constexpr std::string_view kDoctorLooks = "polyhouse doctor looks for the cause.";

/// Who is asked by lanes of this name.
std::string SourceOf(std::string_view ingester) {
  if (ingester == FillNames().ingester || ingester == ActionNames().ingester || ingester == "rpc") {
    return "The chain (--rpc-url)";
  }
  if (ingester == "clob") return "The CLOB's listing (--clob-url)";
  if (ingester == "data-api") return "The Data API (--data-url)";
  return "The Gamma API";
}

/// The lanes of one source that fail.
struct SourceTrouble {
  std::vector<std::string> lanes;
  telemetry::Trouble first;  ///< The one that began first.

  void Add(const std::string& lane, const telemetry::Trouble& trouble) {
    if (lanes.empty() || trouble.first < first.first) first = trouble;
    if (std::find(lanes.begin(), lanes.end(), lane) == lanes.end()) lanes.push_back(lane);
  }
};

std::string Capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] -= 'a' - 'A';
  return text;
}

std::string WithoutStop(std::string text) {
  while (text.ends_with('.')) text.pop_back();
  return text;
}

/// A failure of a process that goes on.
Problem ProblemOf(const std::string& where, const telemetry::Trouble& trouble, Timestamp now) {
  const std::string for_long = " for " + AgeText(now - trouble.first) + ": ";
  const std::string why = WithoutStop(trouble.message) + ".";
  if (where.starts_with(kTablePrefix)) {
    return {.level = Level::kBad,
            .title = "Nothing was stored in " + where.substr(kTablePrefix.size()) + for_long + why,
            .advice = "Nothing is lost: it waits in its stream, and is sent again by itself. " +
                      std::string(kDoctorLooks),
            .alert = alerts::kTableNotWritten,
            .of = where,
            .command = kDoctor,
            .since = trouble.first};
  }
  if (where.starts_with(kStreamPrefix)) {
    return {.level = Level::kBad,
            .title = "The " + where + " cannot be read" + for_long + why,
            .advice = "Nothing is lost: it is read again by itself. " + std::string(kDoctorLooks),
            .alert = alerts::kServerAway,
            .of = where,
            .command = kDoctor,
            .since = trouble.first};
  }
  if (where.starts_with(kServerPrefix)) {
    return {.level = Level::kBad,
            .title = Capitalised(where.substr(kServerPrefix.size())) + " cannot be used" +
                     for_long + why,
            .advice = "It is asked again until it can; nothing is lost.",
            .alert = alerts::kServerAway,
            .of = where,
            .command = kDoctor,
            .since = trouble.first};
  }
  if (where.starts_with(kRolePrefix)) {
    return {
        .level = Level::kBad,
        .title = "The role " + where.substr(kRolePrefix.size()) + " has stopped" + for_long + why,
        .advice = "It needs a person: mend what it says, and start it again.",
        .alert = alerts::kRoleDead,
        .of = where,
        .since = trouble.first};
  }
  // Of a processor.
  return {.level = Level::kBad,
          .title = Capitalised(where) + " cannot go on" + for_long + why,
          .advice = "Nothing is lost: it goes on by itself when it can.",
          .alert = alerts::kLagging,
          .of = where,
          .command = kDoctor,
          .since = trouble.first};
}

void AddSource(const std::string& source,
               const SourceTrouble& trouble,
               Timestamp now,
               std::vector<Problem>& problems) {
  if (trouble.lanes.empty()) return;
  problems.push_back({.level = Level::kBad,
                      .title = source + " has given no answer to " + Join(trouble.lanes, ", ") +
                               " for " + AgeText(now - trouble.first.first) + ": " +
                               WithoutStop(trouble.first.message) + ".",
                      .advice = "Nothing is lost: reading goes on by itself as soon as it answers.",
                      .alert = alerts::kSourceSilent,
                      .of = source,
                      .command = kDoctor,
                      .since = trouble.first.first});
}

void AddTroubles(const StatusFacts& facts, Timestamp now, std::vector<Problem>& problems) {
  std::map<std::string, SourceTrouble> sources;
  // Of several processes that meet the same, the one that has met it for longest.
  std::map<std::string, telemetry::Trouble> others;
  for (const auto& [process, news] : facts.processes) {
    if (!IsHeard(news)) continue;  // Its roles are missed in words of their own.
    for (const auto& [where, trouble] : news.report.troubles) {
      if (!trouble.GoesOn(now) || now - trouble.first < kSoonOver) continue;
      const auto slash = where.find('/');
      if (slash == std::string::npos) {
        auto& known = others.emplace(where, trouble).first->second;
        if (trouble.first < known.first) known = trouble;
      } else {
        sources[SourceOf(where.substr(0, slash))].Add(where, trouble);
      }
    }
  }
  for (const auto& [where, trouble] : others) problems.push_back(ProblemOf(where, trouble, now));
  for (const auto& [source, trouble] : sources) AddSource(source, trouble, now, problems);
}

/// That processes store what they read from the same streams in different places: each has a part.
void AddScatteredTables(const StatusFacts& facts, std::vector<Problem>& problems) {
  const auto processes = ProcessesBy(facts, "polyhouse_tables_info", "tables");
  if (processes.size() < 2) return;
  std::vector<std::string> places;
  for (const auto& [tables, process] : processes) places.push_back(tables + " (" + process + ")");
  problems.push_back(
      {.level = Level::kBad,
       .title = "What is read is scattered over different tables: " + Join(places, ", ") + ".",
       .advice = "Each has a part. Let all store in one ClickHouse (--clickhouse-url), or stop all "
                 "but one; then polyhouse verify --repair fetches what its tables lack.",
       .alert = alerts::kTablesDiffer});
}

/// What the last run of verify found.
void AddChecks(const Freshness& freshness, std::vector<Problem>& problems) {
  if (!freshness.verified || freshness.verified->wrong == 0) return;
  const auto& [at, wrong] = *freshness.verified;
  problems.push_back({.level = Level::kBad,
                      .title = "The last polyhouse verify found " +
                               Amount(wrong, wrong == 1 ? "thing" : "things") + " wrong.",
                      .advice = "polyhouse verify --repair fetches what is missing; check_runs has "
                                "what it found.",
                      .alert = alerts::kCheckWrong,
                      .of = "verify",
                      .command = "polyhouse verify --repair",
                      .since = at});
}

/// What has one cause is said once.
void AddDeadRoles(const StatusFacts& facts, std::vector<Problem>& problems) {
  const auto add = [&](std::string title, const std::string& of) -> Problem& {
    problems.push_back({.level = Level::kBad,
                        .title = std::move(title),
                        .advice = "Start it: polyhouse up plays all roles.",
                        .alert = alerts::kRoleDead,
                        .of = of,
                        .command = "polyhouse up"});
    return problems.back();
  };
  for (const UnseenRole& unseen : RolesNeverSeen(facts.roles)) add(unseen.say, unseen.kind);
  const auto dead = DeadRoles(facts.roles);
  if (dead.empty()) return;
  std::vector<std::string> kinds;
  for (const RolePresence& role : dead) kinds.push_back(KindOf(role));
  const std::string all = Join(kinds, ", ");
  Problem& problem = add("Nobody does " + all + ": " + LastSign(dead.front()) + ".", all);
  problem.since = facts.time - dead.front().age;
  // Who has not said that it ends is dead, or hangs and holds what it had.
  std::vector<std::string> silent;
  for (const auto& [process, news] : facts.processes) {
    if (!news.has_ended && !IsHeard(news)) silent.push_back(process);
  }
  if (silent.empty()) return;
  problem.advice = "If " + Join(silent, " or ") +
                   " still runs (machine and process), it hangs: end it with kill -9. Then start "
                   "it again: polyhouse up plays all roles.";
}

void AddDeadLetters(const StatusFacts& facts, std::vector<Problem>& problems) {
  for (const StreamOverview& stream : facts.streams) {
    if (stream.dead_letters == 0) continue;
    problems.push_back(
        {.title = Amount(stream.dead_letters,
                         stream.dead_letters == 1 ? "dead letter" : "dead letters") +
                  " of " + stream.stream.value() + ".",
         .advice = "They are kept: polyhouse dlq list says why, polyhouse dlq replay tries them "
                   "again.",
         .alert = alerts::kDeadLetters,
         .of = stream.stream.value(),
         .command = "polyhouse dlq list"});
  }
}

void AddProofs(const StatusFacts& facts, std::vector<Problem>& problems) {
  for (const ListingType* listing : Listings()) {
    const auto proof = facts.states.find(listing->names.Key(kProofState));
    if (proof == facts.states.end() || !proof->second.ends_with("wrong")) continue;
    const std::string& text = proof->second;
    problems.push_back({.level = Level::kBad,
                        .title = "The proof of the backfill of " +
                                 std::string(listing->names.ingester) +
                                 " found the tables wanting: " + text + ".",
                        .advice = "polyhouse verify --repair fetches what is missing.",
                        .alert = alerts::kProofWrong,
                        .of = std::string(listing->names.ingester),
                        .command = "polyhouse verify --repair",
                        .since = ParseApiTime(text.substr(0, text.find(' ')))});
  }
}

void AddAssumptions(const StatusFacts& facts,
                    const IngesterNames& names,
                    std::vector<Problem>& problems) {
  const auto lines = CanaryLines(facts, names);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    problems.push_back({.title = "The source of " + std::string(names.ingester) +
                                 " does not behave as it did: " + lines[i],
                        .advice = "See docs/freshness.md, and whether there is a newer polyhouse.",
                        .alert = alerts::kAssumptionBroken,
                        .of = std::string(names.ingester) + " " + std::to_string(i)});
  }
}

void AddDelays(const StatusFacts& facts,
               const Config& config,
               Timestamp now,
               std::vector<Problem>& problems) {
  const auto add = [&](std::string_view alert, std::string of, std::string say) -> Problem& {
    problems.push_back({.title = std::move(say),
                        .advice = std::string(kDoctorLooks),
                        .alert = alert,
                        .of = std::move(of),
                        .command = kDoctor});
    return problems.back();
  };
  for (LateRound& late : LateRounds(facts, config, now)) {
    add(alerts::kRoundsLate, std::move(late.ingester), std::move(late.say)).since = late.since;
  }
  for (FullStream& full : FullStreams(facts, config)) {
    add(alerts::kLagging, std::move(full.stream), std::move(full.say));
  }
}

std::string WellText(const StatusFacts& facts) {
  std::vector<std::string> parts;
  for (const auto& [table, rows] : facts.tables) {
    parts.push_back(Amount(NumberIn(rows), table == kEventTable ? "events" : table));
  }
  const auto trades = facts.stored.find("trades");
  if (trades != facts.stored.end())
    parts.push_back(Amount(trades->second.rows, "rows of trades on disk"));
  const bool is_reading =
      std::any_of(Listings().begin(), Listings().end(), [&](const ListingType* listing) {
        const auto cursor = facts.states.find(listing->names.Key(kCursorState));
        return cursor == facts.states.end() || cursor->second != kDonePosition;
      });
  return (is_reading ? "All is well, and all that is listed is being read; so far "
                     : "All is well: ") +
         Join(parts, ", ") + ".";
}

}  // namespace

std::string AgeText(std::chrono::milliseconds age) {
  const auto in = [&](auto unit, const char* name) {
    return std::to_string(age / unit) + " " + name;
  };
  if (age.count() < 0) return "0 s";
  if (age < std::chrono::seconds(120)) return in(std::chrono::seconds(1), "s");
  if (age < std::chrono::minutes(120)) return in(std::chrono::minutes(1), "min");
  if (age < std::chrono::hours(48)) return in(std::chrono::hours(1), "h");
  return in(std::chrono::hours(24), "days");
}

std::vector<Problem> BrokenAssumptions(const StatusFacts& facts) {
  std::vector<Problem> problems;
  for (const ListingType* listing : Listings()) AddAssumptions(facts, listing->names, problems);
  AddAssumptions(facts, FillNames(), problems);
  AddAssumptions(facts, ActionNames(), problems);
  return problems;
}

Condition ConditionOf(const StatusFacts& facts, const Config& config, Timestamp now) {
  Condition condition;
  auto& problems = condition.problems;
  if (facts.disk_full) {
    problems.push_back({.level = Level::kBad,
                        .title = "The disk that holds the data directory is full.",
                        .advice = "Free some space: all goes on by itself, and nothing is lost. "
                                  "Until then nobody can leave a sign of life.",
                        .alert = alerts::kDiskFull});
  } else {
    if (facts.disk_free && *facts.disk_free < kLittleDisk) {
      problems.push_back({.title = "The disk that holds the data directory is nearly full: " +
                                   std::to_string(*facts.disk_free >> 20U) + " MB are left.",
                          .advice = "Free some space before nothing can be stored.",
                          .alert = alerts::kDiskFull});
    }
    AddDeadRoles(facts, problems);
  }
  if (!facts.tables_away.empty()) {
    problems.push_back(
        {.level = Level::kBad,
         .title = "The tables cannot be reached: " + WithoutStop(facts.tables_away) + ".",
         .advice =
             "Nothing is lost: rows wait in their streams. " +
             (facts.engine_hangs ? "End the engine (kill -9 of the process polyhouse engine): "
                                   "up starts it again by itself."
                                 : std::string(kDoctorLooks)),
         .alert = alerts::kBlind,
         .of = "tables",
         .command = kDoctor});
  }
  AddTroubles(facts, now, problems);
  AddProofs(facts, problems);
  AddScatteredTables(facts, problems);
  AddChecks(facts.freshness, problems);
  // What follows from a dead role or a failure needs no second sentence.
  if (problems.empty()) AddDelays(facts, config, now, problems);
  for (Problem& broken : BrokenAssumptions(facts)) problems.push_back(std::move(broken));
  AddDeadLetters(facts, problems);
  std::stable_sort(problems.begin(), problems.end(), [](const auto& one, const auto& other) {
    return one.level == Level::kBad && other.level == Level::kWarn;
  });
  condition.say = problems.empty() ? WellText(facts) : problems.front().title;
  return condition;
}

Condition UnseenCondition(const Error& error, Timestamp last, Timestamp now) {
  const bool is_known = last != Timestamp{};
  Problem problem{
      .level = Level::kBad,
      .title = "How things are cannot be looked at: " + WithoutStop(error.message) + ".",
      .advice =
          is_known ? "What follows is " + AgeText(now - last) + " old. " + std::string(kDoctorLooks)
                   : std::string(kDoctorLooks),
      .alert = alerts::kBlind,
      .of = "streams",
      .command = kDoctor};
  if (is_known) problem.since = last;
  return {.say = problem.title, .problems = {problem}};
}

std::string_view NameOf(Level level) {
  return level == Level::kBad ? "bad" : "warn";
}

std::string IdOf(const Problem& problem) {
  return std::string(problem.alert) + (problem.of.empty() ? "" : " " + problem.of);
}

std::string SinceJson(const Problem& problem) {
  if (!problem.since) return "null";
  std::string json;
  AppendJsonString(json, FormatTime(*problem.since));
  return json;
}

std::string ConditionText(const Condition& condition) {
  std::string text;
  for (const Problem& problem : condition.problems) {
    text += problem.title + "\n  " + problem.advice + "\n";
  }
  return text.empty() ? condition.say + "\n" : text;
}

std::string ConditionJson(const Condition& condition) {
  std::string text = "{\"level\":\"";
  text += condition.problems.empty() ? "good" : NameOf(condition.problems.front().level);
  AppendJsonString(text += "\",\"say\":", condition.say);
  text += ",\"problems\":[";
  for (const Problem& problem : condition.problems) {
    AppendJsonString(text += text.ends_with('[') ? "{\"level\":" : ",{\"level\":",
                     NameOf(problem.level));
    AppendJsonString(text += ",\"title\":", problem.title);
    AppendJsonString(text += ",\"advice\":", problem.advice);
    AppendJsonString(text += ",\"id\":", IdOf(problem));
    AppendJsonString(text += ",\"command\":", problem.command);
    AppendJsonString(text += ",\"alert\":", problem.alert);
    text += ",\"since\":" + SinceJson(problem) + "}";
  }
  return text + "]}";
}

}  // namespace polyhouse
