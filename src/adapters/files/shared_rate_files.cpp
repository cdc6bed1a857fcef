#include "adapters/files/shared_rate_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <string_view>

#include "base/number_text.h"

namespace polyhouse {
namespace {

using std::chrono::microseconds;

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

  /// Zero when there is none, or what is there was written later than `now`: then the steady clock
  /// has begun anew since, with the machine.
  microseconds ReadTaken(microseconds now) const {
    std::array<char, kSize> text{};
    if (pread(file_, text.data(), text.size(), 0) != kSize) return {};
    const std::string_view line(text.data(), text.size());
    std::int64_t taken = 0;
    std::int64_t written = 0;
    const bool is_ours = ReadNumber(line.substr(0, kDigits), taken) &&
                         ReadNumber(line.substr(kDigits + 1, kDigits), written);
    return is_ours && microseconds(written) <= now ? microseconds(taken) : microseconds(0);
  }

  /// The same length always, so that a shorter number never has old digits behind it.
  bool Write(microseconds taken, microseconds now) const {
    std::array<char, kSize + 1> text{};
    (void)std::snprintf(text.data(),
                        text.size(),
                        "%020lld %020lld\n",
                        static_cast<long long>(taken.count()),
                        static_cast<long long>(now.count()));
    return pwrite(file_, text.data(), kSize, 0) == kSize;
  }

 private:
  static constexpr int kDigits = 20;
  static constexpr int kSize = 2 * kDigits + 2;

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
    // The steady clock is one for all processes of the machine.
    const auto now = std::chrono::floor<microseconds>(clock_.Steady().time_since_epoch());
    if (!file.Write(next_taken(file.ReadTaken(now), now), now)) {
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
