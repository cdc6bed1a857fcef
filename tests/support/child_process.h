#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "support/scratch_dir.h"

namespace polyhouse {

/// How a process ended.
struct ProcessEnd {
  int exit_code = -1;  ///< -1 when a signal ended it.
  int signal = 0;
};

/// A real program as a child of the test, its output in files of its own. Killed with SIGKILL when
/// destroyed.
class ChildProcess {
 public:
  /// `environment` entries are "NAME=value" and come on top of the test's own.
  explicit ChildProcess(std::vector<std::string> command,
                        std::vector<std::string> environment = {});
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  bool HasEnded();
  /// Waits for the end, at most a generous minute or what is given; kills it then and says
  /// signal 9.
  ProcessEnd Wait(std::chrono::milliseconds patience = std::chrono::minutes(2));
  void Signal(int number) const;
  std::string Stdout() const;
  std::string Stderr() const;

 private:
  ScratchDir output_;
  pid_t pid_ = -1;
  std::optional<int> wait_status_;
};

/// A finished run.
struct RunResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};
RunResult RunToEnd(std::vector<std::string> command, std::vector<std::string> environment = {});

/// Looks at a condition again and again until it holds; false when `patience` ran out first.
bool WaitUntil(const std::function<bool()>& condition,
               std::chrono::milliseconds patience = std::chrono::minutes(1),
               std::chrono::milliseconds longest_rest = std::chrono::milliseconds(300));

}  // namespace polyhouse
