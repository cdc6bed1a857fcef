#include "engine/engine_process.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/http_client.h"

namespace polyhouse {
namespace {

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void SendTo(const std::string& path, int descriptor) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(file, descriptor);
  close(file);
}

}  // namespace

ScratchDir::ScratchDir() {
  std::string pattern = std::filesystem::temp_directory_path() / "polyhouse-engine-XXXXXX";
  path_ = mkdtemp(pattern.data());
}

ScratchDir::~ScratchDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

EngineProcess::EngineProcess(const std::string& data_dir, const std::vector<std::string>& arguments)
    : data_dir_(data_dir) {
  std::vector<std::string> command = {POLYHOUSE_PROGRAM, "engine", "--data-dir", data_dir};
  command.insert(command.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (auto& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::filesystem::create_directories(data_dir);
  pid_ = fork();
  if (pid_ != 0) return;
  SendTo(data_dir + "/stdout.txt", STDOUT_FILENO);
  SendTo(data_dir + "/stderr.txt", STDERR_FILENO);
  execv(argv[0], argv.data());
  _exit(127);
}

EngineProcess::~EngineProcess() {
  if (HasEnded()) return;
  Signal(SIGKILL);
  WaitForEnd();
}

bool EngineProcess::WaitUntilReady() {
  const auto answers = [this] {
    return HttpClient::OnUnixSocket(socket()).Get("/ping").status == 200;
  };
  return WaitFor([&] { return HasEnded() || answers(); }) && !HasEnded();
}

void EngineProcess::Signal(int number) const {
  kill(pid_, number);
}

bool EngineProcess::HasEnded() {
  if (!ended_) ended_ = waitpid(pid_, &wait_status_, WNOHANG) == pid_;
  return ended_;
}

ProcessEnd EngineProcess::WaitForEnd() {
  if (!WaitFor([this] { return HasEnded(); })) Signal(SIGKILL);
  if (!ended_) waitpid(pid_, &wait_status_, 0);
  ended_ = true;
  if (WIFSIGNALED(wait_status_)) return {-1, WTERMSIG(wait_status_)};
  return {WEXITSTATUS(wait_status_), 0};
}

std::string EngineProcess::Stdout() const {
  return ReadFile(data_dir_ + "/stdout.txt");
}

std::string EngineProcess::Stderr() const {
  return ReadFile(data_dir_ + "/stderr.txt");
}

std::uint64_t EngineProcess::StatusKilobytes(const std::string& field) const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ":")) return std::stoull(line.substr(field.size() + 1));
  }
  return 0;
}

std::uint16_t FreePort() {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  if (bind(probe, reinterpret_cast<const sockaddr*>(&address), length) != 0 ||
      getsockname(probe, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    address.sin_port = 0;
  }
  close(probe);
  return ntohs(address.sin_port);
}

bool WaitFor(const std::function<bool()>& holds) {
  constexpr int kTries = 3000;
  constexpr int kPauseMilliseconds = 20;
  for (int i = 0; i < kTries; ++i) {
    if (holds()) return true;
    poll(nullptr, 0, kPauseMilliseconds);
  }
  return false;
}

}  // namespace polyhouse
