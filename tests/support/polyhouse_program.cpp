#include "support/polyhouse_program.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace polyhouse {

std::string PolyhouseProgram() {
  // So that one build of the tests can try another build of the program.
  const char* const other = std::getenv("TEST_PROGRAM");
  return other == nullptr ? POLYHOUSE_PROGRAM : other;
}

namespace {

/// A data directory with tables, made once for each build of the program, whichever test is first.
std::string TablesOfThisBuild() {
  namespace fs = std::filesystem;
  const auto built = fs::last_write_time(PolyhouseProgram()).time_since_epoch().count();
  const fs::path all = TABLES_DIR;
  const fs::path place =
      all / (std::to_string(built) + "-" + std::to_string(fs::file_size(PolyhouseProgram())));
  if (fs::exists(place)) return place;
  fs::create_directories(all);
  std::string made = (all / "made-XXXXXX").string();
  if (mkdtemp(made.data()) == nullptr) throw std::runtime_error("cannot make " + made);
  const RunResult applied = RunToEnd({PolyhouseProgram(), "--data-dir", made, "schema", "apply"});
  if (applied.exit_code != 0) throw std::runtime_error("no tables: " + applied.err);
  fs::remove(fs::path(made) / "engine.lock");  // It names a process that is no more.
  std::error_code was_quicker;
  fs::rename(made, place, was_quicker);
  if (was_quicker) fs::remove_all(made);
  return place;
}

}  // namespace

std::string WithTables(std::string data_dir) {
  std::filesystem::copy(
      TablesOfThisBuild(),
      data_dir,
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks);
  return data_dir;
}

int EnginePid(const std::string& data_dir) {
  const std::string pid = ReadFile(data_dir + "/engine.lock");
  return std::atoi(pid.c_str());  // NOLINT(cert-err34-c): 0 is the answer for junk.
}

Simulator::Simulator(const std::vector<std::string>& arguments) {
  const std::string port_file = dir_ / "port";
  std::vector<std::string> command = {SIMULATOR_PROGRAM, "--port-file", port_file};
  command.insert(command.end(), arguments.begin(), arguments.end());
  process_ = std::make_unique<ChildProcess>(command);
  const bool ready =
      WaitUntil([&] { return process_->HasEnded() || !ReadFile(port_file).empty(); });
  if (!ready || process_->HasEnded())
    throw std::runtime_error("the simulator did not start: " + process_->Stderr());
  std::string port = ReadFile(port_file);
  while (port.ends_with('\n')) port.pop_back();
  url_ = "http://127.0.0.1:" + port;
}

std::string Simulator::Get(const std::string& target) const {
  return RunToEnd({"curl", "-sS", url_ + target}).out;
}

/// Programs of tests run side by side: none takes the page's usual address unless it is told to.
const bool kWithoutPage = setenv("POLYHOUSE_LISTEN", "", 1) == 0;

std::string Simulator::Post(const std::string& target) const {
  return RunToEnd({"curl", "-sS", "-X", "POST", url_ + target}).out;
}

void Simulator::Stop() {
  process_->Signal(SIGTERM);
  process_->Wait();
}

std::uint64_t HeadOf(const Simulator& simulator) {
  const std::string chain = simulator.Get("/simulator/chain");
  const std::string key = "\"head\":";
  return std::stoull(chain.substr(chain.find(key) + key.size()));
}

Polyhouse::Polyhouse(std::string data_dir, std::string gamma_url, std::vector<std::string> settings)
    : data_dir_(std::move(data_dir)),
      gamma_url_(std::move(gamma_url)),
      settings_(std::move(settings)) {
  std::filesystem::create_directories(data_dir_);
}

std::vector<std::string> Polyhouse::Command(std::vector<std::string> arguments) const {
  std::vector<std::string> command = {
      PolyhouseProgram(), "--data-dir", data_dir_, "--gamma-url", gamma_url_};
  command.insert(command.end(), settings_.begin(), settings_.end());
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

RunResult Polyhouse::Run(std::vector<std::string> arguments) const {
  return RunToEnd(Command(std::move(arguments)));
}

std::string Polyhouse::Query(const std::string& sql, const std::string& format) const {
  RunResult result = Run({"query", sql, "--write", "--format", format});
  EXPECT_EQ(result.exit_code, 0) << sql << "\n" << result.err;
  while (result.out.ends_with('\n')) result.out.pop_back();
  return result.out;
}

std::unique_ptr<ChildProcess> Polyhouse::HoldEngine() const {
  auto engine = std::make_unique<ChildProcess>(Command({"engine"}));
  EXPECT_TRUE(WaitUntil([&] {
    return engine->HasEnded() || engine->Stderr().find("answers") != std::string::npos;
  })) << engine->Stderr();
  return engine;
}

void HeldEngine::ForgetStreams() const {
  for (const char* name : {"streams.db", "streams.db-wal", "streams.db-shm"}) {
    std::filesystem::remove(data_dir() + "/" + name);
  }
}

}  // namespace polyhouse
