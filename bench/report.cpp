#include "report.h"

#include <algorithm>
#include <cstdio>

#include "base/clock.h"

namespace polyhouse {
namespace {

double SecondsOf(const std::function<void()>& work) {
  const auto started = SteadyNow();
  work();
  return std::chrono::duration<double>(SteadyNow() - started).count();
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(),
                   values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

}  // namespace

double MedianSeconds(int rounds, const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int i = 0; i < rounds; ++i) seconds.push_back(SecondsOf(work));
  return Median(std::move(seconds));
}

Pair MedianPair(int rounds,
                const std::function<void()>& prepare,
                const std::function<void()>& ours,
                const std::function<void()>& reference) {
  std::vector<double> our_seconds;
  std::vector<double> reference_seconds;
  for (int i = 0; i < rounds; ++i) {
    prepare();
    our_seconds.push_back(SecondsOf(ours));
    reference_seconds.push_back(SecondsOf(reference));
  }
  return {Median(std::move(our_seconds)), Median(std::move(reference_seconds))};
}

void Report::AddRatio(const std::string& what,
                      const std::string& ours,
                      const std::string& reference,
                      double ratio,
                      const std::string& bar) {
  char number[32];
  (void)std::snprintf(number, sizeof(number), "%.2f", ratio);
  lines_.push_back("| " + what + " | " + ours + " | " + reference + " | " + number + " | " + bar +
                   " |");
}

void Report::AddFigure(const std::string& what, const std::string& figure, const std::string& bar) {
  lines_.push_back("| " + what + " | " + figure + " | | | " + bar + " |");
}

std::string Report::Table() const {
  std::string table = "| what | ours | reference | ratio | bar |\n|---|---|---|---|---|\n";
  for (const std::string& line : lines_) table += line + "\n";
  return table;
}

std::string PerSecond(double amount, const std::string& unit) {
  std::string digits = std::to_string(static_cast<long long>(amount));
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits + " " + unit + "/s";
}

}  // namespace polyhouse
