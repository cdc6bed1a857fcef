#include "app/doctor/machine_checks.h"

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "app/data_dir.h"
#include "app/doctor/judgements.h"
#include "app/doctor/port_holder.h"
#include "app/environment.h"
#include "app/version.h"
#include "base/number_text.h"
#include "doors/listener.h"
#include "engine/chdb_api.h"

namespace polyhouse {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDirName = "data directory";
constexpr const char* kLibraryName = "engine library";

std::string Why(int code) {
  return std::generic_category().message(code);
}

std::string UserName(uid_t user) {
  std::array<char, 4096> room{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(user, &entry, room.data(), room.size(), &found) == 0 && found != nullptr) {
    return found->pw_name;
  }
  return "user " + std::to_string(user);
}

/// The path, or the nearest folder above it that is there.
std::string NearestThere(const std::string& path) {
  std::error_code ignored;
  fs::path at = fs::absolute(path, ignored);
  while (!fs::exists(at, ignored) && at.has_parent_path() && at != at.parent_path()) {
    at = at.parent_path();
  }
  return at.string();
}

/// What is there of a data directory: itself first.
std::vector<std::string> PartsOf(const std::string& dir) {
  std::vector<std::string> parts = {dir};
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(dir, ignored)) {
    parts.push_back(entry.path().string());
  }
  return parts;
}

Checkup CheckOwners(const std::string& dir) {
  for (const std::string& path : PartsOf(dir)) {
    struct stat facts {};
    if (lstat(path.c_str(), &facts) != 0) continue;
    if (facts.st_uid != geteuid()) {
      return Failed(
          kDirName,
          path + " belongs to " + UserName(facts.st_uid) + ", and this is " + UserName(geteuid()),
          "Run polyhouse as the owner of the data directory, or give all of it to one "
          "user: chown -R " +
              UserName(geteuid()) + " " + dir + ".");
    }
    if (!S_ISLNK(facts.st_mode) && (facts.st_mode & S_IWOTH) != 0) {
      return Failed(kDirName,
                    path + " can be written by everybody",
                    "Run chmod -R o-w " + dir + ": whoever writes there changes tables.");
    }
    if (S_ISSOCK(facts.st_mode) && (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
      return Failed(kDirName,
                    path + ", over which tables can be written, is open to other users",
                    "Run chmod 600 " + path + ".");
    }
  }
  return Passed(kDirName, dir);
}

/// Whether the file system keeps locks. The one that is taken is that of no role.
Checkup CheckLocks(const std::string& path) {
  struct statfs facts {};
  const auto type =
      statfs(path.c_str(), &facts) == 0 ? static_cast<std::uint32_t>(facts.f_type) : 0U;
  Checkup judged = JudgeFileSystem(path, type);
  if (judged.verdict != Verdict::kPass) return judged;
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return judged;
  const bool locks = flock(folder, LOCK_SH | LOCK_NB) == 0 || errno == EWOULDBLOCK;
  const int code = errno;
  close(folder);
  if (locks) return judged;
  return Failed(judged.name,
                path + " cannot be locked (" + Why(code) + ")",
                "Choose a place on a local disk with --data-dir.");
}

Checkup CheckDisk(const std::string& path) {
  struct statvfs facts {};
  if (statvfs(path.c_str(), &facts) != 0) {
    return Failed("disk",
                  "the disk of " + path + " cannot be looked at (" + Why(errno) + ")",
                  "Choose another place with --data-dir.");
  }
  return JudgeDisk(path,
                   {.free_bytes = std::uint64_t{facts.f_bavail} * facts.f_frsize,
                    .files = facts.f_files,
                    .free_files = facts.f_favail,
                    .read_only = (facts.f_flag & ST_RDONLY) != 0});
}

Checkup CheckDir(const std::string& dir, const std::string& there) {
  std::error_code error;
  if (fs::is_directory(dir, error)) {
    const auto opened = DataDir::Open(dir);
    if (!opened) {
      return FailedBy(kDirName,
                      opened.error(),
                      "Choose another with --data-dir, or let " + UserName(geteuid()) +
                          " write there (chown, chmod u+rwx).");
    }
    return CheckOwners(opened->path());
  }
  if (fs::exists(dir, error)) {
    return Failed(kDirName,
                  dir + " is no directory",
                  "Choose another with --data-dir, or remove what is there.");
  }
  if (!fs::is_directory(there, error) || access(there.c_str(), W_OK | X_OK) != 0) {
    return Failed(
        kDirName,
        dir + " cannot be made: " + there + " cannot be written",
        "Choose another with --data-dir, or make it by hand for " + UserName(geteuid()) + ".");
  }
  return Passed(kDirName, "nothing at " + dir + " yet: polyhouse up makes it");
}

/// Where answers of the API are kept, when they are.
Checkup CheckArchive(const std::string& dir) {
  const std::string name = "archive";
  const std::string there = NearestThere(dir);
  std::error_code ignored;
  if (fs::is_directory(there, ignored) && access(there.c_str(), W_OK | X_OK) == 0) {
    return Passed(name, "can be written at " + dir);
  }
  return Failed(
      name,
      "answers of the API are to be kept in " + dir + ", and " + there + " cannot be written",
      "Choose another place with --archive-dir, or leave it out.");
}

/// A number in a file of the kernel's, in front of which stands `name`; zero when there is none.
std::uint64_t NumberIn(const char* path, std::string_view name) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with(name)) continue;
    const auto begin = line.find_first_of("0123456789");
    if (begin == std::string::npos) continue;
    std::uint64_t number = 0;
    const auto end = line.find_first_not_of("0123456789", begin);
    if (ReadNumber(std::string_view(line).substr(begin, end - begin), number)) return number;
  }
  return 0;
}

/// Of the machine, or less where the processes of our group may take no more.
MachineMemory MemoryHere() {
  constexpr std::uint64_t kKilobyte = 1024;
  MachineMemory memory{.total = NumberIn("/proc/meminfo", "MemTotal:") * kKilobyte,
                       .available = NumberIn("/proc/meminfo", "MemAvailable:") * kKilobyte};
  const std::uint64_t most = NumberIn("/sys/fs/cgroup/memory.max", "");
  if (most == 0 || most >= memory.total) return memory;
  const std::uint64_t used = NumberIn("/sys/fs/cgroup/memory.current", "");
  // What files are cached in is given back.
  const std::uint64_t cached = NumberIn("/sys/fs/cgroup/memory.stat", "inactive_file");
  memory.total = most;
  memory.available =
      std::min(memory.available, most - std::min(most, used - std::min(used, cached)));
  return memory;
}

/// In the child: loads it and says how that went.
[[noreturn]] void LoadAndSay(const std::string& library, int out) {
  const auto api = engine::LoadChdb(library);
  const std::string said = api ? "+" : "-" + api.error().message;
  const bool ignored = write(out, said.data(), said.size()) < 0;
  _exit(ignored ? 1 : 0);
}

/// All that comes from the other end before it is closed, as far as it comes in time.
std::string ReadToEnd(int in, std::chrono::milliseconds patience) {
  std::string text;
  std::array<char, 1024> piece{};
  const SteadyTime deadline = SteadyNow() + patience;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyNow()).count();
    pollfd ready{in, POLLIN, 0};
    if (left <= 0 || poll(&ready, 1, static_cast<int>(left)) <= 0) return text;
    const ssize_t size = read(in, piece.data(), piece.size());
    if (size <= 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(size));
  }
}

/// "+", or "-" and what is wrong; anything else when the process that tried has not come so far.
std::string TryLibrary(const std::string& library, std::chrono::milliseconds patience) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return "-" + Why(errno);
  const pid_t child = fork();
  if (child == 0) LoadAndSay(library, ends[1]);
  close(ends[1]);
  const std::string said = child < 0 ? "-" + Why(errno) : ReadToEnd(ends[0], patience);
  close(ends[0]);
  if (child > 0) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  return said;
}

/// Of one address; `set` when somebody has asked for it.
Checkup CheckPort(const std::string& setting, const std::string& address, bool set) {
  const std::string name = setting + " port";
  const auto listener = Listener::OnTcp(address);
  if (listener) return Passed(name, address + " is free");
  std::string flag = setting;
  std::replace(flag.begin(), flag.end(), '_', '-');
  const std::string fix = "Give it another address with --" + flag;
  const auto parts = ParseHostPort(address);
  std::uint16_t port = 0;
  const bool has_port = parts && ReadNumber(parts->port, port);
  // Another reason, such as an address that this machine does not have, is nobody's fault.
  const bool is_held =
      listener.error().message.find(std::strerror(EADDRINUSE)) != std::string::npos;
  const auto holder = has_port && is_held ? FindPortHolder(port) : std::nullopt;
  if (!holder) return FailedBy(name, listener.error(), fix + ".");
  if (holder->is_ours) {
    return Passed(name, address + " is held by our own process " + std::to_string(holder->process));
  }
  const std::string who =
      holder->process == 0 ? "a process of another user"
                           : holder->program + " (process " + std::to_string(holder->process) + ")";
  const std::string found = address + " is held by " + who;
  // By default it may never be used here.
  return set ? Failed(name, found, fix + ", or end that process.") : Warned(name, found, fix + ".");
}

}  // namespace

Checkups CheckDataDir(const Config& config) {
  Checkups checkups;
  if (!config.archive_dir.empty()) checkups.push_back(CheckArchive(config.archive_dir));
  if (HasRedis(config) && HasClickHouse(config)) {
    checkups.push_back(
        Passed(kDirName, "none is needed: streams are in Redis, tables in ClickHouse"));
    return checkups;
  }
  const std::string& dir = config.data_dir;
  const std::string there = NearestThere(dir);
  checkups.push_back(CheckDir(dir, there));
  checkups.push_back(CheckDisk(there));
  std::error_code ignored;
  if (fs::is_directory(there, ignored)) checkups.push_back(CheckLocks(there));
  return checkups;
}

Checkups CheckLimits(const Config& config) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  return {JudgeMemory(MemoryHere(), HasClickHouse(config) ? 0 : config.engine_memory),
          JudgeDescriptors(files.rlim_cur, files.rlim_max)};
}

Checkup CheckLibrary(const Config& config, std::chrono::milliseconds patience) {
  if (HasClickHouse(config)) {
    return Passed(kLibraryName, "none is needed: tables are on a ClickHouse server");
  }
  const std::string library =
      config.engine_library.empty() ? std::string(kBuiltWithLibchdb) : config.engine_library;
  const std::string said = TryLibrary(library, patience);
  if (said == "+") return Passed(kLibraryName, library);
  const std::string fix =
      "Run scripts/engine, which installs it, or set engine.library "
      "(POLYHOUSE_LIBCHDB) to a libchdb.so of 26.7.3 or newer.";
  if (said.starts_with("-")) return FailedBy(kLibraryName, ConfigError(said.substr(1)), fix);
  return Failed(kLibraryName, library + " cannot be loaded: it takes too long, or crashes", fix);
}

Checkups CheckPorts(const LoadedConfig& settings) {
  const Config& config = settings.config;
  Checkups checkups;
  if (!config.listen.empty()) {
    checkups.push_back(
        CheckPort("listen", config.listen, settings.origins.at("listen") != "default"));
  }
  if (!config.metrics_listen.empty()) {
    checkups.push_back(CheckPort("metrics_listen", config.metrics_listen, true));
  }
  if (config.sql_listen.empty() || HasClickHouse(config)) return checkups;
  checkups.push_back(CheckPort("sql_listen", config.sql_listen, true));
  if (checkups.back().verdict != Verdict::kPass || !config.engine_password.empty()) return checkups;
  const auto listener = Listener::OnTcp(config.sql_listen);
  if (listener && listener->reach() == Listener::Reach::kOthers) {
    checkups.back() = Failed("sql_listen port",
                             config.sql_listen +
                                 " is open to other machines, and there is no "
                                 "password",
                             "Set POLYHOUSE_ENGINE_PASSWORD (engine.password), or listen on "
                             "127.0.0.1.");
  }
  return checkups;
}

}  // namespace polyhouse
