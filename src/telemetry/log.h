#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace polyhouse::telemetry {

/// INFO: lifecycle. WARN: something went wrong, nothing is lost, we go on. ERROR: loss, or a person
/// is needed.
enum class Level { kDebug, kInfo, kWarn, kError };

enum class LogFormat { kText, kJson };

/// Names and values that go with a message.
using Facts = std::vector<std::pair<std::string_view, std::string>>;

/// Writes log lines to standard error, one line each whatever they contain. Of what repeats, so
/// many lines a period: the next one says how many were left out (but
/// of debug, nothing). Safe to use from any thread.
class Log {
 public:
  /// `period`: of the limit on what repeats.
  Log(Level threshold,
      LogFormat format,
      std::chrono::milliseconds period = std::chrono::minutes(1));
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// `message`: the same words for the same thing; what differs is in the facts.
  void Write(Level level, std::string_view message, const Facts& facts);
  /// Lines of one message in one period.
  static constexpr std::uint64_t kMostRepeated = 30;
  /// From now on only messages of this level or above, where the level was lower.
  void RaiseThreshold(Level level);
  /// The last lines that were written, oldest first; of those that say the same of the same the
  /// last.
  std::vector<std::string> Tail() const;
  /// Keeps one line at the bottom of the terminal, below the log; empty removes it. Only for a
  /// standard error that is a terminal.
  void SetStatusLine(std::string line);

 private:
  struct Sink;
  struct Repetition {
    SteadyTime since{};
    std::uint64_t written = 0;
    std::uint64_t left_out = 0;
  };

  /// Whether one more may be written, and how many were left out before it.
  bool Admit(std::string_view message, std::uint64_t& left_out);

  LogFormat format_;
  const std::chrono::milliseconds period_;
  std::mutex mutex_;
  std::map<std::string, Repetition, std::less<>> repetitions_;  ///< Guarded by mutex_, by message.
  std::string status_line_;                                     ///< Guarded by mutex_.
  std::unique_ptr<Sink> sink_;
};

}  // namespace polyhouse::telemetry
