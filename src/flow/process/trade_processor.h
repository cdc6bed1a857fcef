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
#include "ports/stream_reader.h"
#include "ports/stream_writer.h"
#include "ports/table_reader.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// The group in which trade processors share the order events.
inline constexpr std::string_view kProcessorGroup = "events_processors";

/// The defaults of settings are in config/config.h.
struct TradeProcessorOptions {
  std::string consumer;                   ///< Under which the reader reads.
  std::size_t rows = 20'000;              ///< Of a batch, nearly.
  std::uint64_t max_backlog = 1'000'000;  ///< Rows that may wait to be stored.
  std::chrono::milliseconds claim_idle{60'000};
  std::chrono::milliseconds market_interval{2'000};  ///< Between looks for new markets.
  std::string wanted_tokens;                         ///< The state key of flow/wanted_tokens.h.
  BackoffPolicy backoff;
};

struct TradeProcessorTools {
  StreamReader& reader;  ///< Of stream:order_events, in kProcessorGroup.
  StreamWriter& writer;
  StreamAdmin& admin;
  TableReader& tables;
  telemetry::PipelineEvents& events;
  Clock& clock;
};

/// Makes trades of order events: one for each fill, put into stream:trades.
///
/// A trade whose token's market is not known yet is made at once, without it, and remembered; when
/// the market comes, also after days, the trade is put again, complete, with a higher version. The
/// references must outlive it.
std::unique_ptr<Processor> MakeTradeProcessor(TradeProcessorOptions options,
                                              TradeProcessorTools tools,
                                              std::uint64_t jitter_seed);

}  // namespace polyhouse
