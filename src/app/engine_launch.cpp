#include "app/engine_launch.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/standard_streams.h"
#include "config/units.h"

namespace polyhouse {
namespace {

std::string Why() {
  return std::generic_category().message(errno);
}

std::string Flag(bool value) {
  return value ? "true" : "false";
}

}  // namespace

std::vector<std::string> EngineArguments(const Config& config,
                                         const DataDir& dir,
                                         const EngineLaunch& launch) {
  std::vector<std::string> arguments = {
      "engine",
      "--config=/dev/null",
      "--data-dir=" + dir.path(),
      "--engine-memory=" + std::to_string(config.engine_memory),
      "--engine-user=" + config.engine_user,
      "--engine-queries=" + std::to_string(config.engine_queries),
      "--engine-reader-time=" + FormatDuration(config.engine_reader_time),
      "--engine-listen-without-wall=" + Flag(config.engine_listen_without_wall),
      "--log-format=" + config.log_format,
      "--log-level=" + (launch.parent == 0 ? config.log_level : "warn"),
      "--secret=" + std::to_string(kSecretDescriptor)};
  if (launch.parent != 0) arguments.push_back("--parent=" + std::to_string(launch.parent));
  if (launch.read_write) arguments.emplace_back("--read-write");
  if (!launch.listen.empty()) arguments.push_back("--listen=" + launch.listen);
  if (!config.engine_library.empty())
    arguments.push_back("--engine-library=" + config.engine_library);
  return arguments;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

Result<int> OpenSecret(const Secret& secret) {
  const int file = memfd_create("secret", MFD_CLOEXEC);
  const std::string& text = secret.Reveal();
  if (file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      lseek(file, 0, SEEK_SET) == 0) {
    return file;
  }
  const Error error = TransientError("The engine's password cannot be passed on: " + Why() + ".");
  if (file >= 0) close(file);
  return error;
}

Result<Secret> TakeSecret(int descriptor) {
  std::string text;
  std::array<char, 4096> piece{};
  ssize_t size = 0;
  while ((size = read(descriptor, piece.data(), piece.size())) > 0) {
    text.append(piece.data(), static_cast<std::size_t>(size));
  }
  if (size < 0) return TransientError("The engine's password cannot be read: " + Why() + ".");
  close(descriptor);
  return Secret(std::move(text));
}

Error BecomeEngine(const Config& config, const DataDir& dir, const EngineLaunch& launch) {
  // First: the secret's descriptor may be one of those that it gives up.
  StandardStreams::GiveBack();
  const auto secret = OpenSecret(config.engine_password);
  if (!secret) return secret.error();
  if (*secret == kSecretDescriptor) {
    // dup2 onto itself would leave it to be closed.
    const int moved = dup(*secret);
    if (moved >= 0) dup2(moved, kSecretDescriptor);
    if (moved >= 0) close(moved);
  } else if (dup2(*secret, kSecretDescriptor) < 0) {
    return TransientError("The engine's password cannot be passed on: " + Why() + ".");
  }
  std::error_code failure;
  std::vector<std::string> arguments = EngineArguments(config, dir, launch);
  arguments.insert(arguments.begin(),
                   std::filesystem::read_symlink("/proc/self/exe", failure).string());
  std::vector<std::string> no_variables;
  execve("/proc/self/exe", Pointers(arguments).data(), Pointers(no_variables).data());
  return TransientError("The engine cannot be started: " + Why() + ".");
}

}  // namespace polyhouse
