#pragma once

#include <string_view>

namespace polyhouse::alerts {

// The alerts of deploy/prometheus/rules.yml that tell of what `status` and the page tell of, too.
// Each has a section of its name in docs/runbook.md.

inline constexpr std::string_view kAssumptionBroken = "PolyhouseAssumptionBroken";
inline constexpr std::string_view kCheckWrong = "PolyhouseCheckWrong";
inline constexpr std::string_view kBlind = "PolyhouseBlind";
inline constexpr std::string_view kDeadLetters = "PolyhouseDeadLetters";
inline constexpr std::string_view kDiskFull = "PolyhouseDiskFull";
inline constexpr std::string_view kLagging = "PolyhouseLagging";
inline constexpr std::string_view kProofWrong = "PolyhouseProofWrong";
inline constexpr std::string_view kRoleDead = "PolyhouseRoleDead";
inline constexpr std::string_view kRoundsLate = "PolyhouseRoundsLate";
inline constexpr std::string_view kServerAway = "PolyhouseServerAway";
inline constexpr std::string_view kSourceSilent = "PolyhouseSourceSilent";
inline constexpr std::string_view kTablesDiffer = "PolyhouseTablesDiffer";
inline constexpr std::string_view kTableNotWritten = "PolyhouseTableNotWritten";

}  // namespace polyhouse::alerts
