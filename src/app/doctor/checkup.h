#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace polyhouse {

/// How a check came out.
enum class Verdict {
  kPass,
  kWarn,  ///< It works, and something is to be known or done.
  kFail,  ///< Something cannot work, or loses what it holds.
};
/// "pass", "warn", "fail".
std::string_view ToString(Verdict verdict);

/// What one check has found.
struct Checkup {
  std::string name;  ///< "redis memory"
  Verdict verdict = Verdict::kPass;
  std::string found;  ///< With numbers and versions.
  std::string fix{};  ///< What to do, a sentence; empty where nothing is.
};
using Checkups = std::vector<Checkup>;

Checkup Passed(std::string name, std::string found);
Checkup Warned(std::string name, std::string found, std::string fix);
Checkup Failed(std::string name, std::string found, std::string fix);
/// Of what could not be done. Foreign words in the error become one line.
Checkup FailedBy(std::string name, const Error& error, std::string fix);

/// The worst of all; kPass of none.
Verdict WorstOf(std::span<const Checkup> checkups);
/// "1 check failed, 2 warned and 17 passed; what to do stands below each."
std::string SummaryOf(std::span<const Checkup> checkups);
/// For people: a line each, the fix on the next, and the summary.
std::string TextOf(std::span<const Checkup> checkups);
/// One JSON object.
std::string JsonOf(std::span<const Checkup> checkups);

/// Puts *** in the place of each of these texts, whoever has repeated them.
void Blot(Checkups& checkups, std::span<const std::string> secrets);

}  // namespace polyhouse
