#include "app/data_dir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace polyhouse {
namespace {

std::string Why(int code) {
  return std::generic_category().message(code);
}

std::string ReadHolder(int file) {
  std::array<char, 32> text{};
  const ssize_t size = pread(file, text.data(), text.size(), 0);
  return size <= 0 ? "unknown" : std::string(text.data(), static_cast<std::size_t>(size));
}

}  // namespace

Result<DataDir> DataDir::Open(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return Make(path);
  return ConfigError("There is no data directory " + path +
                     ": polyhouse up makes one; --data-dir names another.");
}

Result<DataDir> DataDir::Make(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    return ConfigError("The data directory " + path + " cannot be made (" + error.message() +
                       "): choose another with --data-dir, or mend its permissions or disk.");
  }
  const auto absolute = std::filesystem::canonical(path, error);
  if (error || access(absolute.c_str(), W_OK | X_OK) != 0) {
    return ConfigError("The data directory " + path + " cannot be written (" +
                       (error ? error.message() : Why(errno)) +
                       "): choose another with --data-dir, or mend its permissions or disk.");
  }
  return DataDir(absolute.string());
}

Result<RoleLock> RoleLock::Take(const DataDir& dir, std::string_view role) {
  const std::string path = dir.path() + "/" + std::string(role) + ".lock";
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return ConfigError("The data directory " + dir.path() + " cannot be written (" + Why(errno) +
                       "): choose another with --data-dir, or mend its permissions or disk.");
  }
  RoleLock lock(file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    return ConfigError("Another polyhouse (process " + ReadHolder(file) + ") already does \"" +
                       std::string(role) + "\" in " + dir.path() +
                       ": stop it first, or use another --data-dir.");
  }
  const std::string holder = std::to_string(getpid());
  // Only for the sentence above: on a full disk the lock holds all the same.
  if (ftruncate(file, 0) == 0) (void)!pwrite(file, holder.data(), holder.size(), 0);
  return lock;
}

RoleLock::RoleLock(RoleLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

RoleLock::~RoleLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace polyhouse
