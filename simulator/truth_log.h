#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "drift.h"
#include "record_faults.h"
#include "world.h"

namespace polyhouse {

/// One record of a page, as it can be rendered again.
struct ServedRecord {
  RowNumber row = 0;
  RenderOptions options;
  RecordVariant variant = RecordVariant::kPlain;
  const RecordDrift* drift = nullptr;  ///< Null for none.
};

/// What a listing response carries.
struct ServedPage {
  Listing listing = Listing::kMarkets;
  std::vector<ServedRecord> records;
  std::vector<std::string> bad;  ///< Raw bytes of what stood in a record's place.
};

/// Where a reader of the truth stands; default is the start.
struct TruthPosition {
  int section = 0;  ///< Markets, events, bad records, end.
  std::size_t next = 0;
};

/// What was really served: for each record its last form, for each bad record its bytes.
/// Thread-safe.
class TruthLog final {
 public:
  /// Call when the whole response is on its way.
  void Commit(const ServedPage& page);

  /// Appends the next lines of NDJSON, about `bytes` of them. False when there are no more.
  /// Nothing may change `world` meanwhile.
  bool Read(const World& world, TruthPosition& position, std::size_t bytes, std::string& out) const;

  /// Records served since the last reset, repeats included.
  std::uint64_t RowsServed(Listing listing) const;
  /// Counts records from zero again; the truth stays.
  void ResetRowsServed();

 private:
  struct LastServe {
    bool was_served = false;
    RecordVariant variant = RecordVariant::kPlain;
    const RecordDrift* drift = nullptr;
    bool include_markets = true;
    bool include_tags = false;
    Revision revision = 0;
  };
  struct BadRecordServe {
    Listing listing;
    std::string raw;
  };

  const std::vector<LastServe>& ServesOf(Listing listing) const;
  void AppendLine(const World& world, Listing listing, std::size_t row, std::string& out) const;
  void AppendBadLine(const BadRecordServe& bad, std::string& out) const;

  mutable std::mutex mutex_;
  std::vector<LastServe> markets_;
  std::vector<LastServe> events_;
  std::vector<BadRecordServe> bad_;
  std::uint64_t market_rows_ = 0;
  std::uint64_t event_rows_ = 0;
};

}  // namespace polyhouse
