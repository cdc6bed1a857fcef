#include "adapters/files/zstd_page_archive.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <system_error>

#include "adapters/files/archive_files.h"
#include "adapters/files/zstd_frame.h"
#include "codec/archive_line.h"
#include "codec/timestamp.h"

namespace polyhouse {
namespace {

/// Names are tried with later milliseconds when they are taken.
constexpr int kAttempts = 1'000;

std::string Why(int code) {
  return std::generic_category().message(code);
}

/// A file that only grows. What fails leaves it as it was.
class GrowingFile {
 public:
  GrowingFile() = default;
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;
  ~GrowingFile() { Close(); }

  /// Zero or an error number.
  int Create(const std::string& path) {
    Close();
    file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    size_ = 0;
    return file_ < 0 ? errno : 0;
  }

  int Append(std::string_view bytes) {
    std::size_t written = 0;
    while (written < bytes.size()) {
      const auto put = pwrite(file_,
                              bytes.data() + written,
                              bytes.size() - written,
                              static_cast<off_t>(size_ + written));
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) return put < 0 ? errno : ENOSPC;
      written += static_cast<std::size_t>(put);
    }
    size_ += written;
    return 0;
  }

  /// What a failure has left behind `size` is written over by what comes next, or cut off here.
  void CutTo(std::uint64_t size) {
    size_ = size;
    (void)!ftruncate(file_, static_cast<off_t>(size));
  }

  int Sync() const { return fdatasync(file_) == 0 ? 0 : errno; }
  std::uint64_t size() const { return size_; }
  bool is_open() const { return file_ >= 0; }

  void Close() {
    if (file_ >= 0) close(file_);
    file_ = -1;
  }

 private:
  int file_ = -1;
  std::uint64_t size_ = 0;
};

class ZstdPageArchive final : public PageArchive {
 public:
  ZstdPageArchive(PageArchiveOptions options, Clock& clock)
      : options_(std::move(options)), clock_(clock) {}

  Status Keep(const ArchivedResponse& response) override {
    const std::string bytes = CompressFrame(response.body);
    if (bytes.empty()) return TransientError("there is no memory to archive an answer");
    ArchivedFrame frame{.version = response.version,
                        .url = std::string(response.url),
                        .status = response.status,
                        .length = bytes.size(),
                        .body_length = response.body.size(),
                        .hash = BodyHash(response.body)};
    const std::lock_guard lock(mutex_);
    if (auto status = EnsureOpen(); !status) return status;
    frame.offset = bodies_.size();
    if (const int code = bodies_.Append(bytes); code != 0) {
      bodies_.CutTo(frame.offset);
      return Failed(code, ".zst");
    }
    auto status = AppendLine(ToLine(frame));
    if (!status) bodies_.CutTo(frame.offset);
    return status;
  }

  Status Note(const StoredNote& note) override {
    const std::lock_guard lock(mutex_);
    if (auto status = EnsureOpen(); !status) return status;
    if (auto status = AppendLine(ToLine(note)); !status) return status;
    return SyncAll();
  }

 private:
  Status EnsureOpen() {
    if (index_.is_open()) {
      if (bodies_.size() < options_.file_bytes) return Ok();
      if (auto status = SyncAll(); !status) return status;
      Close();
    }
    // Files are read in the order of their names, also when the clock is set back.
    Timestamp begun = std::max(clock_.Now(), last_begun_ + std::chrono::milliseconds(1));
    for (int i = 0; i < kAttempts; ++i, begun += std::chrono::milliseconds(1)) {
      file_ = {options_.directory, NameAt(begun), options_.listing, {}};
      int code = bodies_.Create(file_.bodies());
      if (code == 0) code = index_.Create(file_.index());
      last_begun_ = begun;
      if (code == 0) return Ok();
      Close();
      if (code != EEXIST) return Failed(code, ".zst");
    }
    return Failed(EEXIST, ".zst");
  }

  std::string NameAt(Timestamp begun) const {
    std::string stamp = FormatTime(begun);
    std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
    return options_.listing + "-" + stamp + "-" + std::to_string(getpid());
  }

  Status AppendLine(const std::string& line) {
    const auto size = index_.size();
    const int code = index_.Append(line + "\n");
    if (code == 0) return Ok();
    index_.CutTo(size);
    return Failed(code, ".jsonl");
  }

  Status SyncAll() {
    if (const int code = bodies_.Sync(); code != 0) return Failed(code, ".zst");
    if (const int code = index_.Sync(); code != 0) return Failed(code, ".jsonl");
    return Ok();
  }

  void Close() {
    bodies_.Close();
    index_.Close();
  }

  Error Failed(int code, const char* extension) const {
    return TransientError("the archive cannot be written (" + file_.directory + "/" + file_.name +
                          extension + ": " + Why(code) +
                          "): make room or mend the disk, or choose another --archive-dir");
  }

  PageArchiveOptions options_;
  Clock& clock_;
  std::mutex mutex_;        ///< Over everything below.
  Timestamp last_begun_{};  ///< Of the newest file.
  ArchiveFile file_;
  GrowingFile bodies_;
  GrowingFile index_;
};

}  // namespace

Result<std::unique_ptr<PageArchive>> OpenZstdPageArchive(PageArchiveOptions options, Clock& clock) {
  std::error_code error;
  std::filesystem::create_directories(options.directory, error);
  if (!error && access(options.directory.c_str(), W_OK | X_OK) != 0) {
    error = std::error_code(errno, std::generic_category());
  }
  if (error) {
    return ConfigError("The archive directory " + options.directory + " cannot be written (" +
                       error.message() +
                       "): choose another with --archive-dir, or mend its permissions or disk.");
  }
  return std::unique_ptr<PageArchive>(new ZstdPageArchive(std::move(options), clock));
}

}  // namespace polyhouse
