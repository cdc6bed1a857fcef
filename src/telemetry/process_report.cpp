#include "telemetry/process_report.h"

#include "base/number_text.h"
#include "base/one_line.h"
#include "base/split.h"
#include "telemetry/metric_page.h"

namespace polyhouse::telemetry {
namespace {

constexpr std::string_view kTrouble = "trouble";
constexpr std::string_view kLog = "log";
constexpr std::string_view kMetrics = "metrics";
constexpr std::string_view kMark = "# ";

std::string Field(std::string_view text) {
  std::string field = OneLine(text);
  for (char& each : field) each = each == '\t' ? ' ' : each;
  return field;
}

std::string Milliseconds(Timestamp time) {
  return std::to_string(time.time_since_epoch().count());
}

Timestamp TimeOf(std::string_view text) {
  std::uint64_t time = 0;
  ReadNumber(text, time);
  return Timestamp(std::chrono::milliseconds(time));
}

void AddTrouble(const std::vector<std::string>& fields, ProcessReport& report) {
  constexpr std::size_t kFields = 7;
  if (fields.size() != kFields) return;
  Trouble trouble{.message = fields[6],
                  .first = TimeOf(fields[2]),
                  .last = TimeOf(fields[3]),
                  .has_ended = fields[5] == "ended",
                  .over = TimeOf(fields[5])};
  ReadNumber(fields[4], trouble.times);
  report.troubles[fields[1]] = std::move(trouble);
}

/// The name of the family that a line of metrics belongs to: that of the last "# TYPE" line.
struct Family {
  std::vector<std::string> head;  ///< "# HELP …" and "# TYPE …".
  std::vector<std::string> values;
};

/// A line "name{a=\"b\"} 1" with one more label.
std::string WithProcess(const std::string& line, const std::string& process) {
  const auto space = line.find_first_of("{ ");
  if (space == std::string::npos) return line;
  const std::string label = "process=\"" + process + "\"";
  if (line[space] == ' ') return line.substr(0, space) + "{" + label + "}" + line.substr(space);
  return line.substr(0, space + 1) + label + "," + line.substr(space + 1);
}

}  // namespace

ProcessReport ReportOf(const PipelineEvents& events, const std::string& version) {
  Counts counts = events.Snapshot();
  std::string metrics = ProcessMetrics(counts, version);
  return {.troubles = std::move(counts.troubles),
          .log = events.LogTail(),
          .metrics = std::move(metrics)};
}

std::string ToText(const ProcessReport& report) {
  std::string text;
  for (const auto& [where, trouble] : report.troubles) {
    text.append(kTrouble).append("\t").append(Field(where));
    for (const std::string& field : {Milliseconds(trouble.first),
                                     Milliseconds(trouble.last),
                                     std::to_string(trouble.times),
                                     trouble.has_ended ? "ended" : Milliseconds(trouble.over),
                                     Field(trouble.message)}) {
      text.append("\t").append(field);
    }
    text += '\n';
  }
  for (const std::string& line : report.log) text.append(kLog).append("\t" + Field(line) + "\n");
  return text.append(kMetrics).append("\n").append(report.metrics);
}

ProcessReport ParseReport(std::string_view text) {
  ProcessReport report;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line == kMetrics) {
      report.metrics = text;
      break;
    }
    const auto fields = Split(line, '\t');
    if (fields.empty()) continue;
    if (fields.front() == kTrouble) AddTrouble(fields, report);
    if (fields.front() == kLog && fields.size() == 2) report.log.push_back(fields[1]);
  }
  return report;
}

std::string MergedMetrics(const std::map<std::string, std::string>& by_process) {
  std::map<std::string, Family> families;
  for (const auto& [process, metrics] : by_process) {
    std::string name;
    bool is_known = false;
    for (const std::string& line : Split(metrics, '\n')) {
      if (line.empty()) continue;
      if (!line.starts_with(kMark)) {
        if (!name.empty()) families[name].values.push_back(WithProcess(line, process));
        continue;
      }
      const auto words = Split(line, ' ');
      if (words.size() < 3) continue;
      if (words[2] != name) {
        name = words[2];
        is_known = families.contains(name);
      }
      if (!is_known) families[name].head.push_back(line);
    }
  }
  std::string page;
  for (const auto& [name, family] : families) {
    for (const std::string& line : family.head) page += line + "\n";
    for (const std::string& line : family.values) page += line + "\n";
  }
  return page;
}

}  // namespace polyhouse::telemetry
