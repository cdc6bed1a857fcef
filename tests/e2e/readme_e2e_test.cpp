#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <sstream>

#include "support/polyhouse_program.h"
#include "support/server_stack.h"

namespace polyhouse {
namespace {

const std::string kProject = std::string(TESTS_DIR) + "/..";

/// The lines of all ```sh blocks of a page, in order.
std::vector<std::string> Commands(const std::string& page) {
  std::vector<std::string> commands;
  std::istringstream text(ReadFile(kProject + "/" + page));
  bool inside = false;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("```")) {
      inside = line == "```sh";
    } else if (inside) {
      commands.push_back(line);
    }
  }
  return commands;
}

/// The target that a command makes; empty: none.
std::string MakeTarget(const std::string& command) {
  std::smatch target;
  return std::regex_search(command, target, std::regex("(^|&& )make ([a-z]+)")) ? target[2].str()
                                                                                : "";
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

TEST(Readme, EveryCommandWorksInTheGivenOrder) {
  // A clone whose build is there already; `make` targets are run by .ci/run, the rest here. What
  // comes before a target is for a machine that has no make yet.
  const ScratchDir clone;
  const auto programs = std::filesystem::path(PolyhouseProgram()).parent_path();
  std::filesystem::create_directories(clone / "build");
  std::filesystem::create_directory_symlink(programs, clone / "build/release");
  const Simulator simulator({"--markets", "300", "--fills", "300"});
  std::string script = "cd " + clone.path() + "\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n";
  std::string make_targets;
  for (const std::string& command : Commands("README.md")) {
    if (command.starts_with("export REDIS_URL")) break;  // The next test.
    if (const auto target = MakeTarget(command); !target.empty()) {
      make_targets += "make " + target + "\n";
    } else {
      script += Replaced(command, ":8123", ":18123") + "\n";
    }
  }

  const RunResult run = RunToEnd({"bash", "-euo", "pipefail", "-c", script},
                                 {"POLYMARKET_GAMMA_URL=" + simulator.url(),
                                  "POLYGON_RPC_URL=" + simulator.url() + "/rpc",
                                  "POLYHOUSE_FILLS_FROM=89990000"});

  EXPECT_EQ(run.exit_code, 0) << script << run.err;
  EXPECT_THAT(run.out, testing::HasSubstr("\n300\n")) << "the curl to the engine's port";
  EXPECT_THAT(run.out, testing::ContainsRegex("\t(BUY|SELL)\t")) << "the last trades";
  EXPECT_THAT(run.out, testing::HasSubstr("\"question\":"));
  EXPECT_THAT(make_targets,
              testing::AllOf(testing::HasSubstr("make demo"), testing::HasSubstr("make build")));
}

TEST(Readme, TheCommandsOfServerModeWork) {
  if (!HasRedis()) GTEST_SKIP() << "redis-server is not installed: scripts/bootstrap installs it";
  ServerStack stack({"--markets", "300", "--fills", "300"});
  stack.polyhouse().Query("DROP DATABASE polymarket SYNC");
  std::string script = "trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT\n";
  bool begun = false;
  for (const std::string& command : Commands("README.md")) {
    begun |= command.starts_with("export REDIS_URL");
    if (!begun) continue;
    script += Replaced(Replaced(command, "redis://127.0.0.1:6379", stack.redis_url()),
                       "http://127.0.0.1:8123",
                       stack.engine().url()) +
              (command == "polyhouse write" ? " &\n" : "\n");
  }
  script +=
      "until [ \"$(polyhouse query 'SELECT count() FROM markets_current')\" = 300 ]; do sleep 0.1; "
      "done\n"
      "until [ \"$(polyhouse query 'SELECT count() > 100 FROM trades_current WHERE NOT "
      "empty(market_id)')\" = 1 ]; do sleep 0.1; done\n";
  const auto programs = std::filesystem::path(PolyhouseProgram()).parent_path().string();

  const RunResult run = RunToEnd({"bash", "-euo", "pipefail", "-c", script},
                                 {"POLYMARKET_GAMMA_URL=" + stack.simulator().url(),
                                  "POLYGON_RPC_URL=" + stack.simulator().url() + "/rpc",
                                  "POLYHOUSE_FILLS_FROM=89990000",
                                  "PATH=" + programs + ":/usr/local/bin:/usr/bin:/bin"});

  EXPECT_EQ(run.exit_code, 0) << script << run.err;
}

TEST(Readme, EveryCommandOfTheSqlEndpointPageWorks) {
  const ScratchDir here;
  const Simulator simulator({"--markets", "300"});
  std::string script = "cd " + here.path() + "\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n";
  for (const std::string& command : Commands("docs/sql_endpoint.md")) {
    script += Replaced(command, ":8123", ":18124") + "\n";
  }
  const auto programs = std::filesystem::path(PolyhouseProgram()).parent_path().string();

  const RunResult run = RunToEnd({"bash", "-euo", "pipefail", "-c", script},
                                 {"POLYMARKET_GAMMA_URL=" + simulator.url(),
                                  "PATH=" + programs + ":/usr/local/bin:/usr/bin:/bin"});

  EXPECT_EQ(run.exit_code, 0) << script << run.err;
  EXPECT_THAT(run.out, testing::HasSubstr("300\n\"question\",\"volume\"\n"));
  EXPECT_THAT(run.out, testing::HasSubstr("all\t300\n"));
}

TEST(Readme, EveryCommandOfTheArchivePageWorks) {
  const ScratchDir here;
  const Simulator simulator({"--markets", "300"});
  std::string script = "cd " + here.path() + "\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n";
  for (const std::string& command : Commands("docs/archive.md")) {
    script += Replaced(command, ":8210", ":18210") + "\n";
  }
  const auto programs = std::filesystem::path(PolyhouseProgram()).parent_path().string();

  const RunResult run = RunToEnd({"bash", "-euo", "pipefail", "-c", script},
                                 {"POLYMARKET_GAMMA_URL=" + simulator.url(),
                                  "PATH=" + programs + ":/usr/local/bin:/usr/bin:/bin"});

  EXPECT_EQ(run.exit_code, 0) << script << run.err;
  EXPECT_THAT(run.out, testing::HasSubstr("300\n"));
  EXPECT_THAT(run.out, testing::HasSubstr("{\"version\":"));
  EXPECT_THAT(ReadFile(here / "first_market.json"), testing::HasSubstr("\"question\":"));
  EXPECT_THAT(ReadFile(here / "markets_answers.json"), testing::HasSubstr("\"question\":"));
}

TEST(Readme, EveryCommandOfTheFreshnessPageWorks) {
  const ScratchDir here;
  const Simulator simulator({"--markets", "300"});
  std::string script = "cd " + here.path() + "\n";
  for (const std::string& command : Commands("docs/freshness.md")) script += command + "\n";
  const auto programs = std::filesystem::path(PolyhouseProgram()).parent_path().string();

  const RunResult run = RunToEnd({"bash", "-euo", "pipefail", "-c", script},
                                 {"POLYMARKET_GAMMA_URL=" + simulator.url(),
                                  "PATH=" + programs + ":/usr/local/bin:/usr/bin:/bin"});

  EXPECT_EQ(run.exit_code, 0) << script << run.err;
  EXPECT_THAT(run.out, testing::HasSubstr("requests to make"));
  EXPECT_THAT(run.out, testing::HasSubstr("gamma/markets\tbackfill\t"));
}

TEST(Readme, EveryCommandOfTheExportPageWorks) {
  const ScratchDir here;
  const Simulator simulator({"--markets", "300", "--fills", "300"});
  std::string script = "cd " + here.path() + "\npolyhouse up --once\n";
  for (const std::string& command : Commands("docs/export.md")) script += command + "\n";
  const auto programs = std::filesystem::path(PolyhouseProgram()).parent_path().string();

  const RunResult run = RunToEnd({"bash", "-euo", "pipefail", "-c", script},
                                 {"POLYMARKET_GAMMA_URL=" + simulator.url(),
                                  "POLYGON_RPC_URL=" + simulator.url() + "/rpc",
                                  "POLYHOUSE_FILLS_FROM=89990000",
                                  "PATH=" + programs + ":/usr/local/bin:/usr/bin:/bin"});

  EXPECT_EQ(run.exit_code, 0) << script << run.err;
  EXPECT_THAT(run.out, testing::HasSubstr("\"createdAt\",\"id\",\"question\""));
  EXPECT_THAT(ReadFile(here / "trades.parquet"), testing::StartsWith("PAR1"));
  EXPECT_THAT(ReadFile(here / "trades.parquet.manifest.json"),
              testing::HasSubstr("\"complete\": true"));
  EXPECT_TRUE(std::filesystem::exists(here / "trades/manifest.json"));
}

TEST(Readme, MakeTargetsOfThePagesExist) {
  const std::string makefile = "\n" + ReadFile(kProject + "/Makefile");
  for (const char* page : {"README.md", "CONTRIBUTING.md"}) {
    for (const std::string& command : Commands(page)) {
      const std::string target = MakeTarget(command);
      if (target.empty()) continue;
      EXPECT_THAT(makefile, testing::HasSubstr("\n" + target + ":")) << page;
    }
  }
}

TEST(Readme, LinksLeadSomewhere) {
  for (const char* page : {"README.md",
                           "CONTRIBUTING.md",
                           "docs/architecture.md",
                           "docs/archive.md",
                           "docs/export.md",
                           "docs/freshness.md",
                           "docs/history.md",
                           "docs/sql_endpoint.md",
                           "docs/verify.md",
                           "deploy/README.md"}) {
    const std::string text = ReadFile(kProject + "/" + page);
    const auto folder = std::filesystem::path(kProject + "/" + page).parent_path();
    const std::regex link(R"(\]\(([^)#:]+)\))");
    for (auto at = std::sregex_iterator(text.begin(), text.end(), link);
         at != std::sregex_iterator();
         ++at) {
      EXPECT_TRUE(std::filesystem::exists(folder / (*at)[1].str()))
          << page << ": " << (*at)[1].str();
    }
  }
}

TEST(Readme, FilesNamedInContributingExist) {
  const std::string text = ReadFile(kProject + "/CONTRIBUTING.md");
  const std::regex path("`((src|tests|docs|schema|scripts)/[a-z0-9_/.]*)`");
  for (auto at = std::sregex_iterator(text.begin(), text.end(), path); at != std::sregex_iterator();
       ++at) {
    EXPECT_TRUE(std::filesystem::exists(kProject + "/" + (*at)[1].str())) << (*at)[1].str();
  }
}

}  // namespace
}  // namespace polyhouse
