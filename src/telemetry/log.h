#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace polyhouse::telemetry {

/// INFO: lifecycle. WARN: something went wrong, nothing is lost, we go on. ERROR: loss, or a person
/// is needed.
enum class Level { kDebug, kInfo, kWarn, kError };

enum class LogFormat { kText, kJson };

/// Names and values that go with a message.
using Facts = std::vector<std::pair<std::string_view, std::string>>;

/// Writes log lines to standard error, one line each whatever they contain. Safe to use from any
/// thread.
class Log {
 public:
  Log(Level threshold, LogFormat format);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void Write(Level level, std::string_view message, const Facts& facts);
  /// From now on only messages of this level or above, where the level was lower.
  void RaiseThreshold(Level level);
  /// The last lines that were written, oldest first.
  std::vector<std::string> Tail() const;
  /// Keeps one line at the bottom of the terminal, below the log; empty removes it. Only for a
  /// standard error that is a terminal.
  void SetStatusLine(std::string line);

 private:
  struct Sink;
  LogFormat format_;
  std::mutex mutex_;
  std::string status_line_;  ///< Guarded by mutex_.
  std::unique_ptr<Sink> sink_;
};

}  // namespace polyhouse::telemetry
