#include "app/doctor/port_holder.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

#include "base/number_text.h"

namespace polyhouse {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kListening = "0A";

/// The sockets that listen on the port, as links in /proc name them: "socket:[12345]".
std::set<std::string> ListenersOn(std::uint16_t port) {
  std::set<std::string> sockets;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream lines(table);
    std::string line;
    while (std::getline(lines, line)) {
      std::istringstream fields(line);
      std::string number;
      std::string local;
      std::string remote;
      std::string state;
      std::string skipped;
      std::string socket;
      fields >> number >> local >> remote >> state;
      for (int i = 0; i < 5; ++i) fields >> skipped;
      fields >> socket;
      std::uint16_t at = 0;
      const auto colon = local.rfind(':');
      if (state != kListening || colon == std::string::npos) continue;
      if (ReadNumber(std::string_view(local).substr(colon + 1), at, 16) && at == port) {
        sockets.insert("socket:[" + socket + "]");
      }
    }
  }
  return sockets;
}

bool HoldsOne(const fs::path& process, const std::set<std::string>& sockets) {
  std::error_code failure;
  for (const auto& file : fs::directory_iterator(process / "fd", failure)) {
    std::error_code gone;
    if (sockets.contains(fs::read_symlink(file.path(), gone).string())) return true;
  }
  return false;
}

/// What its program file is called, also when that was replaced meanwhile.
std::string ProgramOf(const fs::path& process) {
  std::error_code failure;
  std::string program = fs::read_symlink(process / "exe", failure).filename().string();
  return program.substr(0, program.find(' '));
}

}  // namespace

std::optional<PortHolder> FindPortHolder(std::uint16_t port) {
  const auto sockets = ListenersOn(port);
  if (sockets.empty()) return std::nullopt;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator("/proc", failure)) {
    PortHolder holder;
    if (!ReadNumber(entry.path().filename().string(), holder.process)) continue;
    if (!HoldsOne(entry.path(), sockets)) continue;
    holder.program = ProgramOf(entry.path());
    holder.is_ours = holder.program == ProgramOf("/proc/self");
    return holder;
  }
  return PortHolder{};
}

}  // namespace polyhouse
