#include "app/embedded_streams.h"

#include "adapters/files/presence_files.h"
#include "adapters/files/shared_rate_files.h"
#include "adapters/sqlite/sqlite_streams.h"

namespace polyhouse {
namespace {

/// The process holds the role's lock as long as it lives, so nothing can be lost.
class LockedRole final : public RoleClaim {
 public:
  explicit LockedRole(std::string file) : file_(std::move(file)) {}

  std::stop_token lost() const override { return {}; }
  Result<std::unique_ptr<StreamWriter>> OpenWriter() override {
    return OpenSqliteStreamWriter(file_);
  }

 private:
  std::string file_;
};

class EmbeddedStreams final : public Streams {
 public:
  EmbeddedStreams(const Environment& environment, std::vector<RoleLock> locks)
      : environment_(environment), locks_(std::move(locks)) {}

  Result<std::unique_ptr<RoleClaim>> Claim(const std::string&, std::stop_token) override {
    return std::make_unique<LockedRole>(file());
  }
  std::string consumer() const override {
    const std::string& consumer = environment_.config.consumer;
    // One process writes, under whatever name its machine has.
    return consumer.empty() ? "writer-1" : consumer;
  }
  Result<std::unique_ptr<StreamReader>> OpenReader(const StreamName& stream,
                                                   const GroupName& group,
                                                   PositionStore*) override {
    return OpenSqliteStreamReader(
        {.path = file(), .stream = stream, .group = group, .consumer = ConsumerName(consumer())},
        environment_.clock);
  }
  Result<std::unique_ptr<StreamAdmin>> OpenAdmin() override {
    return OpenSqliteStreamAdmin(file());
  }
  Result<std::unique_ptr<StreamWriter>> OpenToolWriter() override {
    return OpenSqliteStreamWriter(file());
  }
  Result<std::unique_ptr<RateStore>> OpenRates() override {
    return OpenSharedRateFiles(environment_.dir->rates_dir(), environment_.clock);
  }
  std::unique_ptr<PresenceStore> OpenPresence() override {
    return OpenPresenceFiles(environment_.dir->presence_dir());
  }
  std::unique_ptr<PresenceStore> OpenReports() override {
    return OpenPresenceFiles(environment_.dir->reports_dir(), kReportKept);
  }

 private:
  std::string file() const { return environment_.dir->streams_file(); }

  Environment environment_;
  std::vector<RoleLock> locks_;
};

}  // namespace

Result<std::unique_ptr<Streams>> OpenEmbeddedStreams(const Environment& environment,
                                                     const std::vector<std::string>& roles) {
  std::vector<RoleLock> locks;
  for (const std::string& role : roles) {
    auto lock = RoleLock::Take(*environment.dir, role);
    if (!lock) return std::move(lock).error();
    locks.push_back(std::move(*lock));
  }
  return std::make_unique<EmbeddedStreams>(environment, std::move(locks));
}

}  // namespace polyhouse
