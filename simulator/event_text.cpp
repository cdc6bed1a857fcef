#include "event_text.h"

#include <charconv>

#include "dice.h"
#include "json_object.h"
#include "names.h"

namespace polyhouse {
namespace {

template <std::size_t N>
std::string_view Pick(const std::array<std::string_view, N>& words, std::uint64_t number) {
  return words[number % N];
}

std::string Join(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) out += part;
  return out;
}

std::string_view HomeTeam(std::uint64_t hash) {
  return Pick(kTeams, hash);
}
std::string_view AwayTeam(std::uint64_t hash) {
  return Pick(kTeams, hash + 1 + Draw(hash, 40) % (kTeams.size() - 1));
}

std::string Question(std::uint64_t hash, Moment end) {
  const std::string_view person = Pick(kPeople, Draw(hash, 41));
  const std::string_view place = Pick(kPlaces, Draw(hash, 42));
  const std::string year = FormatDate(end).substr(0, 4);
  switch (Draw(hash, 43) % 4) {
    case 0:
      return Join({"Will ", person, " ", Pick(kDeeds, hash), " by ", FormatDate(end), "?"});
    case 1:
      return Join({"Will ", person, " win the ", year, " ", place, " ", Pick(kTopics, hash), "?"});
    case 2:
      return Join({Pick(kPlaces, hash), " x ", place, " ceasefire before ", year, "?"});
    default:
      return Join({person, " out as leader of ", place, "?"});
  }
}

std::string UpDown(std::uint64_t hash, Moment end) {
  return Join({Pick(kAssets, hash), " Up or Down - ", FormatIso(end).substr(0, 16), " ET"});
}

MarketText GameMarket(std::uint64_t hash, std::uint32_t ordinal) {
  const std::string_view home = HomeTeam(hash);
  const std::string_view away = AwayTeam(hash);
  if (ordinal == 0) return {Join({home, " vs. ", away}), ""};
  const auto step = ordinal / 2;
  const std::string line = FormatNumber(0.5 + static_cast<double>(step));
  if (ordinal % 2 == 1) {
    std::string group = Join({home, " (-", line, ")"});
    return {"Spread: " + group, std::move(group)};
  }
  return {Join({home, " vs. ", away, ": O/U ", line}), "O/U " + line};
}

MarketText GroupMarket(std::uint64_t hash, Moment end, std::uint32_t ordinal) {
  std::string name(Pick(kPeople, hash + ordinal));
  if (ordinal >= kPeople.size()) name += " " + std::to_string(ordinal / kPeople.size() + 1);
  return {Join({"Will ",
                name,
                " win the ",
                FormatDate(end).substr(0, 4),
                " ",
                Pick(kTopics, hash),
                "?"}),
          name};
}

MarketText ThresholdMarket(std::uint64_t hash, Moment end, std::uint32_t ordinal) {
  const std::string level =
      FormatNumber(static_cast<double>(100 + hash % 900 + std::uint64_t{ordinal} * 10));
  return {Join({Pick(kAssets, hash), " above ", level, " on ", FormatDate(end), "?"}), level};
}

}  // namespace

std::string EventTitle(EventKind kind, std::uint64_t hash, Moment end) {
  switch (kind) {
    case EventKind::kQuestion:
      return Question(hash, end);
    case EventKind::kUpDown:
      return UpDown(hash, end);
    case EventKind::kGame:
      return Join({HomeTeam(hash), " vs. ", AwayTeam(hash)});
    case EventKind::kGroup:
      return Join({FormatDate(end).substr(0, 4), " ", Pick(kTopics, hash), " Winner"});
    case EventKind::kThresholds:
      return Join({Pick(kAssets, hash), " above ___ on ", FormatDate(end), "?"});
  }
  return {};
}

MarketText DescribeQuestion(EventKind kind, std::uint64_t hash, Moment end, std::uint32_t ordinal) {
  switch (kind) {
    case EventKind::kQuestion:
      return {Question(hash + std::uint64_t{ordinal} * 7, end), ""};
    case EventKind::kUpDown:
      return {UpDown(hash, end), ""};
    case EventKind::kGame:
      return GameMarket(hash, ordinal);
    case EventKind::kGroup:
      return GroupMarket(hash, end, ordinal);
    case EventKind::kThresholds:
      return ThresholdMarket(hash, end, ordinal);
  }
  return {};
}

std::string RulesText(std::uint64_t hash, std::string_view question) {
  std::string text =
      Join({"This market will resolve to \"Yes\" if the answer to \"", question, "\" is yes. "});
  const std::size_t sentences = 1 + Draw(hash, 44) % 7;
  for (std::size_t i = 0; i < sentences; ++i) {
    const std::uint64_t draw = Draw(hash, 45 + i);
    text += Pick(kSentences, draw);
    text += (draw >> 32U) % 2 == 0 ? "\n\n" : " ";
  }
  while (text.back() == '\n' || text.back() == ' ') text.pop_back();
  return text;
}

std::string Slug(std::string_view text, std::uint64_t id) {
  std::string slug;
  slug.reserve(text.size() + 12);
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      slug += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  if (!slug.empty() && slug.back() != '-') slug += '-';
  return slug += std::to_string(id);
}

std::uint64_t IdOfSlug(std::string_view slug) {
  const std::size_t hyphen = slug.rfind('-');
  const std::string_view digits = slug.substr(hyphen == std::string_view::npos ? 0 : hyphen + 1);
  std::uint64_t id = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), id);
  return id;
}

}  // namespace polyhouse
