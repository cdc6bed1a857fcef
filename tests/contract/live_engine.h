#pragma once

#include <memory>
#include <optional>
#include <string>

#include "support/child_process.h"
#include "support/scratch_dir.h"

namespace polyhouse {

/// `polyhouse engine` on a directory of its own, on its Unix socket and on a TCP port. It and
/// everything in it end with the object.
class LiveEngine {
 public:
  /// Starts it and waits until it listens; throws when it does not.
  LiveEngine();

  std::string socket() const { return dir_ / "engine.sock"; }
  const std::string& url() const { return url_; }
  pid_t pid() const { return process_->pid(); }
  /// Makes a database with our tables by `polyhouse schema apply`; throws when that fails.
  void ApplySchema(const std::string& database) const;
  void Kill();
  /// After Kill: on the same directory and port.
  void Restart();

 private:
  void Start(const std::string& address);

  ScratchDir dir_;
  std::unique_ptr<ChildProcess> process_;
  std::string url_;
};

}  // namespace polyhouse
