#include "chaos_results.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

namespace polyhouse {
namespace {

std::vector<std::pair<std::string, ChaosResult>> results;

class ResultTable : public testing::Environment {
 public:
  void TearDown() override {
    std::puts(
        "| scenario | kills | rows served | rows stored | missing or twice | dead letters | "
        "seconds |");
    std::puts("|---|---|---|---|---|---|---|");
    for (const auto& [scenario, result] : results) {
      std::printf("| %s | %zu | %s | %s | %s | %s | %.0f |\n",
                  scenario.c_str(),
                  result.kills,
                  result.served.c_str(),
                  result.stored.c_str(),
                  result.missing.c_str(),
                  result.dead_letters.c_str(),
                  result.seconds);
    }
  }
};
const auto* const kTable = testing::AddGlobalTestEnvironment(new ResultTable);

}  // namespace

std::size_t Kills(double share) {
  const char* text = std::getenv("CHAOS_KILLS");
  const double all = text == nullptr ? 200 : std::strtod(text, nullptr);
  return static_cast<std::size_t>(all * share) + 1;
}

void Report(ChaosResult result) {
  results.emplace_back(testing::UnitTest::GetInstance()->current_test_info()->name(),
                       std::move(result));
}

}  // namespace polyhouse
