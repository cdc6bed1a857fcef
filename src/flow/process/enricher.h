#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/backoff.h"
#include "base/clock.h"
#include "flow/process/processor.h"
#include "ports/stream_admin.h"
#include "ports/table_reader.h"

namespace polyhouse {

/// The groups in which enrichers share the markets and the events.
inline constexpr std::string_view kMarketEnricherGroup = "markets_enrichers";
inline constexpr std::string_view kEventEnricherGroup = "polymarket_events_enrichers";
/// What all enrichers together keep beside the streams, with the ends of state_keys.h: how far the
/// tables were gone through, and how many entries were put into the stream.
inline constexpr std::string_view kEnrichmentState = "state:markets_enriched";

/// The defaults of settings are in config/config.h.
struct EnricherOptions {
  std::string consumer;                   ///< Under which the readers read.
  std::uint64_t max_backlog = 1'000'000;  ///< Rows that may wait to be stored.
  std::chrono::milliseconds claim_idle{60'000};
  BackoffPolicy backoff;
};

struct EnricherTools {
  StreamReader& markets;  ///< Of stream:markets, in kMarketEnricherGroup.
  StreamReader& events;   ///< Of stream:polymarket_events, in kEventEnricherGroup.
  StreamWriter& writer;
  StreamAdmin& admin;
  TableReader& tables;
  telemetry::PipelineEvents& events_log;
  Clock& clock;
};

/// Joins markets with their event, into stream:markets_enriched.
///
/// A market is put there at once, with what is known of its event then. An event whose facts are
/// others than before is held until the writers have stored it and then every market that was in
/// the stream by that time; then all its markets are read from the tables and put again. So a
/// market that comes before its event, or while the event changes, is seen either by its own
/// joining or by the event's (docs/decisions/0018). What was stored before the first enricher began
/// is gone through once, by id. The references must outlive it.
std::unique_ptr<Processor> MakeEnricher(EnricherOptions options,
                                        EnricherTools tools,
                                        std::uint64_t jitter_seed);

/// Makes the enrichers go through the tables once more, whichever process they run in.
Status EnrichAgain(StreamWriter& writer);

}  // namespace polyhouse
