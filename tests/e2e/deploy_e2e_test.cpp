// What is in deploy/ works: the scripts and supervisor for real, compose as far as it can be read.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "support/server_stack.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

bool IsInstalled(const std::string& program) {
  return RunToEnd({"sh", "-c", "command -v " + program}).exit_code == 0;
}

const std::string kDeploy = std::string(TESTS_DIR) + "/../deploy/";

class Scripts : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!HasRedis()) GTEST_SKIP() << "redis-server is not installed: scripts/bootstrap installs it";
    if (GetParam() == "supervisor" && !IsInstalled("supervisord"))
      GTEST_SKIP() << "supervisor is not installed: scripts/bootstrap installs it";
    stack_ = std::make_unique<ServerStack>(
        std::vector<std::string>{"--markets", "800", "--fills", "300", "--seed", "6"});
    environment_ = stack_->environment();
    environment_.push_back("DEPLOY_BIN=" + PolyhouseProgram());
    environment_.push_back("DEPLOY_RUN=" + dir_.path());
    environment_.push_back("POLYHOUSE_LISTEN=127.0.0.1:0");
    environment_.push_back("POLYGON_RPC_URL=" + stack_->simulator().url() + "/rpc");
    environment_.push_back("POLYHOUSE_FILLS_FROM=89990000");
  }
  void TearDown() override {
    if (stack_) Run("stop.sh");
  }
  RunResult Run(const std::string& script, const std::string& argument = "") {
    std::vector<std::string> command = {kDeploy + script, GetParam()};
    if (!argument.empty()) command.push_back(argument);
    return RunToEnd(command, environment_);
  }
  /// How many of the roles' processes run now.
  std::size_t Running() const {
    const std::string found =
        RunToEnd({"pgrep", "-fc", "^" + PolyhouseProgram() + " (ingest|process|write|serve)"}).out;
    return std::strtoul(found.c_str(), nullptr, 10);
  }

  const ScratchDir dir_;
  std::unique_ptr<ServerStack> stack_;
  std::vector<std::string> environment_;
};

TEST_P(Scripts, StartPauseResumeAndStopTheWholePipeline) {
  const RunResult start = Run("start.sh");
  ASSERT_EQ(start.exit_code, 0) << start.out << start.err;
  EXPECT_TRUE(WaitUntil([&] {
    const RunResult count =
        stack_->polyhouse().Run({"query", "SELECT count() FROM markets_current"});
    const RunResult trades =
        stack_->polyhouse().Run({"query", "SELECT count() > 100 FROM trades_current"});
    return count.out == "800\n" && trades.out == "1\n";
  })) << ReadFile(dir_ / "logs/clickhouse_writer.out.log");
  EXPECT_TRUE(std::filesystem::exists(dir_ / "logs/polymarket_markets_ingester.out.log"));
  EXPECT_TRUE(std::filesystem::exists(dir_ / "logs/polymarket_events_ingester.out.log"));
  EXPECT_EQ(Running(), 7U);

  ASSERT_EQ(Run("pause.sh").exit_code, 0);
  EXPECT_EQ(Running(), 4U);
  ASSERT_EQ(Run("pause.sh", "resume").exit_code, 0);
  EXPECT_TRUE(WaitUntil([&] { return Running() == 7U; }));

  ASSERT_EQ(Run("stop.sh").exit_code, 0);
  EXPECT_TRUE(WaitUntil([&] { return Running() == 0U; }));
}

INSTANTIATE_TEST_SUITE_P(Each,
                         Scripts,
                         testing::Values("supervisor", "manual"),
                         [](const auto& way) { return way.param; });

TEST(DeployScripts, SayWhatIsMissing) {
  const RunResult no_way = RunToEnd({"sh", "-c", kDeploy + "start.sh </dev/null"});
  EXPECT_EQ(no_way.exit_code, 1);
  EXPECT_THAT(no_way.err, HasSubstr("compose|supervisor|manual"));
  const RunResult no_redis =
      RunToEnd({kDeploy + "start.sh", "manual"}, {"DEPLOY_BIN=" + PolyhouseProgram()});
  EXPECT_EQ(no_redis.exit_code, 1);
  EXPECT_THAT(no_redis.err, HasSubstr("set REDIS_URL"));
}

/// Every service of ours, as docker-compose understands it: "name<TAB>command" and
/// "name<TAB>VAR=x".
std::string ComposeFacts() {
  const char* script =
      "import sys, yaml\n"
      "for name, s in yaml.safe_load(sys.stdin)['services'].items():\n"
      "  if not str(s.get('image', '')).startswith('polyhouse:'): continue\n"
      "  print(name + '\\tcommand\\t' + ' '.join(s['command']))\n"
      "  for key, value in s['environment'].items(): print(name + '\\t' + key + '\\t' + "
      "str(value))\n";
  const ScratchDir dir;
  WriteFile(dir / "facts.py", script);
  return RunToEnd({"sh",
                   "-c",
                   "docker-compose -f " + kDeploy + "docker-compose.yml config | python3 " +
                       (dir / "facts.py")},
                  {"REDIS_PASSWORD=x", "CLICKHOUSE_PASSWORD=y", "POLYHOUSE_LISTEN_TOKEN=z"})
      .out;
}

TEST(Compose, IsValidAndEveryCommandAndVariableInItExists) {
  if (!IsInstalled("docker-compose"))
    GTEST_SKIP() << "docker-compose is not installed: scripts/bootstrap installs it";
  std::istringstream facts(ComposeFacts());
  std::set<std::string> services;
  std::vector<std::string> variables;
  for (std::string line; std::getline(facts, line);) {
    const auto first = line.find('\t');
    const auto second = line.find('\t', first + 1);
    const std::string key = line.substr(first + 1, second - first - 1);
    services.insert(line.substr(0, first));
    if (key == "command") {
      const std::string command = PolyhouseProgram() + " " + line.substr(second + 1) + " --help";
      EXPECT_EQ(RunToEnd({"sh", "-c", command}).exit_code, 0) << command;
    } else {
      variables.push_back(key + "=" + line.substr(second + 1));
    }
  }
  EXPECT_THAT(services,
              testing::IsSupersetOf({"polymarket-markets-ingester", "polymarket-events-ingester"}));
  // An unknown POLYHOUSE_ variable, or a wrong value, is an error of `config check`; of the others,
  // config show says whether they were understood.
  const RunResult shown = RunToEnd({PolyhouseProgram(), "config", "show"}, variables);
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  for (const char* key : {"redis.host",
                          "redis.port",
                          "redis.password",
                          "clickhouse.host",
                          "clickhouse.port",
                          "clickhouse.user",
                          "clickhouse.password",
                          "database",
                          "gamma_url",
                          "log_format"}) {
    EXPECT_THAT(shown.out, testing::ContainsRegex(std::string(key) + " .*\\(environment\\)"));
  }
}

TEST(Compose, RefusesToStartWithoutPasswords) {
  if (!IsInstalled("docker-compose"))
    GTEST_SKIP() << "docker-compose is not installed: scripts/bootstrap installs it";
  const RunResult config =
      RunToEnd({"sh",
                "-c",
                "unset REDIS_PASSWORD CLICKHOUSE_PASSWORD; docker-compose -f " + kDeploy +
                    "docker-compose.yml config -q"});
  EXPECT_NE(config.exit_code, 0);
  EXPECT_THAT(config.err, HasSubstr("deploy/.env"));
}

TEST(Compose, OpensNoPortToOtherMachinesAndPinsEveryImage) {
  const std::string text = ReadFile(kDeploy + "docker-compose.yml");
  EXPECT_THAT(text, testing::Not(HasSubstr(":latest")));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("      - \"") == 0 && line.find(':') != std::string::npos &&
        line.find("yes") == std::string::npos) {
      EXPECT_THAT(line, HasSubstr("\"127.0.0.1:")) << line;
    }
  }
}

TEST(Systemd, RunsCommandsThatExist) {
  std::size_t units = 0;
  for (const auto& file : std::filesystem::directory_iterator(kDeploy + "systemd")) {
    const std::string text = ReadFile(file.path().string());
    constexpr std::string_view kStart = "ExecStart=/usr/local/bin/polyhouse ";
    const auto at = text.find(kStart);
    ASSERT_NE(at, std::string::npos) << file.path();
    const auto begin = at + kStart.size();
    const std::string command = text.substr(begin, text.find('\n', begin) - begin);
    EXPECT_EQ(RunToEnd({"sh", "-c", PolyhouseProgram() + " " + command + " --help"}).exit_code, 0)
        << command;
    ++units;
  }
  EXPECT_EQ(units, 10U);
}

}  // namespace
}  // namespace polyhouse
