#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "dice.h"
#include "population.h"
#include "world.h"

namespace polyhouse {

/// The size and the seed of a generated world.
struct GeneratedWorldOptions {
  std::uint64_t seed = 1;
  std::uint32_t markets = 1000;
  std::uint32_t events = 300;
  std::uint32_t archive_every = 0;  ///< One market is archived every so many ticks; 0: never.
  std::uint32_t five_minute = 0;    ///< Series of markets that close five minutes after they open.
  std::uint32_t list_late = 0;      ///< Ticks until a new market, of no series, is listed.
  std::uint32_t fifty_fifty = 0;    ///< One market in so many pays a half of each outcome; 0: none.
};

/// A world made up from a seed: a compact state per record, JSON written on demand. The same
/// options and the same ticks give the same bytes.
class GeneratedWorld final : public World {
 public:
  explicit GeneratedWorld(const GeneratedWorldOptions& options);
  ~GeneratedWorld() override;

  const Rows& Records(Listing listing) const override;
  Revision CurrentRevision() const override { return revision_; }
  WorldChange Tick() override;
  WorldChange CloseMarket(RowNumber row) override;
  WorldChange EditEvent(RowNumber row) override;
  WorldChange Vanish(Listing listing, RowNumber row) override;

 private:
  struct Appointment {
    std::uint64_t due;  ///< In ticks.
    RowNumber row;
  };

  /// Opens a market in an event of its own or in the newest one.
  void CreateMarket(Dice& dice, WorldChange& change);
  /// Adds a market to the newest event.
  RowNumber AddMarket(Dice& dice, MarketSeed seed, WorldChange& change);
  void CreateEvent(Dice& dice, EventSeed seed);
  /// Closes the markets of series that are due, and opens their successors.
  void TurnSeries(Dice& dice, WorldChange& change);
  RowNumber OpenFiveMinuteMarket(Dice& dice, WorldChange& change);
  void Trade(RowNumber row, Dice& dice, WorldChange& change);
  void Close(RowNumber row, MarketPhase phase, WorldChange& change);
  void Resolve(RowNumber row, WorldChange& change);
  /// Hides one market that is open or resolved; from then on it stays as it is.
  void ArchiveOne(Dice& dice, WorldChange& change);
  std::optional<RowNumber> ChooseToArchive(Dice& dice) const;
  /// Lets the newest markets of the start wait, as if they had come in the last ticks.
  void HideNewest();
  void ListAwaited(WorldChange& change);
  /// How many markets open, trade and close in a tick.
  std::size_t ChangesPerTick() const { return 1 + population_.markets.size() / 2000; }
  void LeaveOpen(RowNumber row);
  bool IsListed(RowNumber market) const;
  void CountClosed(RowNumber market, WorldChange& change);

  GeneratedWorldOptions options_;
  Population population_;
  std::unique_ptr<Rows> markets_;
  std::unique_ptr<Rows> events_;
  std::vector<RowNumber> open_;          ///< Open markets but those of series, in no order.
  std::vector<RowNumber> series_;        ///< The newest market of each series that has begun.
  std::deque<Appointment> resolutions_;  ///< Closed markets that wait for their result.
  std::deque<Appointment> awaited_;      ///< Markets that will be listed.
  Revision revision_ = 0;
  std::uint64_t ticks_ = 0;
  Moment now_ = kWorldStart;
};

}  // namespace polyhouse
