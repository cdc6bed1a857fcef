#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "base/backoff.h"
#include "base/clock.h"
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
  std::string consumer;       ///< Under which the reader reads.
  std::size_t rows = 20'000;  ///< Of a batch, nearly.
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

/// Makes trades of order events: one for each fill, put into stream:trades in the transaction that
/// acknowledges the events, so that nothing is lost or made twice wherever it is killed. Any number
/// work side by side.
///
/// A trade whose token's market is not known yet is made at once, without it, and remembered; when
/// the market comes, also after days, the trade is put again, complete, with a higher version.
class TradeProcessor {
 public:
  virtual ~TradeProcessor() = default;
  /// Runs until stopped, or, after `drain` was requested, until the stream is empty. Errors:
  /// kConfig.
  virtual Status Run(std::stop_token stop, std::stop_token drain) = 0;
};

/// The references must outlive it.
std::unique_ptr<TradeProcessor> MakeTradeProcessor(TradeProcessorOptions options,
                                                   TradeProcessorTools tools,
                                                   std::uint64_t jitter_seed);

}  // namespace polyhouse
