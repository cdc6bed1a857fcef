#include "app/doctor/doctor.h"

#include <functional>
#include <thread>

#include "app/doctor/database_checks.h"
#include "app/doctor/machine_checks.h"
#include "app/doctor/net_checks.h"
#include "app/doctor/setting_checks.h"
#include "app/doctor/stream_checks.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

/// For all that is asked, together.
constexpr milliseconds kPatience{15'000};

/// A stop that comes when its time is up, or with another one.
class Deadline {
 public:
  Deadline(milliseconds patience, Clock& clock, const std::stop_token& earlier)
      : with_(earlier, [this] { source_.request_stop(); }),
        timer_([this, patience, &clock](const std::stop_token& done) {
          clock.SleepFor(patience, done);
          source_.request_stop();
        }) {}

  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::stop_callback<std::function<void()>> with_;
  std::jthread timer_;
};

void Append(Checkups& all, Checkups more) {
  for (Checkup& checkup : more) all.push_back(std::move(checkup));
}

/// Does all of it at once; the answers come in the order of the checks.
Checkups AskSideBySide(const std::vector<NetCheck>& checks, const std::stop_token& stop) {
  std::vector<Checkups> answers(checks.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < checks.size(); ++i) {
      threads.emplace_back(
          [&check = checks[i], &answer = answers[i], &stop] { answer = check(stop); });
    }
  }
  Checkups all;
  for (Checkups& answer : answers) Append(all, std::move(answer));
  return all;
}

}  // namespace

Checkups Examine(CommandContext& context) {
  const Config& config = context.config();
  // One that cannot be used is told by its own check.
  const auto opened = OpenDataDir(config, DataDirUse::kLook);
  const std::optional<DataDir> dir = opened ? *opened : std::nullopt;
  const Environment environment{config, dir, context.events, context.clock};
  // First, while there are no threads: it makes a process.
  Checkup library = CheckLibrary(config, kPatience);

  Checkups all = CheckSettings(context.settings, context.problems, environment);
  Append(all, CheckSecrets(context.settings));
  Append(all, CheckDataDir(config));
  Append(all, CheckLimits(config));
  all.push_back(std::move(library));
  Append(all, CheckPorts(context.settings));

  std::vector<NetCheck> checks;
  if (HasRedis(config)) {
    checks.emplace_back([&](const std::stop_token&) { return CheckRedis(environment); });
  }
  checks.emplace_back([&](const std::stop_token& stop) { return CheckStreams(environment, stop); });
  checks.emplace_back(
      [&](const std::stop_token& stop) { return CheckDatabase(environment, stop); });
  for (NetCheck& check : NetChecks(environment)) checks.push_back(std::move(check));
  const Deadline deadline(kPatience, context.clock, context.signals.stop_token());
  Append(all, AskSideBySide(checks, deadline.token()));

  Blot(all, SecretsOf(config));
  return all;
}

}  // namespace polyhouse
