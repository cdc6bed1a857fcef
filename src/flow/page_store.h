#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "flow/known_bad.h"
#include "flow/listing.h"
#include "ports/stream_writer.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// The names under which an ingester is known; the request fixed streams and state keys.
struct IngesterNames {
  std::string_view ingester;   ///< "markets"
  std::string_view stream;     ///< "stream:markets"
  std::string_view group;      ///< "markets_writers"
  std::string_view state_key;  ///< "state:polymarket_markets"
};

inline constexpr IngesterNames kMarketsNames = {
    "markets", "stream:markets", "markets_writers", "state:polymarket_markets"};
inline constexpr IngesterNames kEventsNames = {
    "events", "stream:polymarket_events", "polymarket_events_writers", "state:polymarket_events"};

using StateChanges = std::vector<std::pair<std::string, std::string>>;

/// Puts pages into one stream, each together with the state that says how far the source was read.
/// It also gives out versions: the time in ms, but always higher than any before, even if the
/// machine's clock was set back.
class PageStore {
 public:
  PageStore(const IngesterNames& names, StreamWriter& streams, Clock& clock)
      : names_(names), streams_(streams), clock_(clock) {}

  /// To be called once before anything else.
  Status Load();
  std::uint64_t NextVersion();
  /// Everything of the page, the dead letters, the number of records read and `state` in one
  /// transaction. A bad record that has its dead letter already, byte for byte the same, gets no
  /// second one: lanes meet it again and again.
  Status Store(const ListingPage& page, std::uint64_t version, StateChanges state);
  /// Only state.
  Status Save(StateChanges state);

  /// `state:polymarket_markets` + `suffix`; empty when never set.
  Result<std::string> State(std::string_view suffix);
  std::string Key(std::string_view suffix) const {
    return std::string(names_.state_key) + std::string(suffix);
  }
  const IngesterNames& names() const { return names_; }
  Result<StreamLoad> StoreLoad() { return streams_.Load(StreamName(std::string(names_.stream))); }

 private:
  Status KeepForeignOffset(const std::string& version);

  IngesterNames names_;
  StreamWriter& streams_;
  Clock& clock_;
  std::uint64_t last_version_ = 0;
  KnownBad known_bad_;
};

}  // namespace polyhouse
