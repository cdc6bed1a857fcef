#include "checks/findings.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/json_text.h"
#include "base/one_line.h"

namespace polyhouse {
namespace {

/// Of each kind, how many a person is shown; --json has them all.
constexpr std::size_t kShownOfEach = 20;
constexpr std::size_t kIdWidth = 20;

std::string Padded(std::string_view text, std::size_t width) {
  std::string padded = OneLine(text);
  if (padded.size() < width) padded.resize(width, ' ');
  return padded;
}

}  // namespace

void Findings::Add(Finding finding, bool wrong) {
  Kind& kind = (wrong ? wrong_ : notes_)[finding.kind];
  ++kind.count;
  if (kind.kept.size() < kKeptOfEach) kind.kept.push_back(std::move(finding));
}

std::uint64_t Findings::CountOf(const Kinds& kinds) {
  std::uint64_t count = 0;
  for (const auto& [name, kind] : kinds) count += kind.count;
  return count;
}

std::uint64_t Findings::FactOf(std::string_view name) const {
  const auto found = facts_.find(std::string(name));
  return found == facts_.end() ? 0 : found->second;
}

std::uint64_t Findings::wrong_count() const {
  return CountOf(wrong_);
}

std::uint64_t Findings::note_count() const {
  return CountOf(notes_);
}

const std::vector<Finding>& Findings::WrongOf(std::string_view kind) const {
  static const std::vector<Finding> none;
  const auto found = wrong_.find(kind);
  return found == wrong_.end() ? none : found->second.kept;
}

void Findings::KeepOnlyWrongIn(const Findings& before) {
  for (auto kind = wrong_.begin(); kind != wrong_.end();) {
    std::set<std::string_view> known;
    for (const Finding& finding : before.WrongOf(kind->first)) known.insert(finding.id);
    auto& kept = kind->second.kept;
    // What was not kept of so many cannot be told apart, and stays.
    if (known.size() < kKeptOfEach) {
      const auto gone = std::remove_if(kept.begin(), kept.end(), [&](const Finding& finding) {
        return !known.contains(finding.id);
      });
      kind->second.count -= static_cast<std::uint64_t>(kept.end() - gone);
      kept.erase(gone, kept.end());
    }
    kind = kind->second.count == 0 ? wrong_.erase(kind) : std::next(kind);
  }
}

void Findings::AppendText(std::string& text, std::string_view weight, const Kinds& kinds) {
  for (const auto& [name, kind] : kinds) {
    std::size_t shown = 0;
    for (const Finding& finding : kind.kept) {
      if (++shown > kShownOfEach) break;
      text += Padded(weight, 7) + Padded(name, 24) + " " + Padded(finding.id, kIdWidth) + " " +
              Padded(finding.says, 8) + " " + OneLine(finding.what) + "\n";
    }
    if (kind.count > kShownOfEach) {
      text += Padded(weight, 7) + Padded(name, 24) + " and " +
              std::to_string(kind.count - kShownOfEach) + " more; --json lists them\n";
    }
  }
}

void Findings::KeepKinds(std::span<const std::string_view> kinds) {
  std::erase_if(wrong_, [&](const auto& kind) {
    return std::find(kinds.begin(), kinds.end(), kind.first) == kinds.end();
  });
}

void Findings::Merge(const Findings& other) {
  for (const auto& [name, value] : other.facts_) facts_[name] = value;
  for (const auto& [from, to] :
       {std::pair(&other.wrong_, &wrong_), std::pair(&other.notes_, &notes_)}) {
    for (const auto& [name, kind] : *from) {
      Kind& mine = (*to)[name];
      mine.count += kind.count;
      const std::size_t room = kKeptOfEach - std::min(kKeptOfEach, mine.kept.size());
      mine.kept.insert(
          mine.kept.end(),
          kind.kept.begin(),
          kind.kept.begin() + static_cast<std::ptrdiff_t>(std::min(room, kind.kept.size())));
    }
  }
}

std::string Findings::Text() const {
  std::string text;
  if (!wrong_.empty() || !notes_.empty()) {
    text = Padded("", 7) + Padded("kind", 24) + " " + Padded("id", kIdWidth) + " " +
           Padded("says", 8) + " what\n";
    AppendText(text, "wrong", wrong_);
    AppendText(text, "note", notes_);
    text += "\n";
  }
  for (const auto& [name, value] : facts_) text += name + ": " + std::to_string(value) + "\n";
  return text + std::to_string(wrong_count()) + " wrong, " + std::to_string(note_count()) +
         " notes\n";
}

void Findings::AppendJson(std::string& text, const Kinds& kinds) {
  char separator = '{';
  for (const auto& [name, kind] : kinds) {
    AppendJsonString(text += std::exchange(separator, ','), name);
    text += ":{\"count\":" + std::to_string(kind.count) + ",\"findings\":[";
    for (std::size_t i = 0; i < kind.kept.size(); ++i) {
      AppendJsonString(text += i == 0 ? "{\"id\":" : ",{\"id\":", kind.kept[i].id);
      AppendJsonString(text += ",\"what\":", kind.kept[i].what);
      AppendJsonString(text += ",\"says\":", kind.kept[i].says);
      text += "}";
    }
    text += "]}";
  }
  text += separator == '{' ? "{}" : "}";
}

std::string Findings::Json() const {
  std::string text = std::string("{\"clean\":") + (IsClean() ? "true" : "false") + ",\"facts\":";
  char separator = '{';
  for (const auto& [name, value] : facts_) {
    AppendJsonString(text += std::exchange(separator, ','), name);
    text += ":" + std::to_string(value);
  }
  text += separator == '{' ? "{},\"wrong\":" : "},\"wrong\":";
  AppendJson(text, wrong_);
  AppendJson(text += ",\"notes\":", notes_);
  return text + "}";
}

}  // namespace polyhouse
