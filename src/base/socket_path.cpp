#include "base/socket_path.h"

#include <fcntl.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace polyhouse {

Result<SocketPath> SocketPath::For(const std::string& path) {
  if (path.size() < sizeof(sockaddr_un::sun_path)) return SocketPath(path, -1);
  const std::filesystem::path whole(path);
  const std::string parent = whole.has_parent_path() ? whole.parent_path().string() : ".";
  const int directory = open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) {
    return ConfigError("cannot open the directory " + parent + ": " +
                       std::generic_category().message(errno));
  }
  return SocketPath("/proc/self/fd/" + std::to_string(directory) + "/" + whole.filename().string(),
                    directory);
}

SocketPath::SocketPath(SocketPath&& other) noexcept
    : name_(std::move(other.name_)), directory_(std::exchange(other.directory_, -1)) {}

SocketPath& SocketPath::operator=(SocketPath&& other) noexcept {
  std::swap(name_, other.name_);
  std::swap(directory_, other.directory_);
  return *this;
}

SocketPath::~SocketPath() {
  if (directory_ >= 0) close(directory_);
}

}  // namespace polyhouse
