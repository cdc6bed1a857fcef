#include "app/counted.h"

#include <charconv>

#include "base/split.h"

namespace polyhouse {
namespace {

constexpr std::string_view kRecords = "polyhouse_records_total{";
constexpr std::string_view kRequests = "polyhouse_requests_total{";
constexpr std::string_view kInserted = "polyhouse_rows_inserted_total{";

}  // namespace

MetricValues CountedBy(const StatusFacts& facts) {
  MetricValues values;
  for (const auto& [process, news] : facts.processes) {
    if (!IsHeard(news)) continue;
    for (const std::string& line : Split(news.report.metrics, '\n')) {
      const auto space = line.rfind(' ');
      if (line.starts_with('#') || space == std::string::npos) continue;
      double value = 0;
      const char* end = line.data() + line.size();
      if (std::from_chars(line.data() + space + 1, end, value).ec != std::errc()) continue;
      values[line.substr(0, space)] += value;
    }
  }
  return values;
}

std::string LabelOf(std::string_view metric, std::string_view label) {
  const std::string key = std::string(label) + "=\"";
  auto begin = metric.find(key);
  // "le" is also the end of "table".
  while (begin != std::string_view::npos && begin > 0 && metric[begin - 1] != '{' &&
         metric[begin - 1] != ',') {
    begin = metric.find(key, begin + 1);
  }
  if (begin == std::string_view::npos) return {};
  const auto value = metric.substr(begin + key.size());
  return std::string(value.substr(0, value.find('"')));
}

std::map<std::string, std::string> ProcessesBy(const StatusFacts& facts,
                                               std::string_view metric,
                                               std::string_view label) {
  const std::string begin = std::string(metric) + "{";
  std::map<std::string, std::string> processes;
  for (const auto& [process, news] : facts.processes) {
    if (!IsHeard(news)) continue;
    for (const std::string& line : Split(news.report.metrics, '\n')) {
      if (line.starts_with(begin)) processes.emplace(LabelOf(line, label), process);
    }
  }
  return processes;
}

std::map<std::string, Rates> RatesOf(const MetricValues& before,
                                     const MetricValues& now,
                                     double seconds) {
  std::map<std::string, Rates> rates;
  for (const auto& [metric, value] : now) {
    const auto was = before.find(metric);
    // A process that came or went makes no leap.
    const double grown = was == before.end() || value < was->second ? 0 : value - was->second;
    const double each = grown / seconds;
    const std::string lane = LabelOf(metric, "ingester") + "/" + LabelOf(metric, "lane");
    if (metric.starts_with(kRequests)) rates[lane].requests += each;
    if (metric.starts_with(kRecords)) {
      rates[lane].read += each;
      if (LabelOf(metric, "outcome") == "changed") rates[lane].changed += each;
    }
    if (metric.starts_with(kInserted)) rates[LabelOf(metric, "table")].stored += each;
  }
  return rates;
}

}  // namespace polyhouse
