#include "support/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <thread>

namespace polyhouse {
namespace {

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Names given later replace the test's own.
std::vector<std::string> MergedEnvironment(const std::vector<std::string>& extra) {
  std::vector<std::string> merged = extra;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    const std::string prefix = text.substr(0, text.find('=') + 1);
    const bool replaced = std::any_of(
        extra.begin(), extra.end(), [&](const auto& own) { return own.starts_with(prefix); });
    if (!replaced) merged.push_back(text);
  }
  // The limits of the real API would keep tests waiting, and so would batches of a second and,
  // where nobody else works, a second look of verify; tests of these set their own. And what the
  // canary and the proof at a backfill's end are served is not stored, which tests that compare
  // with what was served would take for lost.
  for (const char* setting : {"POLYHOUSE_RATE_MARKETS=0",
                              "POLYHOUSE_RATE_EVENTS=0",
                              "POLYHOUSE_WRITER_BATCH_AGE=100ms",
                              "POLYHOUSE_VERIFY_SECOND_LOOK=100ms",
                              "POLYHOUSE_INGEST_PROOF_SAMPLE=0",
                              "POLYHOUSE_INGEST_CANARY_INTERVAL=0s"}) {
    const std::string prefix = std::string(setting).substr(0, std::string(setting).find('=') + 1);
    const bool is_set = std::any_of(
        merged.begin(), merged.end(), [&](const auto& own) { return own.starts_with(prefix); });
    if (!is_set) merged.emplace_back(setting);
  }
  return merged;
}

}  // namespace

ChildProcess::ChildProcess(std::vector<std::string> command, std::vector<std::string> environment) {
  auto variables = MergedEnvironment(environment);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  const std::string out = output_ / "stdout";
  const std::string err = output_ / "stderr";
  posix_spawn_file_actions_addopen(
      &actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(
      &actions, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int code = posix_spawnp(&pid_,
                                command.front().c_str(),
                                &actions,
                                nullptr,
                                Pointers(command).data(),
                                Pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  if (code != 0) throw std::runtime_error("cannot start " + command.front());
}

ChildProcess::~ChildProcess() {
  if (HasEnded()) return;
  Signal(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

bool ChildProcess::HasEnded() {
  int status = 0;
  if (!wait_status_ && waitpid(pid_, &status, WNOHANG) == pid_) wait_status_ = status;
  return wait_status_.has_value();
}

ProcessEnd ChildProcess::Wait(std::chrono::milliseconds patience) {
  if (!WaitUntil([this] { return HasEnded(); }, patience)) {
    Signal(SIGKILL);
    WaitUntil([this] { return HasEnded(); });
  }
  const int status = wait_status_.value_or(0);
  if (WIFEXITED(status)) return {WEXITSTATUS(status), 0};
  return {-1, WTERMSIG(status)};
}

void ChildProcess::Signal(int number) const {
  kill(pid_, number);
}
std::string ChildProcess::Stdout() const {
  return ReadFile(output_ / "stdout");
}
std::string ChildProcess::Stderr() const {
  return ReadFile(output_ / "stderr");
}

RunResult RunToEnd(std::vector<std::string> command, std::vector<std::string> environment) {
  ChildProcess process(std::move(command), std::move(environment));
  const ProcessEnd end = process.Wait();
  return {end.exit_code, process.Stdout(), process.Stderr()};
}

bool WaitUntil(const std::function<bool()>& condition,
               std::chrono::milliseconds patience,
               std::chrono::milliseconds longest_rest) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    const auto asked = std::chrono::steady_clock::now();
    if (condition()) return true;
    const auto answered = std::chrono::steady_clock::now();
    if (answered > deadline) return false;
    // Asking may cost a process: it shall not take the machine from those who are waited for.
    std::this_thread::sleep_for(std::clamp<std::chrono::nanoseconds>(
        2 * (answered - asked), std::chrono::milliseconds(5), longest_rest));
  }
}

}  // namespace polyhouse
