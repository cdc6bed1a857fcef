#include "population.h"

#include <algorithm>
#include <array>

#include "dice.h"

namespace polyhouse {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// One market in so many has no parent event.
constexpr std::uint32_t kOrphanEvery = 397;

struct EraPoint {
  double share;  ///< Of all markets, those created before `at`.
  Moment at;
};

constexpr Moment At(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) /
                               static_cast<int>(day));
}

constexpr std::array kGrowth{EraPoint{0.0, At(2020, 10, 2)},
                             EraPoint{0.05, At(2022, 7, 1)},
                             EraPoint{0.15, At(2025, 1, 1)},
                             EraPoint{0.85, At(2026, 9, 15)},
                             EraPoint{1.0, kWorldStart}};

Moment CreationTime(double share) {
  std::size_t i = 1;
  while (i + 1 < kGrowth.size() && share >= kGrowth[i].share) ++i;
  const EraPoint& from = kGrowth[i - 1];
  const EraPoint& to = kGrowth[i];
  const double part = (share - from.share) / (to.share - from.share);
  const double span = static_cast<double>((to.at - from.at).count());
  return from.at + microseconds(static_cast<std::int64_t>(span * part));
}

/// How many markets each event gets: mostly one, sometimes a dozen, rarely a hundred.
std::vector<std::uint32_t> EventSizes(std::uint64_t seed,
                                      std::uint32_t markets,
                                      std::uint32_t events) {
  std::vector<double> ends(events);
  double total = 0;
  for (std::uint32_t i = 0; i < events; ++i) {
    const std::uint64_t draw = Draw(seed, i) % 200;
    total += draw == 0 ? 120.0 : draw < 20 ? 12.0 : draw < 60 ? 3.0 : 0.01;
    ends[i] = total;
  }
  const std::uint32_t shared = markets > events ? markets - events : 0;
  std::vector<std::uint32_t> sizes(events);
  std::uint32_t given = 0;
  for (std::uint32_t i = 0; i < events; ++i) {
    const auto through = static_cast<std::uint32_t>(ends[i] / total * shared);
    sizes[i] = through - given + (i < markets ? 1 : 0);
    given = through;
  }
  if (events > 0) sizes[events - 1] += shared - given;
  return sizes;
}

EventKind KindFor(std::uint64_t hash, Moment created, std::uint32_t size) {
  if (created < kGrowth[1].at) return EventKind::kQuestion;
  if (size < 2) return hash % 3 == 0 ? EventKind::kUpDown : EventKind::kQuestion;
  static constexpr std::array kKinds{EventKind::kGroup, EventKind::kGame, EventKind::kThresholds};
  return kKinds[hash % kKinds.size()];
}

/// Adds events with their markets to a population, oldest first.
class Founder {
 public:
  explicit Founder(Population& population, std::uint32_t total)
      : population_(population), total_(total) {}

  void AddEvent(std::uint32_t size) {
    const auto row = static_cast<std::uint32_t>(population_.events.size());
    event_id_ += 1 + static_cast<std::uint32_t>(Draw(population_.seed, row) % 3);
    const std::uint64_t hash = EventHash(population_.seed, event_id_);
    const Moment created = Created();
    EventSeed event{event_id_, Count(), created, {}, KindFor(hash, created, size)};
    const bool closed = Unit(Draw(hash, 1)) < ClosedShare();
    const Moment closing = created + microseconds(static_cast<std::int64_t>(
                                         static_cast<double>((kWorldStart - created).count()) *
                                         (0.02 + 0.95 * Unit(Draw(hash, 2)))));
    event.end = closed ? floor<minutes>(closing - minutes(7))
                       : floor<hours>(kWorldStart + hours(6 + Draw(hash, 3) % 9000));
    EventState state{0, created, closing, size, 0, closed};
    for (std::uint32_t i = 0; i < size; ++i) AddMarket(row, event, state);
    if (!closed && size > 0 && state.open == 0) state.is_closed = true;
    state.updated = state.is_closed ? state.closed + minutes(11) : Recently(hash);
    population_.events.push_back(event);
    population_.event_states.Add(state);
  }

  void AddOrphan() {
    EventState none{0, Created(), Created() + (kWorldStart - Created()) / 2, 0, 0, true};
    AddMarket(kNoEvent, {0, 0, Created(), kWorldStart + days(30)}, none);
  }

 private:
  RowNumber Count() const { return static_cast<RowNumber>(population_.markets.size()); }

  Moment Created() const {
    return CreationTime(static_cast<double>(Count()) / std::max(1U, total_)) + microseconds(417);
  }

  double ClosedShare() const { return Count() * 10 < total_ * 6 ? 0.95 : 0.60; }

  static Moment Recently(std::uint64_t hash) {
    return kWorldStart - microseconds(1 + Draw(hash, 4) % 86'400'000'000ULL);
  }

  void AddMarket(std::uint32_t event_row, const EventSeed& event, EventState& event_state) {
    market_id_ += 1 + static_cast<std::uint32_t>(Draw(population_.seed, ~Count()) % 5 / 2);
    const std::uint64_t hash = MarketHash(population_.seed, market_id_);
    const bool is_orphan = Count() % kOrphanEvery == kOrphanEvery - 1;
    MarketSeed market{market_id_, is_orphan ? kNoEvent : event_row, Created(), event.end};
    MarketState state;
    state.volume_micros =
        static_cast<std::int64_t>(Draw(hash, 5) % (1ULL << (10 + Draw(hash, 6) % 34)));
    state.price = static_cast<std::uint16_t>(5 + 5 * (Draw(hash, 7) % 1998));
    const bool closed = event_state.is_closed || Draw(hash, 8) % 7 == 0;
    if (closed) Close(market, hash, event_state, state);
    if (!closed) state.updated = Recently(hash);
    population_.markets.push_back(market);
    population_.market_states.Add(state);
    if (is_orphan) return;
    event_state.open += closed ? 0 : 1;
    event_state.volume_micros += state.volume_micros;
  }

  static void Close(MarketSeed& market,
                    std::uint64_t hash,
                    const EventState& event_state,
                    MarketState& state) {
    const Moment latest = std::max(event_state.closed, market.created + seconds(1));
    state.closed = floor<seconds>(latest - (latest - market.created) / (2 + Draw(hash, 9) % 50));
    if (!event_state.is_closed) market.end = floor<minutes>(state.closed);
    // The first catalogue was migrated in 2024, and its rows have been updated since then at the
    // earliest.
    state.updated = std::max(state.closed + microseconds(1 + Draw(hash, 10) % 7'200'000'000ULL),
                             At(2024, 4, 23) + microseconds(Draw(hash, 11) % 259'200'000'000ULL));
    state.updated = std::min(state.updated, kWorldStart - microseconds(1));
    state.phase = MarketPhase::kResolved;
    state.winner = Draw(hash, 12) % 3 == 0 ? 0 : 1;
    state.price = state.winner == 0 ? 9995 : 5;
  }

  Population& population_;
  std::uint32_t total_;
  std::uint32_t event_id_ = 2889;
  std::uint32_t market_id_ = 11;
};

}  // namespace

Population Populate(std::uint64_t seed, std::uint32_t markets, std::uint32_t events) {
  Population population;
  population.seed = seed;
  population.markets.reserve(markets);
  population.events.reserve(events);
  Founder founder(population, markets);
  for (const std::uint32_t size : EventSizes(seed, markets, events)) founder.AddEvent(size);
  while (population.markets.size() < markets) founder.AddOrphan();
  return population;
}

std::uint64_t MarketHash(std::uint64_t seed, std::uint32_t id) {
  return Draw(Mix(seed), id);
}

std::uint64_t EventHash(std::uint64_t seed, std::uint32_t id) {
  return Draw(Mix(~seed), id);
}

}  // namespace polyhouse
