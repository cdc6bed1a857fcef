#include "market_facts.h"

#include <algorithm>
#include <cmath>

#include "dice.h"
#include "event_text.h"
#include "json_object.h"
#include "market_ids.h"
#include "names.h"

namespace polyhouse {
namespace {

/// Every oddity comes once in so many markets, counted along the ids, so that small worlds have
/// each too.
constexpr std::uint64_t kAmmCycle = 11;
constexpr std::uint64_t kClobCycle = 61;

constexpr Moment YearMonth(int year, int month) {
  return std::chrono::sys_days(std::chrono::year(year) / month / 1);
}

MarketEra EraAt(Moment created) {
  if (created < YearMonth(2022, 7)) return MarketEra::kAmm;
  if (created < YearMonth(2025, 1)) return MarketEra::kEarlyClob;
  return created < YearMonth(2026, 9) ? MarketEra::kClob : MarketEra::kPositions;
}

MarketOddity OddityAt(RowNumber row, MarketEra era) {
  constexpr auto kFirstClob = static_cast<std::uint64_t>(MarketOddity::kPlaceholder);
  constexpr auto kLastClob = static_cast<std::uint64_t>(MarketOddity::kHugeNumbers);
  if (era == MarketEra::kAmm) {
    const std::uint64_t number = row % kAmmCycle;
    return number < kFirstClob ? static_cast<MarketOddity>(number) : MarketOddity::kNone;
  }
  const std::uint64_t number = kFirstClob + row % kClobCycle;
  return number <= kLastClob ? static_cast<MarketOddity>(number) : MarketOddity::kNone;
}

/// Labels that an oddity brings with it; empty when it leaves the labels alone.
std::optional<std::vector<std::string>> OddOutcomes(MarketOddity oddity) {
  using Labels = std::vector<std::string>;
  if (oddity == MarketOddity::kThreeOutcomes) return Labels{"Jeff Bezos", "Elon Musk", "Other"};
  if (oddity == MarketOddity::kFiveOutcomes) {
    return Labels{"80 or more", "70-79", "60-69", "50-59", "49 or less"};
  }
  if (oddity == MarketOddity::kScalar) return Labels{"Long", "Short"};
  if (oddity == MarketOddity::kTeamLabels) return Labels{"Chiefs", "Bucs"};
  if (oddity == MarketOddity::kQuotes) return Labels{"\"Yes\", they say", "No\\never"};
  const bool has_none =
      oddity == MarketOddity::kNoOutcomes || oddity == MarketOddity::kEmptyOutcomes;
  return has_none ? std::optional(Labels()) : std::nullopt;
}

std::vector<std::string> OutcomesOf(const MarketFacts& facts) {
  if (auto odd = OddOutcomes(facts.oddity)) return *std::move(odd);
  if (facts.kind == EventKind::kUpDown) return {"Up", "Down"};
  if (facts.kind != EventKind::kGame) return {"Yes", "No"};
  if (facts.ordinal > 0 && facts.ordinal % 2 == 0) return {"Over", "Under"};
  return {std::string(kTeams[facts.hash % kTeams.size()]),
          std::string(kTeams[(facts.hash + 7) % kTeams.size()])};
}

/// What is left in the pool of an old market: digits far beyond a double, next to zero or one.
std::string LongFraction(std::uint64_t hash, std::size_t outcome, bool won) {
  const std::string digits =
      std::to_string(Draw(hash, 80 + outcome)) + std::to_string(Draw(hash, 90 + outcome));
  return (won ? "0.99999" : "0.0000004") + digits.substr(0, 34);
}

/// Whoever holds either outcome is paid a half. The first catalogue had no such results.
bool PaysHalf(const Population& population, RowNumber row, const MarketFacts& facts) {
  return population.fifty_fifty > 0 && row % population.fifty_fifty == 0 &&
         facts.era != MarketEra::kAmm;
}

/// `winner` is empty when each outcome is paid a half.
std::vector<std::string> PricesOf(const MarketFacts& facts, std::optional<std::uint8_t> winner) {
  std::vector<std::string> prices;
  for (std::size_t i = 0; i < facts.outcomes.size(); ++i) {
    if (facts.oddity == MarketOddity::kZeroPrices) {
      prices.emplace_back("0");
    } else if (facts.era == MarketEra::kAmm) {
      prices.push_back(LongFraction(facts.hash, i, i == winner));
    } else if (facts.phase == MarketPhase::kResolved) {
      prices.emplace_back(!winner ? "0.5" : i == *winner ? "1" : "0");
    } else {
      const double value = i == 0 ? facts.price : 1 - facts.price;
      prices.push_back(FormatNumber(std::round(value * 1e4) / 1e4));
    }
  }
  return prices;
}

std::string QuestionOf(const MarketFacts& facts, std::string question) {
  const MarketOddity oddity = facts.oddity;
  if (oddity == MarketOddity::kHtml) return "<em>" + question + "</em> &amp; more";
  if (oddity == MarketOddity::kQuotes) return "Will he say \"" + question + "\" or C:\\path\\?";
  if (oddity == MarketOddity::kSpaces) return "  " + question + " \t";
  if (oddity == MarketOddity::kScalar)
    return "What will the price of Bitcoin be? (" + question + ")";
  if (oddity != MarketOddity::kForeign) return question;
  return std::string(kForeignQuestions[facts.hash % kForeignQuestions.size()]);
}

void SetMoney(MarketFacts& facts, const MarketState& state) {
  const bool is_placeholder = facts.oddity == MarketOddity::kPlaceholder;
  double volume = static_cast<double>(state.volume_micros) / 1e6;
  if (facts.oddity == MarketOddity::kHugeNumbers) volume += 996412842000.0;
  if (facts.oddity == MarketOddity::kNoisyVolume) {  // float noise, as in "26458.188064999995"
    volume = std::nextafter(std::nextafter(volume, 0), 0);
  }
  if (facts.oddity != MarketOddity::kNoVolume && !is_placeholder) facts.volume = volume;
  const double liquidity = static_cast<double>(Draw(facts.hash, 100) % 50'000'000) / 1e3;
  if (facts.era == MarketEra::kAmm || !facts.IsClosed()) {
    if (!is_placeholder)
      facts.liquidity = facts.era == MarketEra::kAmm ? liquidity / 100 : liquidity;
  }
  facts.recent = RecentVolumeOf(facts.hash, volume, facts.IsClosed());
  facts.price = state.price / 1e4;
  facts.spread =
      facts.IsClosed() ? 0.001 : 0.001 * static_cast<double>(1 + Draw(facts.hash, 101) % 30);
  facts.competitive = 1 / (1 + std::pow(facts.price - 0.5, 2));
}

void SetMoments(MarketFacts& facts, const MarketSeed& seed, const MarketState& state) {
  using std::chrono::microseconds;
  using std::chrono::seconds;
  facts.created = seed.created;
  if (facts.oddity == MarketOddity::kWholeSecondCreation)
    facts.created = std::chrono::floor<seconds>(seed.created);
  if (facts.era == MarketEra::kAmm) {  // three digits at most, as then
    facts.created = std::chrono::floor<std::chrono::milliseconds>(seed.created) +
                    std::chrono::milliseconds(facts.hash % 10 == 0 ? 0 : facts.hash % 997);
  }
  facts.updated = state.updated;
  const bool has_start =
      facts.oddity != MarketOddity::kNoStartDate && facts.oddity != MarketOddity::kPlaceholder;
  if (has_start && facts.era != MarketEra::kAmm) {
    facts.start = seed.created + microseconds(1 + Draw(facts.hash, 102) % 3'600'000'000ULL);
  }
  const bool has_end = facts.oddity != MarketOddity::kNoEndDate &&
                       facts.oddity != MarketOddity::kNoAmmEndDate &&
                       facts.oddity != MarketOddity::kPlaceholder;
  if (has_end) facts.end = seed.end;
  if (!facts.IsClosed()) return;
  facts.closed = state.closed;
  if (facts.oddity == MarketOddity::kMicroClosedTime) *facts.closed += microseconds(120'345);
  if (facts.oddity == MarketOddity::kMilliClosedTime) *facts.closed += microseconds(547'000);
}

void SetIds(MarketFacts& facts, std::uint64_t seed) {
  if (facts.oddity == MarketOddity::kPlaceholder) return;
  facts.condition_id = MakeConditionId(seed, facts.id);
  const bool has_tokens = facts.oddity != MarketOddity::kNoTokens &&
                          facts.oddity != MarketOddity::kEmptyTokens &&
                          facts.oddity != MarketOddity::kPositionsOnly;
  if (!has_tokens) return;
  const std::size_t count = std::max<std::size_t>(facts.outcomes.size(), 2);
  for (std::size_t i = 0; i < count; ++i) facts.tokens.push_back(MakeTokenId(seed, facts.id, i));
}

}  // namespace

MarketFacts DescribeMarketNumbers(const Population& population, RowNumber row, Revision revision) {
  const MarketSeed& seed = population.markets[row];
  const MarketState& state = population.market_states.At(row, revision);
  MarketFacts facts;
  facts.id = seed.id;
  facts.hash = MarketHash(population.seed, seed.id);
  facts.era = EraAt(seed.created);
  facts.oddity = seed.is_five_minute ? MarketOddity::kNone : OddityAt(row, facts.era);
  facts.phase = state.phase;
  facts.is_archived = facts.IsPlaceholder() || state.visibility == Visibility::kArchived;
  SetMoney(facts, state);
  SetMoments(facts, seed, state);
  return facts;
}

MarketFacts DescribeMarket(const Population& population,
                           RowNumber row,
                           const EventFacts* parent,
                           Revision revision) {
  const MarketSeed& seed = population.markets[row];
  MarketFacts facts = DescribeMarketNumbers(population, row, revision);
  facts.group_hash = parent ? parent->hash : facts.hash;
  if (parent) {
    facts.kind = parent->kind;
    facts.is_neg_risk = parent->is_neg_risk && facts.era != MarketEra::kAmm;
    facts.ordinal = row - population.events[seed.event].first;
  }
  MarketText text = DescribeQuestion(facts.kind, facts.group_hash, seed.end, facts.ordinal);
  facts.question = QuestionOf(facts, std::move(text.question));
  facts.group_item_title = std::move(text.group_item_title);
  facts.slug = Slug(facts.question, facts.id);
  facts.outcomes = OutcomesOf(facts);
  std::optional<std::uint8_t> winner = population.market_states.At(row, revision).winner;
  if (PaysHalf(population, row, facts)) winner.reset();
  facts.prices = PricesOf(facts, winner);
  SetIds(facts, population.seed);
  return facts;
}

}  // namespace polyhouse
