#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace polyhouse {

/// The directory of embedded mode and where things are in it.
class DataDir {
 public:
  /// Makes the directory if need be. kConfig with a sentence when it cannot be made or written.
  static Result<DataDir> Make(const std::string& path);
  /// For what only looks: kConfig as well when there is no such directory.
  static Result<DataDir> Open(const std::string& path);

  const std::string& path() const { return path_; }
  std::string streams_file() const { return path_ + "/streams.db"; }
  std::string tables_dir() const { return path_ + "/tables"; }
  std::string rates_dir() const { return path_ + "/rates"; }
  std::string presence_dir() const { return path_ + "/presence"; }
  std::string reports_dir() const { return path_ + "/reports"; }
  std::string engine_socket() const { return path_ + "/engine.sock"; }

 private:
  explicit DataDir(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

/// Holds the right to play one role on a data directory; gone when the process ends, however it
/// ends.
class RoleLock {
 public:
  /// kConfig when another process plays the role, naming its process id.
  static Result<RoleLock> Take(const DataDir& dir, std::string_view role);

  RoleLock(RoleLock&& other) noexcept;
  RoleLock& operator=(RoleLock&&) = delete;
  ~RoleLock();

 private:
  explicit RoleLock(int file) : file_(file) {}

  int file_;
};

}  // namespace polyhouse
