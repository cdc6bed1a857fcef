#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "adapters/clickhouse/clickhouse_client.h"
#include "app/data_dir.h"
#include "base/clock.h"
#include "base/result.h"
#include "config/config.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// The embedded engine as a child process: starts it, starts it again when it dies, ends it. The
/// child dies with this process, even by SIGKILL.
class EngineProcess {
 public:
  /// All references must outlive it.
  EngineProcess(const Config& config,
                const DataDir& dir,
                telemetry::PipelineEvents& events,
                Clock& clock);
  ~EngineProcess();
  EngineProcess(const EngineProcess&) = delete;
  EngineProcess& operator=(const EngineProcess&) = delete;

  /// Has it answer SQL clients on this address as well, read only; empty: not. Call it before
  /// Start.
  void ListenOn(std::string address) { listen_ = std::move(address); }
  /// Starts watching and returns when the engine answers. kConfig when it cannot start; it has said
  /// why on standard error.
  Status Start(std::stop_token stop);
  /// The reason when the engine has ended for good, which only an operator can mend; empty while
  /// all is well.
  std::optional<Error> failure() const;

 private:
  void Watch(std::stop_token stop);
  Result<int> Spawn() const;
  /// The exit status, or empty when `stop` came first.
  std::optional<int> WaitForExit(int child, std::stop_token stop);
  static void End(int child);

  const Config& config_;
  const DataDir& dir_;
  telemetry::PipelineEvents& events_;
  Clock& clock_;
  std::string listen_;
  mutable std::mutex mutex_;
  std::optional<Error> failure_;
  std::jthread watcher_;
};

}  // namespace polyhouse
