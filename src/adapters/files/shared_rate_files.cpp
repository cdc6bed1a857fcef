#include "adapters/files/shared_rate_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <mutex>
#include <string_view>

namespace polyhouse {
namespace {

using std::chrono::microseconds;

/// Slots taken further ahead than this are a clock that was set back.
constexpr microseconds kFarthest = std::chrono::hours(24);

/// A file that is open and locked until it goes.
class LockedFile {
 public:
  explicit LockedFile(const std::string& path)
      : file_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    while (file_ >= 0 && flock(file_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~LockedFile() {
    if (file_ >= 0) close(file_);
  }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;

  bool is_open() const { return file_ >= 0; }

  /// Zero when there is none, or no number.
  microseconds Read() const {
    std::array<char, 32> text{};
    const auto size = pread(file_, text.data(), text.size(), 0);
    std::int64_t number = 0;
    if (size > 0) std::from_chars(text.data(), text.data() + size, number);
    return microseconds(number);
  }

  bool Write(microseconds time) const {
    // The same length always, so that a shorter number never has old digits behind it.
    std::array<char, 32> text{};
    const int size =
        std::snprintf(text.data(), text.size(), "%020lld\n", static_cast<long long>(time.count()));
    return pwrite(file_, text.data(), static_cast<std::size_t>(size), 0) == size;
  }

 private:
  int file_;
};

class SharedRateFiles final : public RateStore {
 public:
  SharedRateFiles(std::string directory, Clock& clock)
      : directory_(std::move(directory)), clock_(clock) {}

  Result<microseconds> TakeSlot(const std::string& bucket, const SlotRate& rate) override {
    microseconds wait{};
    auto status = Change(bucket, [&](microseconds taken, microseconds now) {
      const microseconds next = std::max(taken, now) + rate.interval;
      wait = std::max(microseconds(0), next - rate.interval * rate.burst - now);
      return next;
    });
    if (!status) return std::move(status).error();
    return wait;
  }

  Status HoldBack(const std::string& bucket, microseconds pause) override {
    return Change(
        bucket, [&](microseconds taken, microseconds now) { return std::max(taken, now + pause); });
  }

 private:
  template <class NextTaken>
  Status Change(const std::string& bucket, NextTaken next_taken) {
    const std::lock_guard lock(mutex_);
    std::string name = bucket;
    std::replace(name.begin(), name.end(), '/', '-');
    const std::string path = directory_ + "/" + name;
    const LockedFile file(path);
    if (!file.is_open()) return TransientError(path + ": " + std::strerror(errno));
    const microseconds now = clock_.Now().time_since_epoch();
    microseconds taken = file.Read();
    if (taken > now + kFarthest) taken = now;
    if (!file.Write(next_taken(taken, now))) {
      return TransientError(path + ": " + std::strerror(errno));
    }
    return Ok();
  }

  std::string directory_;
  Clock& clock_;
  std::mutex mutex_;  ///< Descriptors of one process would each have the lock in turn anyway.
};

}  // namespace

Result<std::unique_ptr<RateStore>> OpenSharedRateFiles(const std::string& directory, Clock& clock) {
  if (mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) {
    return ConfigError("cannot make " + directory + ": " + std::strerror(errno));
  }
  return std::unique_ptr<RateStore>(new SharedRateFiles(directory, clock));
}

}  // namespace polyhouse
