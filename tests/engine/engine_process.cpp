#include "engine/engine_process.h"

#include <fstream>

#include "engine/http_client.h"
#include "support/polyhouse_program.h"

namespace polyhouse::engine {
namespace {

std::vector<std::string> Command(const std::string& data_dir,
                                 const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {PolyhouseProgram(), "engine", "--data-dir", data_dir};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

}  // namespace

EngineProcess::EngineProcess(const std::string& data_dir,
                             const std::vector<std::string>& arguments,
                             const std::vector<std::string>& environment)
    : data_dir_(data_dir), process_(Command(data_dir, arguments), environment) {}

bool EngineProcess::WaitUntilReady() {
  const auto announced = [this] {
    return Stderr().find("The engine answers") != std::string::npos;
  };
  const auto answers = [this] {
    return HttpClient::OnUnixSocket(socket()).Get("/ping").status == 200;
  };
  return WaitUntil([&] { return process_.HasEnded() || (announced() && answers()); }) &&
         !process_.HasEnded();
}

std::uint64_t EngineProcess::StatusKilobytes(const std::string& field) const {
  std::ifstream status("/proc/" + std::to_string(pid()) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ":")) return std::stoull(line.substr(field.size() + 1));
  }
  return 0;
}

}  // namespace polyhouse::engine
