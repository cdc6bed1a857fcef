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
  PresenceFiles(std::string directory, milliseconds kept)
      : directory_(std::move(directory)), kept_(kept) {}

  Status Leave(const std::string& role, Sign sign, const std::string& doing) override {
    std::error_code failure;
    std::filesystem::create_directories(directory_, failure);
    if (!std::exchange(has_forgotten_, true)) Forget();
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
      if (Counts(role) && !role.role.ends_with(kHalfWritten)) roles.push_back(std::move(role));
    }
    return roles;
  }

 private:
  bool Counts(const RolePresence& role) const { return role.age.count() >= 0 && role.age < kept_; }

  void Forget() const {
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator(directory_, failure)) {
      if (!Counts(Read(entry.path()))) std::filesystem::remove(entry.path(), failure);
    }
  }

  static RolePresence Read(const std::filesystem::path& path) {
    std::ifstream file(path);
    RolePresence presence{.role = path.filename().string()};
    milliseconds::rep time = 0;
    std::string sign;
    const bool is_sign = static_cast<bool>(file >> time >> sign);
    file.ignore(1);
    presence.doing.assign(std::istreambuf_iterator<char>(file), {});
    if (presence.doing.ends_with('\n')) presence.doing.pop_back();
    presence.age = is_sign ? Uptime() - milliseconds(time) : milliseconds(-1);
    presence.has_ended = sign == "ended";
    return presence;
  }

  std::string directory_;
  milliseconds kept_;
  bool has_forgotten_ = false;
};

}  // namespace

std::unique_ptr<PresenceStore> OpenPresenceFiles(std::string directory, milliseconds kept) {
  return std::make_unique<PresenceFiles>(std::move(directory), kept);
}

}  // namespace polyhouse
