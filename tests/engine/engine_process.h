#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "support/child_process.h"

namespace polyhouse::engine {

/// `polyhouse engine` as a process of its own. Killed when destroyed.
class EngineProcess {
 public:
  /// Starts it on `data_dir`; `arguments` follow --data-dir, `environment` entries are
  /// "NAME=value".
  EngineProcess(const std::string& data_dir,
                const std::vector<std::string>& arguments,
                const std::vector<std::string>& environment = {});

  /// Waits until it has said where it answers, and answers /ping on its socket; false when it ended
  /// instead or takes over a minute.
  bool WaitUntilReady();
  void Signal(int number) const { process_.Signal(number); }
  bool HasEnded() { return process_.HasEnded(); }
  /// Waits for its end, and makes one when it does not come.
  ProcessEnd WaitForEnd() { return process_.Wait(); }

  pid_t pid() const { return process_.pid(); }
  std::string socket() const { return data_dir_ + "/engine.sock"; }
  std::string Stdout() const { return process_.Stdout(); }
  std::string Stderr() const { return process_.Stderr(); }
  /// A number of kB from /proc/PID/status, such as "VmHWM".
  std::uint64_t StatusKilobytes(const std::string& field) const;

 private:
  std::string data_dir_;
  ChildProcess process_;
};

}  // namespace polyhouse::engine
