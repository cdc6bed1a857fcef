#pragma once

#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "codec/entry_codec.h"
#include "domain/enriched_market.h"
#include "domain/event.h"
#include "ports/stream_writer.h"
#include "ports/table_reader.h"

namespace polyhouse {

/// Events by their id.
using DetailsById = std::map<EventId, EventDetails>;

/// Puts what is known of its event beside a market as it was read; `details` may lack it.
void Join(EnrichedMarket& market, const DetailsById& details);

/// Puts rows into `append`, many in an entry.
void AddRows(std::span<const EnrichedMarket> rows, Timestamp now, AppendTransaction& append);

/// Looks up what enrichment joins: events in the cache, else in the tables; markets in the tables.
/// Used from one thread. Errors: as the streams' and the tables'.
class EnrichmentSource {
 public:
  /// Both outlive it.
  EnrichmentSource(StreamWriter& cache, TableReader& tables) : cache_(cache), tables_(tables) {}

  /// The events of these markets; those that nobody has stored yet are left out.
  Result<DetailsById> EventsOf(std::span<const EnrichedMarket> markets,
                               const std::stop_token& stop);

  /// Of the events in `details`, in no order.
  Result<std::vector<std::string>> MarketsOf(const DetailsById& details,
                                             const std::stop_token& stop);
  /// The next of all markets by id, at most `most`.
  Result<std::vector<std::string>> MarketsAfter(const std::string& id,
                                                std::size_t most,
                                                const std::stop_token& stop);

  /// Markets as the tables have them, and dead letters for rows that somebody else has put there
  /// and that cannot be read.
  struct Markets {
    std::vector<EnrichedMarket> rows;
    std::vector<DeadLetter> unreadable;
  };
  Result<Markets> Read(std::span<const std::string> ids,
                       Timestamp now,
                       const std::stop_token& stop);

 private:
  Status AddStored(const std::vector<std::string>& ids,
                   DetailsById& details,
                   const std::stop_token& stop);
  Result<std::vector<std::string>> Ids(const std::string& sql, const std::stop_token& stop);

  StreamWriter& cache_;
  TableReader& tables_;
  EntryDecoder<EnrichedMarket> decoder_;
};

}  // namespace polyhouse
