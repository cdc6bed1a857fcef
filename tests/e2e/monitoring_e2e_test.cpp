// What watches over a running polyhouse: alerts, their runbook and the dashboard for Grafana.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "support/child_process.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

const std::string kProject = std::string(TESTS_DIR) + "/../";

std::string TextOf(const std::string& path) {
  return ReadFile(kProject + path);
}

std::set<std::string> Found(const std::string& text, const std::string& pattern) {
  std::set<std::string> found;
  const std::regex expression(pattern);
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at) {
    found.insert((*at)[1].str());
  }
  return found;
}

TEST(Monitoring, AlertsFireOnWhatTheyAreForAndHaveASectionInTheRunbook) {
  const RunResult rules =
      RunToEnd({"promtool", "test", "rules", kProject + "tests/deploy/rules_test.yml"});
  EXPECT_EQ(rules.exit_code, 0) << rules.out << rules.err;
  const auto alerts = Found(TextOf("deploy/prometheus/rules.yml"), "alert: (\\w+)");
  EXPECT_FALSE(alerts.empty());
  const std::string runbook = TextOf("docs/runbook.md");
  const std::string tested = TextOf("tests/deploy/rules_test.yml");
  for (const std::string& alert : alerts) {
    EXPECT_THAT(runbook, HasSubstr("\n## " + alert + "\n"));
    EXPECT_THAT(tested, HasSubstr("alertname: " + alert + "\n"));
  }
  EXPECT_EQ(Found(runbook, "\n## (\\w+)\n").size(), alerts.size());
  const auto told = Found(TextOf("src/app/alerts.h"), "= \"(\\w+)\"");
  EXPECT_GT(told.size(), 9U);
  for (const std::string& alert : told) EXPECT_TRUE(alerts.contains(alert)) << alert;
}

TEST(Monitoring, AsksOnlyForMetricsThatThereAre) {
  const std::string sources =
      TextOf("src/telemetry/process_metrics.cpp") + TextOf("src/app/status_metrics.cpp");
  std::string asked = TextOf("deploy/prometheus/rules.yml");
  asked += TextOf("deploy/grafana/dashboard.json") + TextOf("docs/runbook.md");
  const auto names = Found(asked, "\\b((?:polyhouse|process)_[a-z]+_[a-z_]+)\\b");
  EXPECT_GT(names.size(), 15U);
  for (std::string name : names) {
    if (name.ends_with("_bucket")) name.resize(name.rfind('_'));
    EXPECT_THAT(sources, HasSubstr('"' + name + '"'));
  }
}

}  // namespace
}  // namespace polyhouse
