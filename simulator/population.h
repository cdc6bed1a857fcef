#pragma once

#include <cstdint>
#include <limits>
#include <unordered_map>
#include <vector>

#include "moment.h"
#include "world.h"

namespace polyhouse {

/// How a generated event came to be and what its markets look like.
enum class EventKind : std::uint8_t { kQuestion, kUpDown, kGame, kGroup, kThresholds };

/// Where a generated market stands in its life.
enum class MarketPhase : std::uint8_t { kOpen, kProposed, kResolved };

inline constexpr std::uint32_t kNoEvent = std::numeric_limits<std::uint32_t>::max();

/// What never changes about a generated market; everything else about it follows from this, its
/// state and the seed.
struct MarketSeed {
  std::uint32_t id = 0;
  std::uint32_t event = kNoEvent;  ///< Its row in the events.
  Moment created;
  Moment end;
  bool is_five_minute = false;  ///< One of a series that closes on time, without any oddity.
};

/// What trading, closing and resolving change.
struct MarketState {
  std::int64_t volume_micros = 0;  ///< Millionths of a dollar.
  Moment updated;
  Moment closed;            ///< Meaningless while open.
  std::uint16_t price = 0;  ///< Of the first outcome, in ten-thousandths.
  std::uint8_t winner = 0;  ///< Meaningless until resolved.
  MarketPhase phase = MarketPhase::kOpen;
  Visibility visibility = Visibility::kListed;
  Revision since = 0;
};

/// What never changes about a generated event. Its markets are neighbours, starting at `first`.
struct EventSeed {
  std::uint32_t id = 0;
  RowNumber first = 0;
  Moment created;
  Moment end;
  EventKind kind = EventKind::kQuestion;
  bool is_five_minute = false;
};

struct EventState {
  std::int64_t volume_micros = 0;
  Moment updated;
  Moment closed;            ///< Meaningless while open.
  std::uint32_t count = 0;  ///< Rows from `first` on, among them a few that have no event.
  std::uint32_t open = 0;   ///< Markets not closed yet.
  bool is_closed = false;
  Visibility visibility = Visibility::kListed;
  Revision since = 0;
  std::uint16_t edits = 0;  ///< How often somebody has edited its title.
};

/// States by row, now and at earlier revisions. Grows by one state per change.
template <class State>
class History final {
 public:
  void Add(const State& state) { now_.push_back(state); }

  void Set(RowNumber row, State state, Revision revision) {
    state.since = revision;
    if (now_[row].since != revision) before_[row].push_back(now_[row]);
    now_[row] = state;
  }

  const State& At(RowNumber row, Revision revision) const {
    const State* state = &now_[row];
    if (state->since <= revision) return *state;
    const auto& states = before_.at(row);
    for (auto it = states.rbegin(); it != states.rend() && state->since > revision; ++it) {
      state = &*it;
    }
    return *state;
  }

  const State& Now(RowNumber row) const { return now_[row]; }

 private:
  std::vector<State> now_;
  std::unordered_map<RowNumber, std::vector<State>> before_;  ///< Oldest first.
};

/// Everything a generated world remembers: a few dozen bytes per market.
struct Population {
  std::uint64_t seed = 0;
  std::uint32_t fifty_fifty = 0;  ///< One resolved market in so many pays a half each; 0: none.
  std::vector<MarketSeed> markets;
  std::vector<EventSeed> events;
  History<MarketState> market_states;
  History<EventState> event_states;
};

/// The simulated clock starts here; generated history ends here.
inline constexpr Moment kWorldStart = std::chrono::sys_days(std::chrono::year(2026) / 11 / 1);

/// A population of so many markets and events, always the same for the same arguments.
Population Populate(std::uint64_t seed, std::uint32_t markets, std::uint32_t events);

/// The bits from which everything about a generated market or event is drawn.
std::uint64_t MarketHash(std::uint64_t seed, std::uint32_t id);
std::uint64_t EventHash(std::uint64_t seed, std::uint32_t id);

}  // namespace polyhouse
