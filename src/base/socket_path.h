#pragma once

#include <string>

#include "base/result.h"

namespace polyhouse {

/// A name by which a Unix socket can be bound or reached whatever the length of its path: the
/// kernel takes 107 bytes at most (unix(7)), so a longer path is reached through its open directory
/// under /proc/self/fd. Keep it alive as long as `name()` is used. Movable, not copyable.
class SocketPath {
 public:
  /// Opens the directory when the path is too long; kConfig when that directory cannot be opened.
  static Result<SocketPath> For(const std::string& path);

  SocketPath(SocketPath&& other) noexcept;
  SocketPath& operator=(SocketPath&& other) noexcept;
  ~SocketPath();

  const std::string& name() const { return name_; }

 private:
  SocketPath(std::string name, int directory) : name_(std::move(name)), directory_(directory) {}

  std::string name_;
  int directory_ = -1;
};

}  // namespace polyhouse
