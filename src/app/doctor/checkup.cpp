#include "app/doctor/checkup.h"

#include <algorithm>

#include "base/json_text.h"
#include "base/one_line.h"

namespace polyhouse {
namespace {

constexpr std::size_t kShown = 600;
/// A shorter text is no secret, and stands in too many words.
constexpr std::size_t kShortestSecret = 4;

std::size_t CountOf(std::span<const Checkup> checkups, Verdict verdict) {
  return static_cast<std::size_t>(
      std::count_if(checkups.begin(), checkups.end(), [verdict](const Checkup& checkup) {
        return checkup.verdict == verdict;
      }));
}

std::string Padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

void BlotText(std::string& text, const std::string& secret) {
  constexpr std::string_view kBlot = "***";
  for (auto at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + kBlot.size())) {
    text.replace(at, secret.size(), kBlot);
  }
}

}  // namespace

std::string_view ToString(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "pass";
    case Verdict::kWarn:
      return "warn";
    case Verdict::kFail:
      return "fail";
  }
  return "fail";
}

Checkup Passed(std::string name, std::string found) {
  return {std::move(name), Verdict::kPass, std::move(found)};
}

Checkup Warned(std::string name, std::string found, std::string fix) {
  return {std::move(name), Verdict::kWarn, std::move(found), std::move(fix)};
}

Checkup Failed(std::string name, std::string found, std::string fix) {
  return {std::move(name), Verdict::kFail, std::move(found), std::move(fix)};
}

Checkup FailedBy(std::string name, const Error& error, std::string fix) {
  // Nobody but us asks for a stop: its time was up.
  std::string found =
      error.kind == ErrorKind::kStopping ? "no answer in time" : OneLine(error.message, kShown);
  return Failed(std::move(name), std::move(found), std::move(fix));
}

Verdict WorstOf(std::span<const Checkup> checkups) {
  Verdict worst = Verdict::kPass;
  for (const Checkup& checkup : checkups) worst = std::max(worst, checkup.verdict);
  return worst;
}

std::string SummaryOf(std::span<const Checkup> checkups) {
  const auto passed = CountOf(checkups, Verdict::kPass);
  if (passed == checkups.size()) {
    return "All is well: " + std::to_string(passed) + " checks passed.";
  }
  return std::to_string(CountOf(checkups, Verdict::kFail)) + " failed, " +
         std::to_string(CountOf(checkups, Verdict::kWarn)) + " warned and " +
         std::to_string(passed) + " passed; what to do stands below each.";
}

std::string TextOf(std::span<const Checkup> checkups) {
  std::size_t width = 0;
  for (const Checkup& checkup : checkups) width = std::max(width, checkup.name.size());
  std::string text;
  for (const Checkup& checkup : checkups) {
    text += std::string(ToString(checkup.verdict)) + "  " + Padded(checkup.name, width) + "  " +
            OneLine(checkup.found) + "\n";
    if (!checkup.fix.empty()) text += "      " + Padded("", width) + "  " + checkup.fix + "\n";
  }
  return text + "\n" + SummaryOf(checkups) + "\n";
}

std::string JsonOf(std::span<const Checkup> checkups) {
  std::string text = "{\"verdict\":\"" + std::string(ToString(WorstOf(checkups))) + "\"";
  for (const Verdict verdict : {Verdict::kPass, Verdict::kWarn, Verdict::kFail}) {
    text +=
        ",\"" + std::string(ToString(verdict)) + "\":" + std::to_string(CountOf(checkups, verdict));
  }
  text += ",\"checks\":[";
  for (const Checkup& checkup : checkups) {
    AppendJsonString(text += text.ends_with('[') ? "{\"name\":" : ",{\"name\":", checkup.name);
    AppendJsonString(text += ",\"verdict\":", ToString(checkup.verdict));
    AppendJsonString(text += ",\"found\":", checkup.found);
    AppendJsonString(text += ",\"fix\":", checkup.fix);
    text += "}";
  }
  text += "],\"summary\":";
  AppendJsonString(text, SummaryOf(checkups));
  return text + "}";
}

void Blot(Checkups& checkups, std::span<const std::string> secrets) {
  for (const std::string& secret : secrets) {
    if (secret.size() < kShortestSecret) continue;
    for (Checkup& checkup : checkups) {
      BlotText(checkup.found, secret);
      BlotText(checkup.fix, secret);
    }
  }
}

}  // namespace polyhouse
