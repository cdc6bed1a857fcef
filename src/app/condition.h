#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/status_facts.h"
#include "base/clock.h"
#include "config/config.h"

namespace polyhouse {

/// Something that is not as it should be.
struct Problem {
  enum class Level { kWarn, kBad };

  Level level = Level::kWarn;
  std::string title;   ///< A sentence: what, since when, why.
  std::string advice;  ///< A sentence: what is at stake, and what to do, if anything.
  /// Of app/alerts.h; what it is of beside it makes it this problem's name for programs.
  std::string_view alert{};
  std::string of{};                  ///< A place of failure, role, stream or ingester; or empty.
  std::string command{};             ///< That helps, as it is typed; empty: none.
  std::optional<Timestamp> since{};  ///< Empty: not known.
};

/// How things stand, for a person.
struct Condition {
  std::string say;                ///< One sentence.
  std::vector<Problem> problems;  ///< The worst first; empty: all is well.
};

/// What canaries have found to be otherwise than known, of all sources.
std::vector<Problem> BrokenAssumptions(const StatusFacts& facts);

/// From what was gathered. Short failures, which end by themselves, are no problems yet.
Condition ConditionOf(const StatusFacts& facts, const Config& config, Timestamp now);

/// When things cannot be looked at: what is known is of `last`, or nothing is.
Condition UnseenCondition(const Error& error, Timestamp last, Timestamp now);

/// "12 s", "3 min", "5 h", "2 days"; a negative age is "0 s".
std::string AgeText(std::chrono::milliseconds age);

/// "bad" or "warn".
std::string_view NameOf(Problem::Level level);
/// Its name for programs: the alert, and what it is of.
std::string IdOf(const Problem& problem);
/// A time as JSON, or null.
std::string SinceJson(const Problem& problem);

/// The sentence, and below it the problems with what to do, for the head of a page of text.
std::string ConditionText(const Condition& condition);
/// {"level":"good","say":…,"problems":[{"level":…,"title":…,"advice":…,"id":…,"command":…,
/// "alert":…,"since":…}]}; `since` is null where that is not known.
std::string ConditionJson(const Condition& condition);

}  // namespace polyhouse
