#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "codec/entry_codec.h"
#include "domain/market.h"
#include "flow/process/token_index.h"
#include "ports/stream_admin.h"
#include "ports/table_reader.h"

namespace polyhouse {

/// Keeps a TokenIndex up to date: from the tables at first, then from the stream of markets, which
/// it only looks at, so that any number of processes may; and from the tables again now and then,
/// because what was stored is trimmed from the stream. Used from one thread. Errors: as the tables'
/// and the streams'.
class MarketFollower {
 public:
  /// All outlive it.
  MarketFollower(TableReader& tables, StreamAdmin& admin, Clock& clock)
      : tables_(tables), admin_(admin), clock_(clock) {}

  /// Reads every market of the tables. To be called once before anything else.
  Status Load(const std::stop_token& stop);
  /// What has come since; from the tables too when the last look at them is older than `tables`,
  /// but not all the time; zero: in any case. True when there may be something new.
  Result<bool> Follow(std::chrono::milliseconds tables, const std::stop_token& stop);

  const TokenIndex& index() const { return index_; }

 private:
  /// Where a row of the tables stands.
  struct TablePlace {
    std::string id;
    std::uint64_t version = 0;
  };
  /// How many there were; `last` becomes the place of the last.
  Result<std::size_t> AddRows(const std::string& json_lines, TablePlace& last);
  Status LoadPages(TablePlace place,
                   const std::function<std::string(const TablePlace&)>& rows_after,
                   const std::stop_token& stop);
  Status LoadNewer(const std::stop_token& stop);
  Result<bool> FollowStream();
  void Add(const Market& market);

  TableReader& tables_;
  StreamAdmin& admin_;
  Clock& clock_;
  TokenIndex index_;
  EntryDecoder<Market> decoder_;
  EntryId position_;
  std::uint64_t newest_version_ = 0;
  SteadyTime looked_at_tables_{};
  SteadyTime::duration look_took_{};
};

}  // namespace polyhouse
