#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace polyhouse {

/// A directory of its own for one test, removed at the end.
class ScratchDir {
 public:
  ScratchDir();
  ScratchDir(const ScratchDir&) = delete;
  ScratchDir& operator=(const ScratchDir&) = delete;
  ~ScratchDir();

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// How a process ended.
struct ProcessEnd {
  int exit_code = -1;  ///< -1 when a signal ended it.
  int signal = 0;
};

/// `polyhouse engine` as a process of its own. Killed when destroyed.
class EngineProcess {
 public:
  /// Starts it on `data_dir`; `arguments` follow --data-dir. Its output goes to files in there.
  EngineProcess(const std::string& data_dir, const std::vector<std::string>& arguments);
  EngineProcess(const EngineProcess&) = delete;
  EngineProcess& operator=(const EngineProcess&) = delete;
  ~EngineProcess();

  /// Waits until it answers /ping on its socket; false when it ended instead or takes over a
  /// minute.
  bool WaitUntilReady();
  void Signal(int number) const;
  /// Waits for its end, and makes one after a minute.
  ProcessEnd WaitForEnd();

  pid_t pid() const { return pid_; }
  std::string socket() const { return data_dir_ + "/engine.sock"; }
  std::string Stdout() const;
  std::string Stderr() const;
  /// A number of kB from /proc/PID/status, such as "VmHWM".
  std::uint64_t StatusKilobytes(const std::string& field) const;

 private:
  bool HasEnded();

  std::string data_dir_;
  pid_t pid_ = -1;
  bool ended_ = false;
  int wait_status_ = 0;
};

/// A TCP port that was free a moment ago.
std::uint16_t FreePort();

/// Looks at a condition again and again until it holds; false when it does not within a minute.
bool WaitFor(const std::function<bool()>& holds);

}  // namespace polyhouse
