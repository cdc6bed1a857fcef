#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "adapters/clickhouse/clickhouse_client.h"
#include "base/clock.h"
#include "base/result.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

struct SchemaLockOptions {
  std::string cluster;  ///< Empty: one server.
  /// A holder that has not given a sign of life for this long is taken for dead. It gives one five
  /// times as often.
  std::chrono::milliseconds timeout{30'000};
};

/// The right to change a database's tables: a table `polyhouse_schema_lock` that only one can
/// create. Its comment is the holder's random name and a counter that rises while the holder lives.
/// One who finds it standing still for the time-out, by his own monotonic clock, renames it to
/// `polyhouse_schema_lock_<name>`: a second who had come to the same conclusion fails, because that
/// name is taken, and cannot break the lock of the first. On a cluster every statement goes through
/// its queue of DDL, which all servers carry out in one order.
///
/// It keeps programs from disturbing each other. It is no proof against one that is stopped for
/// longer than the time-out between a look at the lock and the next statement; so no step of
/// migrations drops what may hold the only copy of a row, lock or no lock.
class SchemaLock {
 public:
  struct Tools {
    ClickHouseClient& client;  ///< Of the caller's thread.
    ClickHouseClient& pulse;   ///< Of the lock's own thread.
    telemetry::PipelineEvents& events;
    Clock& clock;
  };

  /// Waits until it is free, and says so once. kStopping when `stop` was requested.
  static Result<std::unique_ptr<SchemaLock>> Take(Tools tools,
                                                  SchemaLockOptions options,
                                                  std::stop_token stop);
  /// Gives it back, if it still is ours.
  ~SchemaLock();
  SchemaLock(const SchemaLock&) = delete;
  SchemaLock& operator=(const SchemaLock&) = delete;

  /// kTransient when somebody else has taken it: begin anew. It asks where the last look is more
  /// than a thirtieth of the time-out ago, so that it may be asked before every statement.
  Status StillOurs(std::stop_token stop);

 private:
  SchemaLock(Tools tools, SchemaLockOptions options);

  /// The holder afterwards, who may be somebody else; empty: nobody.
  Result<std::string> TryCreate(std::stop_token stop);
  /// What the table says; empty when there is none.
  Result<std::string> Holder(ClickHouseClient& client, std::stop_token stop);
  Status Break(const std::string& holder, std::stop_token stop);
  void Beat(std::stop_token stop);
  Status Run(ClickHouseClient& client, const std::string& statement, std::stop_token stop);
  bool IsOurs(const std::string& holder) const;
  Status LookAgain(std::stop_token stop);

  Tools tools_;
  SchemaLockOptions options_;
  std::string name_;        ///< Random.
  SteadyTime seen_ours_{};  ///< When it was looked at last.
  std::jthread heart_;
};

}  // namespace polyhouse
