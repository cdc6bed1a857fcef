#include "event_facts.h"

#include <algorithm>
#include <cmath>

#include "dice.h"
#include "event_text.h"
#include "names.h"

namespace polyhouse {
namespace {

/// Every oddity comes once in so many events, counted along the ids, so that small worlds have each
/// too.
constexpr std::uint64_t kOddityCycle = 41;

constexpr Moment kOrderBookStart = std::chrono::sys_days(std::chrono::year(2022) / 7 / 1);

EventOddity OddityAt(RowNumber row) {
  const std::uint64_t number = row % kOddityCycle;
  const auto last = static_cast<std::uint64_t>(EventOddity::kNoSeriesSlug);
  return number <= last ? static_cast<EventOddity>(number) : EventOddity::kNone;
}

std::vector<std::size_t> TagsOf(std::uint64_t hash, EventOddity oddity) {
  std::size_t count = Draw(hash, 60) % 6;
  if (oddity == EventOddity::kNoTags) count = 0;
  if (oddity == EventOddity::kManyTags) count = 12;
  if (oddity == EventOddity::kOddTags) count = 5;
  std::vector<std::size_t> tags;
  // The odd labels stand together in the list, from "Mentions; Speeches" on.
  std::size_t tag = oddity == EventOddity::kOddTags ? 18 + Draw(hash, 61) % 5 : Draw(hash, 61);
  for (std::size_t i = 0; i < count; ++i) tags.push_back(tag++ % kTags.size());
  return tags;
}

std::string TitleOf(const EventFacts& facts, Moment end) {
  if (facts.oddity == EventOddity::kForeignTitle) {
    return std::string(kForeignQuestions[facts.hash % kForeignQuestions.size()]);
  }
  std::string title = EventTitle(facts.kind, facts.hash, end);
  if (facts.oddity == EventOddity::kHtmlTitle) return "<b>Breaking</b> &amp; " + title;
  if (facts.oddity == EventOddity::kSpacedTitle) return "  " + title + " ";
  return title;
}

void SetMoments(EventFacts& facts, const EventSeed& seed, const EventState& state) {
  facts.created = seed.created;
  facts.updated = state.updated;
  facts.start = seed.created + std::chrono::microseconds(Draw(facts.hash, 62) % 3'600'000'000ULL);
  if (facts.oddity != EventOddity::kNoEndDate) facts.end = seed.end;
  if (state.is_closed && facts.oddity != EventOddity::kNoClosedTime) facts.closed = state.closed;
}

}  // namespace

RecentVolume RecentVolumeOf(std::uint64_t hash, double volume, bool is_closed) {
  if (is_closed) return {0, 0, 0, 0};
  RecentVolume recent;
  recent.year = volume * (1 - Unit(Draw(hash, 63)) / 8);
  recent.month = recent.year * Unit(Draw(hash, 64));
  recent.week = recent.month * Unit(Draw(hash, 65));
  recent.day = recent.week * Unit(Draw(hash, 66));
  return recent;
}

EventFacts DescribeEventNumbers(const Population& population, RowNumber row, Revision revision) {
  const EventSeed& seed = population.events[row];
  const EventState& state = population.event_states.At(row, revision);
  EventFacts facts;
  facts.id = seed.id;
  facts.hash = EventHash(population.seed, seed.id);
  facts.kind = seed.kind;
  facts.oddity = seed.is_five_minute ? EventOddity::kNone : OddityAt(row);
  facts.is_closed = state.is_closed;
  facts.is_neg_risk = seed.kind == EventKind::kGroup;
  facts.is_old = seed.created < kOrderBookStart;
  facts.volume = static_cast<double>(state.volume_micros) / 1e6;
  if (facts.is_old) facts.volume = std::round(facts.volume * 100) / 100;  // whole cents, as then
  if (facts.oddity != EventOddity::kNoLiquidity) {
    facts.liquidity =
        state.is_closed ? 0.0 : static_cast<double>(Draw(facts.hash, 67) % 900'000'000) / 1e3;
  }
  facts.competitive = state.is_closed ? 0.0 : 0.8 + 0.2 * Unit(Draw(facts.hash, 68));
  SetMoments(facts, seed, state);
  return facts;
}

EventFacts DescribeEvent(const Population& population, RowNumber row, Revision revision) {
  EventFacts facts = DescribeEventNumbers(population, row, revision);
  facts.title = TitleOf(facts, population.events[row].end);
  facts.slug = Slug(facts.title, facts.id);
  const auto edits = population.event_states.At(row, revision).edits;
  if (edits > 0) facts.title += " (edit " + std::to_string(edits) + ")";
  facts.tags = TagsOf(facts.hash, facts.oddity);
  return facts;
}

}  // namespace polyhouse
