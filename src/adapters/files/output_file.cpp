#include "adapters/files/output_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace polyhouse {
namespace {

/// So much is sent to the disk at once, so that not all of it is left for the end.
constexpr std::uint64_t kOnItsWay = 16U << 20U;

Error Cannot(const std::string& what, int code) {
  std::string hint;
  if (code == ENOENT) hint = ": make its folder first";
  if (code == ENOSPC || code == EDQUOT) hint = ": make room, or write to another disk";
  return ConfigError(what + ": " + std::strerror(code) + hint);
}

Error IsThere(const std::string& path) {
  return ConfigError(path + " is there already: choose another name, or say --force to replace it");
}

std::string FolderOf(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// A name in a folder is on the disk when the folder is.
Status SyncFolder(const std::string& path) {
  const int folder = open(FolderOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return Cannot(FolderOf(path) + " cannot be opened", errno);
  const int failed = fsync(folder) == 0 ? 0 : errno;
  close(folder);
  // Some file systems have no such thing for folders.
  if (failed != 0 && failed != EINVAL) return Cannot(FolderOf(path) + " cannot be synced", failed);
  return Ok();
}

}  // namespace

struct OutputFile::Hash {
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> state{XXH3_createState()};

  Hash() { XXH3_128bits_reset(state.get()); }
};

OutputFile::OutputFile(std::string path, Existing existing, int file)
    : path_(std::move(path)),
      partial_(path_ + ".partial"),
      existing_(existing),
      file_(file),
      hash_(std::make_unique<Hash>()) {}

Result<std::unique_ptr<OutputFile>> OutputFile::Create(const std::string& path, Existing existing) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return ConfigError(path + " is a directory: name a file in it, or say --partition");
  }
  if (existing == Existing::kRefuse && std::filesystem::exists(path, error)) return IsThere(path);
  const std::string partial = path + ".partial";
  const int file = open(partial.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (file < 0) return Cannot(path + " cannot be written", errno);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    close(file);
    return ConfigError("another process is writing " + path + ": wait for it");
  }
  std::unique_ptr<OutputFile> output(new OutputFile(path, existing, file));
  // What a process has left that was killed.
  if (ftruncate(file, 0) != 0) return Cannot(partial + " cannot be emptied", errno);
  return output;
}

OutputFile::~OutputFile() {
  if (file_ < 0) return;
  unlink(partial_.c_str());
  close(file_);
}

Status OutputFile::Write(std::string_view bytes) {
  XXH3_128bits_update(hash_->state.get(), bytes.data(), bytes.size());
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Cannot(path_ + " cannot be written", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (bytes_ - sent_ >= kOnItsWay) {
    // A hint: what it cannot do, Commit does and reports.
    sync_file_range(file_,
                    static_cast<off_t>(sent_),
                    static_cast<off_t>(bytes_ - sent_),
                    SYNC_FILE_RANGE_WRITE);
    sent_ = bytes_;
  }
  return Ok();
}

Status OutputFile::Commit() {
  if (fsync(file_) != 0) return Cannot(path_ + " cannot be written", errno);
  const unsigned flags = existing_ == Existing::kRefuse ? RENAME_NOREPLACE : 0;
  int failed =
      renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, path_.c_str(), flags) == 0 ? 0 : errno;
  if (failed == EEXIST) return IsThere(path_);
  // A file system that cannot refuse by itself.
  if (failed == EINVAL) failed = rename(partial_.c_str(), path_.c_str()) == 0 ? 0 : errno;
  if (failed != 0) return Cannot(path_ + " cannot be named", failed);
  close(file_);
  file_ = -1;
  return SyncFolder(path_);
}

std::string OutputFile::hash() const {
  XXH128_canonical_t bytes;
  XXH128_canonicalFromHash(&bytes, XXH3_128bits_digest(hash_->state.get()));
  std::array<char, 33> text{};
  for (std::size_t i = 0; i < sizeof bytes.digest; ++i) {
    std::snprintf(text.data() + 2 * i, 3, "%02x", static_cast<unsigned>(bytes.digest[i]));
  }
  return text.data();
}

Status WriteWholeFile(const std::string& path, std::string_view text) {
  auto file = OutputFile::Create(path, OutputFile::Existing::kReplace);
  if (!file) return std::move(file).error();
  if (auto status = (*file)->Write(text); !status) return status;
  return (*file)->Commit();
}

}  // namespace polyhouse
