#pragma once

#include <string>
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

/// The sentence, and below it the problems with what to do, for the head of a page of text.
std::string ConditionText(const Condition& condition);
/// {"level":"good","say":…,"problems":[{"level":…,"title":…,"advice":…}]}
std::string ConditionJson(const Condition& condition);

}  // namespace polyhouse
