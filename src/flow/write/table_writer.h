#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>

#include "base/backoff.h"
#include "base/clock.h"
#include "codec/record_type.h"
#include "ports/position_store.h"
#include "ports/stream_admin.h"
#include "ports/stream_reader.h"
#include "ports/table_sink.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// When a batch is sent: at whichever limit comes first. Their defaults are in config/config.h.
struct BatchLimits {
  std::size_t rows = SIZE_MAX;
  std::size_t bytes = SIZE_MAX;
  std::chrono::milliseconds age{};  ///< Of its first row, since it was read.
};

struct TableWriterOptions {
  BatchLimits batch;
  BackoffPolicy backoff;
  /// Entries that another consumer has left pending for this long are taken over.
  std::chrono::milliseconds claim_idle{};
};

/// What a writer works with; all of it outlives the writer.
struct TableWriterTools {
  StreamReader& reader;
  StreamAdmin& admin;
  TableSink& sink;
  telemetry::PipelineEvents& events;
  Clock& clock;
  PositionStore* positions = nullptr;  ///< Null where streams are never lost: embedded mode.
};

// A table writer carries one stream into one table, on one thread. It notes a batch's boundary,
// inserts the batch under a token made from its entry ids, acknowledges, trims. Killed at any
// point, it sends the same batch under the same token when it is back, and the table takes it once.
// A row the database refuses ends in the dead letters; nothing else does.

class TableWriter {
 public:
  virtual ~TableWriter() = default;
  /// Runs until `stop` (leave at once; what is pending is taken up by the next run) or until
  /// `drain` was requested and the stream is empty. Error: kConfig when an operator must act;
  /// nothing was dropped.
  virtual Status Run(std::stop_token stop, std::stop_token drain) = 0;
};

/// `type` must outlive the writer.
std::unique_ptr<TableWriter> MakeTableWriter(const RecordType& type,
                                             TableWriterOptions options,
                                             TableWriterTools tools,
                                             std::uint64_t jitter_seed);

}  // namespace polyhouse
