#include "generated_world.h"

#include <algorithm>

#include "generated_rows.h"

namespace polyhouse {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;

/// A market that closed shows its result so many ticks later.
constexpr std::uint64_t kTicksToResolve = 2;

constexpr int kFiveMinutes = 5;

}  // namespace

GeneratedWorld::GeneratedWorld(const GeneratedWorldOptions& options)
    : options_(options),
      population_(Populate(options.seed, options.markets, options.events)),
      markets_(MakeMarketRows(population_)),
      events_(MakeEventRows(population_)) {
  population_.fifty_fifty = options.fifty_fifty;
  for (RowNumber row = 0; row < markets_->Count(); ++row) {
    if (!markets_->IsClosed(row)) open_.push_back(row);
  }
  if (options_.list_late > 0) HideNewest();
}

GeneratedWorld::~GeneratedWorld() = default;

const Rows& GeneratedWorld::Records(Listing listing) const {
  return listing == Listing::kMarkets ? *markets_ : *events_;
}

WorldChange GeneratedWorld::Tick() {
  ++revision_;
  ++ticks_;
  now_ += minutes(1);
  Dice dice(Draw(population_.seed, revision_));
  WorldChange change;
  const std::size_t amount = ChangesPerTick();
  ListAwaited(change);
  while (!resolutions_.empty() && resolutions_.front().due <= ticks_) {
    const RowNumber row = resolutions_.front().row;
    const Visibility visibility = population_.market_states.Now(row).visibility;
    const bool is_still = visibility == Visibility::kArchived || visibility == Visibility::kGone;
    if (!is_still) Resolve(row, change);
    resolutions_.pop_front();
  }
  for (std::size_t i = 0; i < amount; ++i) CreateMarket(dice, change);
  for (std::size_t i = 0; i < amount && !open_.empty(); ++i) {
    Trade(open_[dice.Below(open_.size())], dice, change);
  }
  for (std::size_t i = 0; i < amount && !open_.empty(); ++i) {
    const RowNumber row = open_[dice.Below(open_.size())];
    Close(row, MarketPhase::kProposed, change);
    resolutions_.push_back({ticks_ + kTicksToResolve, row});
  }
  if (options_.five_minute > 0) {
    Dice croupier(Draw(population_.seed, ~std::uint64_t{revision_}));
    TurnSeries(croupier, change);
  }
  if (options_.archive_every > 0 && ticks_ % options_.archive_every == 0) {
    Dice archivist(Draw(~population_.seed, revision_));
    ArchiveOne(archivist, change);
  }
  return change;
}

WorldChange GeneratedWorld::CloseMarket(RowNumber row) {
  WorldChange change;
  if (markets_->IsClosed(row) || !IsListed(row)) return change;
  ++revision_;
  Close(row, MarketPhase::kProposed, change);
  Resolve(row, change);
  return change;
}

WorldChange GeneratedWorld::EditEvent(RowNumber row) {
  ++revision_;
  EventState state = population_.event_states.Now(row);
  ++state.edits;
  state.updated = now_ + microseconds(row % 60'000'000);
  population_.event_states.Set(row, state, revision_);
  return {.markets = {}, .events = {row}};
}

WorldChange GeneratedWorld::Vanish(Listing listing, RowNumber row) {
  ++revision_;
  WorldChange change;
  if (listing == Listing::kMarkets) {
    MarketState state = population_.market_states.Now(row);
    state.visibility = Visibility::kGone;
    population_.market_states.Set(row, state, revision_);
    LeaveOpen(row);
    change.markets.push_back(row);
  } else {
    EventState state = population_.event_states.Now(row);
    state.visibility = Visibility::kGone;
    population_.event_states.Set(row, state, revision_);
    change.events.push_back(row);
  }
  return change;
}

void GeneratedWorld::HideNewest() {
  const std::size_t hidden =
      std::min(population_.markets.size(), options_.list_late * ChangesPerTick());
  for (std::size_t i = 0; i < hidden; ++i) {
    const auto row = static_cast<RowNumber>(population_.markets.size() - hidden + i);
    MarketState state = population_.market_states.Now(row);
    state.visibility = Visibility::kAwaited;
    population_.market_states.Set(row, state, revision_);
    awaited_.push_back({1 + i / ChangesPerTick(), row});
  }
}

void GeneratedWorld::ListAwaited(WorldChange& change) {
  for (; !awaited_.empty() && awaited_.front().due <= ticks_; awaited_.pop_front()) {
    const RowNumber row = awaited_.front().row;
    MarketState state = population_.market_states.Now(row);
    if (state.visibility != Visibility::kAwaited) continue;
    state.visibility = Visibility::kListed;
    state.updated = now_ + microseconds(row % 60'000'000);
    population_.market_states.Set(row, state, revision_);
    change.markets.push_back(row);
    if (population_.markets[row].event != kNoEvent) {
      change.events.push_back(population_.markets[row].event);
    }
  }
}

void GeneratedWorld::ArchiveOne(Dice& dice, WorldChange& change) {
  const std::optional<RowNumber> row = ChooseToArchive(dice);
  if (!row) return;
  MarketState state = population_.market_states.Now(*row);
  state.visibility = Visibility::kArchived;
  state.updated = now_ + microseconds(*row % 60'000'000);
  population_.market_states.Set(*row, state, revision_);
  LeaveOpen(*row);
  change.markets.push_back(*row);
}

std::optional<RowNumber> GeneratedWorld::ChooseToArchive(Dice& dice) const {
  constexpr int kTries = 100;
  if (dice.Below(2) == 0 && !open_.empty()) return open_[dice.Below(open_.size())];
  for (int i = 0; i < kTries && !population_.markets.empty(); ++i) {
    const auto row = static_cast<RowNumber>(dice.Below(population_.markets.size()));
    const MarketState& state = population_.market_states.Now(row);
    if (state.phase == MarketPhase::kResolved && IsListed(row)) return row;
  }
  return std::nullopt;
}

bool GeneratedWorld::IsListed(RowNumber market) const {
  return population_.market_states.Now(market).visibility == Visibility::kListed;
}

void GeneratedWorld::LeaveOpen(RowNumber row) {
  const auto at = std::find(open_.begin(), open_.end(), row);
  if (at == open_.end()) return;
  *at = open_.back();
  open_.pop_back();
}

void GeneratedWorld::CreateMarket(Dice& dice, WorldChange& change) {
  const bool joins =
      !population_.events.empty() && dice.Below(3) != 0 &&
      population_.events.back().kind >= EventKind::kGame &&
      !events_->IsClosed(events_->Count() - 1) &&
      population_.event_states.Now(events_->Count() - 1).visibility == Visibility::kListed;
  if (!joins) {
    EventSeed event;
    event.created = now_ + microseconds(dice.Below(1000));
    event.end = now_ + hours(1 + dice.Below(2000));
    CreateEvent(dice, event);
  }
  MarketSeed market;
  market.end = population_.events.back().end;
  market.created = now_ + microseconds(dice.Below(1'000'000));
  open_.push_back(AddMarket(dice, market, change));
}

RowNumber GeneratedWorld::AddMarket(Dice& dice, MarketSeed seed, WorldChange& change) {
  const auto row = static_cast<RowNumber>(population_.markets.size());
  const std::uint32_t last_id = row == 0 ? 11 : population_.markets.back().id;
  seed.id = last_id + 1 + static_cast<std::uint32_t>(dice.Below(2));
  seed.event = static_cast<RowNumber>(population_.events.size() - 1);
  population_.markets.push_back(seed);
  MarketState state;
  state.updated = seed.created;
  state.price = static_cast<std::uint16_t>(5 + 5 * dice.Below(1998));
  state.since = revision_;
  if (options_.list_late > 0 && !seed.is_five_minute) {
    state.visibility = Visibility::kAwaited;
    awaited_.push_back({ticks_ + options_.list_late, row});
  }
  population_.market_states.Add(state);
  EventState parent = population_.event_states.Now(seed.event);
  parent.count = row - population_.events[seed.event].first + 1;
  ++parent.open;
  parent.updated = seed.created;
  population_.event_states.Set(seed.event, parent, revision_);
  change.markets.push_back(row);
  change.events.push_back(seed.event);
  return row;
}

void GeneratedWorld::CreateEvent(Dice& dice, EventSeed seed) {
  const std::uint32_t last_id = population_.events.empty() ? 2889 : population_.events.back().id;
  seed.id = last_id + 1 + static_cast<std::uint32_t>(dice.Below(3));
  seed.first = static_cast<RowNumber>(population_.markets.size());
  if (!seed.is_five_minute) seed.kind = static_cast<EventKind>(dice.Below(5));
  population_.events.push_back(seed);
  EventState state;
  state.updated = seed.created;
  state.since = revision_;
  population_.event_states.Add(state);
}

void GeneratedWorld::TurnSeries(Dice& dice, WorldChange& change) {
  for (RowNumber& newest : series_) {
    if (population_.markets[newest].end > now_) {
      if (!markets_->IsClosed(newest) && IsListed(newest)) Trade(newest, dice, change);
      continue;
    }
    if (!markets_->IsClosed(newest) && IsListed(newest)) {
      Close(newest, MarketPhase::kProposed, change);
      resolutions_.push_back({ticks_ + kTicksToResolve, newest});
    }
    newest = OpenFiveMinuteMarket(dice, change);
  }
  // The first ones open over five ticks, so that some are due in every tick.
  const std::size_t begun = std::min<std::size_t>(
      options_.five_minute,
      (std::size_t{options_.five_minute} * ticks_ + kFiveMinutes - 1) / kFiveMinutes);
  while (series_.size() < begun) series_.push_back(OpenFiveMinuteMarket(dice, change));
}

RowNumber GeneratedWorld::OpenFiveMinuteMarket(Dice& dice, WorldChange& change) {
  EventSeed event;
  event.kind = EventKind::kUpDown;
  event.is_five_minute = true;
  event.created = now_;
  event.end = now_ + minutes(kFiveMinutes);
  CreateEvent(dice, event);
  MarketSeed market;
  market.is_five_minute = true;
  market.created = now_ + microseconds(dice.Below(1000));
  market.end = event.end;
  return AddMarket(dice, market, change);
}

void GeneratedWorld::Trade(RowNumber row, Dice& dice, WorldChange& change) {
  const auto amount = static_cast<std::int64_t>(10'000 + dice.Below(5'000'000'000));
  const Moment at = now_ + microseconds(dice.Below(60'000'000));
  MarketState state = population_.market_states.Now(row);
  state.volume_micros += amount;
  state.updated = at;
  const auto price = state.price + static_cast<std::int64_t>(dice.Below(401)) - 200;
  state.price = static_cast<std::uint16_t>(std::clamp<std::int64_t>(price / 5 * 5, 5, 9995));
  population_.market_states.Set(row, state, revision_);
  change.markets.push_back(row);
  const std::uint32_t event = population_.markets[row].event;
  if (event == kNoEvent) return;
  EventState parent = population_.event_states.Now(event);
  parent.volume_micros += amount;
  parent.updated = at;
  population_.event_states.Set(event, parent, revision_);
  change.events.push_back(event);
}

void GeneratedWorld::Close(RowNumber row, MarketPhase phase, WorldChange& change) {
  MarketState state = population_.market_states.Now(row);
  state.phase = phase;
  const bool is_due = population_.markets[row].is_five_minute;
  state.closed = is_due ? now_ : now_ + std::chrono::seconds(row % 60);
  state.updated = now_ + microseconds(row % 60'000'000);
  population_.market_states.Set(row, state, revision_);
  LeaveOpen(row);
  change.markets.push_back(row);
  CountClosed(row, change);
}

void GeneratedWorld::Resolve(RowNumber row, WorldChange& change) {
  MarketState state = population_.market_states.Now(row);
  state.phase = MarketPhase::kResolved;
  state.winner = state.price >= 5000 ? 0 : 1;
  state.price = state.winner == 0 ? 9995 : 5;
  state.updated = now_ + microseconds(row % 59'000'000);
  population_.market_states.Set(row, state, revision_);
  change.markets.push_back(row);
  if (population_.markets[row].event != kNoEvent) {
    change.events.push_back(population_.markets[row].event);
  }
}

void GeneratedWorld::CountClosed(RowNumber market, WorldChange& change) {
  const std::uint32_t event = population_.markets[market].event;
  if (event == kNoEvent) return;
  EventState parent = population_.event_states.Now(event);
  parent.updated = now_ + microseconds(market % 60'000'000);
  if (--parent.open == 0) {
    parent.is_closed = true;
    parent.closed = now_ + std::chrono::seconds(market % 60);
  }
  population_.event_states.Set(event, parent, revision_);
  change.events.push_back(event);
}

}  // namespace polyhouse
