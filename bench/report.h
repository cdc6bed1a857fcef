#pragma once

#include <functional>
#include <string>
#include <vector>

namespace polyhouse {

/// Runs `work` `rounds` times and gives the median of the seconds it took.
double MedianSeconds(int rounds, const std::function<void()>& work);

/// Runs two pieces of work by turns, so that a slow moment of the machine hits both, and gives the
/// medians. `prepare` comes before each turn and is not measured.
struct Pair {
  double ours = 0;
  double reference = 0;
};
Pair MedianPair(int rounds,
                const std::function<void()>& prepare,
                const std::function<void()>& ours,
                const std::function<void()>& reference);

/// Lines of the table that docs/performance.md shows.
class Report {
 public:
  /// A figure beside the reference it was measured against in the same run; `ratio` is what the bar
  /// is about.
  void AddRatio(const std::string& what,
                const std::string& ours,
                const std::string& reference,
                double ratio,
                const std::string& bar);
  void AddFigure(const std::string& what, const std::string& figure, const std::string& bar);
  /// The table in Markdown.
  std::string Table() const;

 private:
  std::vector<std::string> lines_;
};

/// "1,234,567 rows/s", "1.2 GB/s".
std::string PerSecond(double amount, const std::string& unit);

}  // namespace polyhouse
