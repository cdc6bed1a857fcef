#include "adapters/files/presence_files.h"

#include <filesystem>
#include <fstream>
#include <string_view>

#include "base/clock.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kHalfWritten = ".new";

milliseconds Uptime() {
  return std::chrono::duration_cast<milliseconds>(SteadyNow().time_since_epoch());
}

class PresenceFiles final : public PresenceStore {
 public:
  explicit PresenceFiles(std::string directory) : directory_(std::move(directory)) {}

  Status Leave(const std::string& role, Sign sign, const std::string& doing) override {
    std::error_code failure;
    std::filesystem::create_directories(directory_, failure);
    const std::string path = directory_ + "/" + role;
    const std::string fresh = path + std::string(kHalfWritten);
    std::ofstream file(fresh, std::ios::trunc);
    file << Uptime().count() << (sign == Sign::kEnded ? " ended " : " alive ") << doing << '\n';
    file.close();
    if (!file) return TransientError("cannot write " + fresh);
    std::filesystem::rename(fresh, path, failure);
    return failure ? TransientError(path + ": " + failure.message()) : Ok();
  }

  Result<std::vector<RolePresence>> All() override {
    std::vector<RolePresence> roles;
    std::error_code failure;
    // Without the directory, nobody has left a sign yet.
    for (const auto& entry : std::filesystem::directory_iterator(directory_, failure)) {
      auto role = Read(entry.path());
      const bool counts = role.age.count() >= 0 && role.age < kPresenceKept;
      if (counts && !role.role.ends_with(kHalfWritten)) roles.push_back(std::move(role));
    }
    return roles;
  }

 private:
  static RolePresence Read(const std::filesystem::path& path) {
    std::ifstream file(path);
    RolePresence presence{.role = path.filename().string()};
    milliseconds::rep time = 0;
    std::string sign;
    const bool is_sign = static_cast<bool>(file >> time >> sign);
    file.ignore(1);
    std::getline(file, presence.doing);
    presence.age = is_sign ? Uptime() - milliseconds(time) : milliseconds(-1);
    presence.has_ended = sign == "ended";
    return presence;
  }

  std::string directory_;
};

}  // namespace

std::unique_ptr<PresenceStore> OpenPresenceFiles(std::string directory) {
  return std::make_unique<PresenceFiles>(std::move(directory));
}

}  // namespace polyhouse
