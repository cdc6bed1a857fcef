#pragma once

#include <optional>

#include "app/data_dir.h"
#include "base/clock.h"
#include "config/config.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// What every role and command is built from; all of it outlives them.
struct Environment {
  const Config& config;
  const std::optional<DataDir>& dir;  ///< Empty when streams and tables are both on servers.
  telemetry::PipelineEvents& events;
  Clock& clock;
};

/// Whether streams are in Redis, not in the data directory.
inline bool HasRedis(const Config& config) {
  return !config.redis_url.empty() || !config.redis_host.empty();
}

/// Whether tables are on a ClickHouse server, not in the data directory.
inline bool HasClickHouse(const Config& config) {
  return !config.clickhouse_url.empty() || !config.clickhouse_host.empty();
}

/// Whether a data directory may be made, or must be there.
enum class DataDirUse { kMake, kLook };

/// The data directory where one is needed.
inline Result<std::optional<DataDir>> OpenDataDir(const Config& config, DataDirUse use) {
  if (HasRedis(config) && HasClickHouse(config)) return std::optional<DataDir>();
  auto dir =
      use == DataDirUse::kMake ? DataDir::Make(config.data_dir) : DataDir::Open(config.data_dir);
  if (!dir) return std::move(dir).error();
  return std::optional(std::move(*dir));
}

}  // namespace polyhouse
