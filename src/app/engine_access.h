#pragma once

#include <memory>
#include <stop_token>

#include "adapters/clickhouse/clickhouse_client.h"
#include "app/data_dir.h"
#include "app/engine_process.h"
#include "base/clock.h"
#include "config/config.h"
#include "ports/http_client.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// A way to the tables of a data directory for a single command: through the engine that `up` runs
/// there, or, when none answers, through one of its own that ends with it.
class EngineAccess {
 public:
  EngineAccess(const Config& config,
               const DataDir& dir,
               telemetry::PipelineEvents& events,
               Clock& clock);

  /// Returns when an engine answers.
  Status Open(std::stop_token stop);
  ClickHouseClient& client() { return client_; }

 private:
  const Config& config_;
  const DataDir& dir_;
  telemetry::PipelineEvents& events_;
  Clock& clock_;
  std::unique_ptr<HttpClient> http_;
  ClickHouseClient client_;
  std::unique_ptr<EngineProcess> own_;
};

}  // namespace polyhouse
