#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/environment.h"
#include "app/heartbeat.h"
#include "ports/position_store.h"
#include "ports/presence_store.h"
#include "ports/rate_store.h"
#include "ports/stream_admin.h"
#include "ports/stream_reader.h"
#include "ports/stream_writer.h"

namespace polyhouse {

class WebHandler;
class WebServer;

/// The right to play one role, such as "ingest-markets", which one process at a time has.
class RoleClaim {
 public:
  virtual ~RoleClaim() = default;
  /// Requested when another process has taken the right over: end what was begun with it.
  virtual std::stop_token lost() const = 0;
  /// A writer that writes only while the right is ours.
  virtual Result<std::unique_ptr<StreamWriter>> OpenWriter() = 0;
};

/// Where streams live: the data directory's file or Redis. Opens everything that works on them.
/// Used from any thread; what it opens is used from one.
class Streams {
 public:
  /// Makes the right one. `roles` are those that this process plays: in the data directory they are
  /// claimed now (kConfig when another process plays one); they wait for a Redis that is away.
  /// Commands, which play none, do not. The environment must outlive it.
  static Result<std::unique_ptr<Streams>> Open(const Environment& environment,
                                               const std::vector<std::string>& roles,
                                               std::stop_token stop);

  Streams();
  virtual ~Streams();
  /// Waits as a stand-by until the role is free; kStopping when `stop` comes first.
  virtual Result<std::unique_ptr<RoleClaim>> Claim(const std::string& role,
                                                   std::stop_token stop) = 0;
  /// The name of this process in consumer groups.
  virtual std::string consumer() const = 0;
  /// `positions` must outlive the reader; null: none are kept.
  virtual Result<std::unique_ptr<StreamReader>> OpenReader(const StreamName& stream,
                                                           const GroupName& group,
                                                           PositionStore* positions) = 0;
  virtual Result<std::unique_ptr<StreamAdmin>> OpenAdmin() = 0;
  /// A writer for a tool, which plays no role: it may append beside those who play one.
  virtual Result<std::unique_ptr<StreamWriter>> OpenToolWriter() = 0;
  /// The buckets of the API's limits, shared by all processes on these streams.
  virtual Result<std::unique_ptr<RateStore>> OpenRates() = 0;
  /// Where the roles on these streams leave signs of life.
  virtual std::unique_ptr<PresenceStore> OpenPresence() = 0;
  /// Where processes that play roles leave their reports (telemetry/process_report.h).
  virtual std::unique_ptr<PresenceStore> OpenReports() = 0;

 private:
  // Of this process, when it plays roles.
  std::optional<Heartbeat> reports_;
  // Null without Config::metrics_listen.
  std::unique_ptr<WebHandler> metrics_;
  std::unique_ptr<WebServer> metrics_server_;
};

/// The settings of a tool that writes beside other writers: where streams are in Redis, under a
/// consumer of its own, "<consumer>-<tool>", because that of a writer on this machine may be at
/// work.
Result<Config> ToolConfig(const Environment& environment,
                          std::string_view tool,
                          std::stop_token stop);

}  // namespace polyhouse
