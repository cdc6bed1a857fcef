#include "app/top_screen.h"

#include <array>
#include <cstdio>

#include "app/progress.h"
#include "codec/timestamp.h"

namespace polyhouse {
namespace {

template <class... Values>
std::string Line(const char* format, Values... values) {
  std::array<char, 300> line{};
  (void)std::snprintf(line.data(), line.size(), format, values...);
  return line.data();
}

void AddLanes(const std::map<std::string, Rates>& rates, std::vector<std::string>& lines) {
  lines.emplace_back("lane                       requests/s   records/s   changed/s");
  for (const auto& [lane, rate] : rates) {
    // One that rests is left out: there are many.
    const bool rests = rate.requests == 0 && rate.read == 0;
    if (lane.find('/') == std::string::npos || rests) continue;
    lines.push_back(
        Line("%-26s %10.1f %11.1f %11.1f", lane.c_str(), rate.requests, rate.read, rate.changed));
  }
}

void AddTables(const TopView& view,
               const std::map<std::string, Rates>& rates,
               std::vector<std::string>& lines) {
  lines.emplace_back("");
  lines.emplace_back("table                      rows/s   rows on disk");
  for (const auto& [table, stored] : view.facts.stored) {
    const auto rate = rates.find(table);
    if (rate == rates.end()) continue;
    lines.push_back(Line(
        "%-22s %10.1f %14s", table.c_str(), rate->second.stored, Amount(stored.rows, "").c_str()));
  }
}

void AddStreams(const TopView& view, std::vector<std::string>& lines) {
  lines.emplace_back("");
  lines.emplace_back("waits to be stored         rows   for        dead letters");
  for (const StreamOverview& stream : view.facts.streams) {
    std::uint64_t rows = 0;
    std::chrono::milliseconds age{0};
    for (const GroupOverview& group : stream.groups) {
      rows = std::max(rows, group.rows);
      const auto since =
          view.facts.waiting_since.find({stream.stream.value(), group.group.value()});
      if (since != view.facts.waiting_since.end()) age = std::max(age, view.time - since->second);
    }
    lines.push_back(Line("%-22s %8llu   %-8s %14llu",
                         stream.stream.value().c_str(),
                         static_cast<unsigned long long>(rows),
                         rows == 0 ? "-" : AgeText(age).c_str(),
                         static_cast<unsigned long long>(stream.dead_letters)));
  }
}

void AddFailures(const TopView& view, std::vector<std::string>& lines) {
  bool is_first = true;
  for (const auto& [process, news] : view.facts.processes) {
    if (!IsHeard(news)) continue;
    for (const auto& [where, trouble] : news.report.troubles) {
      if (std::exchange(is_first, false)) lines.emplace_back("last failures");
      const bool goes_on = trouble.GoesOn(view.time);
      lines.push_back(where + (goes_on ? " fails for " : " failed ") +
                      AgeText(view.time - (goes_on ? trouble.first : trouble.last)) +
                      (goes_on ? ": " : " ago: ") + trouble.message);
    }
  }
  if (!is_first) lines.emplace_back("");
}

/// As many of the last lines as there is room for.
void AddLog(const TopView& view, std::size_t room, std::vector<std::string>& lines) {
  std::vector<std::string> log;
  for (const auto& [process, news] : view.facts.processes) {
    if (IsHeard(news)) log.insert(log.end(), news.report.log.begin(), news.report.log.end());
  }
  if (log.empty() || room < 3) return;
  std::sort(log.begin(), log.end());  // They begin with their times.
  lines.emplace_back("");
  lines.emplace_back("log");
  const std::size_t count = std::min(log.size(), room - 2);
  lines.insert(lines.end(), log.end() - static_cast<std::ptrdiff_t>(count), log.end());
}

/// So many characters at most, none of them cut in two.
std::string Cut(const std::string& line, std::size_t columns) {
  std::size_t shown = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(line[at]) & 0xC0U) != 0x80U;
    if (begins && shown++ == columns) return line.substr(0, at);
  }
  return line;
}

}  // namespace

std::vector<std::string> TopScreen(const TopView& view, const ScreenSize& size) {
  std::vector<std::string> lines = {"polyhouse top   " + FormatTime(view.time) + "   q: quit"};
  if (view.condition.problems.empty()) lines.push_back(view.condition.say);
  for (const Problem& problem : view.condition.problems) lines.push_back("! " + problem.title);
  lines.emplace_back("");
  const auto rates = RatesOf(view.before, view.now, view.seconds);
  AddFailures(view, lines);
  AddLanes(rates, lines);
  AddTables(view, rates, lines);
  AddStreams(view, lines);
  if (lines.size() < size.rows) AddLog(view, size.rows - lines.size(), lines);
  lines.resize(std::min(lines.size(), size.rows));
  for (std::string& line : lines) line = Cut(line, size.columns);
  return lines;
}

}  // namespace polyhouse
