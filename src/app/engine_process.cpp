#include "app/engine_process.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <system_error>

#include "adapters/http/curl_http_client.h"
#include "app/engine_launch.h"
#include "app/exit_code.h"
#include "base/backoff.h"
#include "engine/engine.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookInterval{20};
constexpr milliseconds kStartTimeout{60'000};
/// An engine that ran this long was well: its death is the first again.
constexpr std::chrono::minutes kHealthy{1};
constexpr BackoffPolicy kRestart{milliseconds(200), milliseconds(10'000)};

std::string HowItEnded(int status) {
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return "exit code " + std::to_string(WEXITSTATUS(status));
}

bool WasRefused(int status) {
  return WIFEXITED(status) && WEXITSTATUS(status) == static_cast<int>(ExitCode::kConfig);
}

}  // namespace

EngineProcess::EngineProcess(const Config& config,
                             const DataDir& dir,
                             telemetry::PipelineEvents& events,
                             Clock& clock)
    : config_(config), dir_(dir), events_(events), clock_(clock) {}

EngineProcess::~EngineProcess() = default;

std::optional<Error> EngineProcess::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

Result<int> EngineProcess::Spawn() const {
  std::error_code error;
  const std::string program = config_.engine_program.empty()
                                  ? std::filesystem::read_symlink("/proc/self/exe", error).string()
                                  : config_.engine_program;
  const auto secret = OpenSecret(config_.engine_password);
  if (!secret) return secret.error();
  auto arguments = EngineArguments(config_, dir_, {.listen = listen_, .parent = getpid()});
  arguments.insert(arguments.begin(), program);
  std::vector<std::string> no_variables;
  const std::vector<char*> argv = Pointers(arguments);
  const std::vector<char*> envp = Pointers(no_variables);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, *secret, kSecretDescriptor);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A group of its own: Ctrl-C on the terminal is for us, and we end the engine when the writers
  // have finished.
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  pid_t child = 0;
  const int code =
      posix_spawn(&child, program.c_str(), &files, &attributes, argv.data(), envp.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  close(*secret);
  if (code != 0) {
    return ConfigError("the engine's program " + program +
                       " cannot be started: " + std::generic_category().message(code));
  }
  return child;
}

std::optional<int> EngineProcess::WaitForExit(int child, std::stop_token stop) {
  while (true) {
    int status = 0;
    if (waitpid(child, &status, WNOHANG) == child) return status;
    if (stop.stop_requested()) return {};
    clock_.SleepFor(kLookInterval, stop);
  }
}

void EngineProcess::End(int child) {
  kill(child, SIGTERM);
  const auto deadline = SteadyNow() + engine::kLongestStop + kLookInterval;
  SystemClock clock;
  while (waitpid(child, nullptr, WNOHANG) == 0) {
    if (SteadyNow() > deadline) kill(child, SIGKILL);
    clock.SleepFor(kLookInterval, {});
  }
}

/// Runs on a thread that lives as long as the engine may: the kernel ends the child with the thread
/// that made it.
void EngineProcess::Watch(std::stop_token stop) {
  Jitter jitter(static_cast<std::uint64_t>(getpid()));
  for (std::uint32_t deaths = 1; !stop.stop_requested(); ++deaths) {
    const auto started = SteadyNow();
    const auto child = Spawn();
    std::optional<int> status;
    if (child) status = WaitForExit(*child, stop);
    if (child && !status) return End(*child);
    if (!child || WasRefused(*status)) {
      const std::lock_guard lock(mutex_);
      failure_ = child ? ConfigError("The embedded engine cannot run; its reason is above.")
                       : child.error();
      return;
    }
    if (SteadyNow() - started > kHealthy) deaths = 1;
    const auto wait = BackoffDelay(kRestart, deaths, jitter.Next(), milliseconds(0));
    events_.EngineDied(HowItEnded(*status), wait);
    clock_.SleepFor(wait, stop);
  }
}

Status EngineProcess::Start(std::stop_token stop) {
  const auto started = SteadyNow();
  watcher_ = std::jthread([this](std::stop_token done) { Watch(std::move(done)); });
  const auto http = MakeCurlHttpClient({}, clock_);
  ClickHouseClient client({.unix_socket = dir_.engine_socket()}, *http);
  const SteadyTime deadline = clock_.Steady() + kStartTimeout;
  while (!client.Ping(stop)) {
    if (stop.stop_requested()) return StoppingError();
    if (auto reason = failure()) return *reason;
    if (clock_.Steady() > deadline)
      return TransientError("The embedded engine did not answer within a minute.");
    clock_.SleepFor(milliseconds(10), stop);
  }
  events_.EngineStarted(std::chrono::duration_cast<milliseconds>(SteadyNow() - started));
  return Ok();
}

}  // namespace polyhouse
