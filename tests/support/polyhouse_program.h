#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/child_process.h"

namespace polyhouse {

/// The program under test; its engine is that of POLYHOUSE_PROGRAM, a plain build beside a
/// sanitizer build.
std::string PolyhouseProgram();

/// Puts tables into a data directory that is not there yet, as a first start makes them, and gives
/// its name back: for tests of what comes after. Copied from one that is made once for each build
/// of the program.
std::string WithTables(std::string data_dir);

/// The process id of the engine that `up` has started, from its lock file; 0 when there is none.
int EnginePid(const std::string& data_dir);

/// The real simulator on a port of its own.
class Simulator {
 public:
  /// Starts it and waits until it listens.
  explicit Simulator(const std::vector<std::string>& arguments);

  const std::string& url() const { return url_; }
  /// The body of a GET or POST to it.
  std::string Get(const std::string& target) const;
  std::string Post(const std::string& target) const;
  void Stop();

 private:
  ScratchDir dir_;
  std::unique_ptr<ChildProcess> process_;
  std::string url_;
};

/// The newest block of its chain.
std::uint64_t HeadOf(const Simulator& simulator);

/// `polyhouse` on one data directory, which is made, and one simulator.
class Polyhouse {
 public:
  /// `settings` are flags for every command, such as --redis-url=….
  explicit Polyhouse(std::string data_dir,
                     std::string gamma_url = "http://127.0.0.1:1",
                     std::vector<std::string> settings = {});

  /// The command line of a subcommand with its arguments.
  std::vector<std::string> Command(std::vector<std::string> arguments) const;
  RunResult Run(std::vector<std::string> arguments) const;
  /// The result of a query without its last line break; fails the test when it fails.
  std::string Query(const std::string& sql, const std::string& format = "TabSeparated") const;

  /// An engine for many commands in a row, so that not each of them starts and ends one; it ends
  /// with the object. Where another one answers already, this ends at once.
  [[nodiscard]] std::unique_ptr<ChildProcess> HoldEngine() const;

 private:
  std::string data_dir_;
  std::string gamma_url_;
  std::vector<std::string> settings_;
};

/// A data directory with tables whose engine runs as long as this: one for all tests of a suite.
class HeldEngine {
 public:
  HeldEngine() : engine_(Polyhouse(WithTables(data_dir())).HoldEngine()) {}

  std::string data_dir() const { return dir_ / "data"; }
  /// The next ingester or command begins with no streams and no state.
  void ForgetStreams() const;

 private:
  ScratchDir dir_;
  std::unique_ptr<ChildProcess> engine_;
};

}  // namespace polyhouse
