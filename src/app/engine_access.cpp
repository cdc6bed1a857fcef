#include "app/engine_access.h"

#include "adapters/http/curl_http_client.h"

namespace polyhouse {

EngineAccess::EngineAccess(const Config& config,
                           const DataDir& dir,
                           telemetry::PipelineEvents& events,
                           Clock& clock)
    : config_(config),
      dir_(dir),
      events_(events),
      clock_(clock),
      http_(MakeCurlHttpClient({}, clock)),
      client_({.unix_socket = dir.engine_socket(), .database = config.database}, *http_) {}

Status EngineAccess::Open(std::stop_token stop) {
  if (client_.Ping(stop)) return Ok();
  own_ = std::make_unique<EngineProcess>(config_, dir_, events_, clock_);
  return own_->Start(std::move(stop));
}

}  // namespace polyhouse
