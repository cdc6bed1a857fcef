#include "app/status_facts.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "app/streams.h"
#include "app/table_access.h"
#include "base/json_text.h"
#include "flow/page_store.h"

namespace polyhouse {
namespace {

Result<std::string> CountOf(ClickHouseClient& client,
                            const std::string& view,
                            std::stop_token stop) {
  auto count =
      client.Fetch("SELECT count() FROM " + view + " FORMAT TabSeparated", std::move(stop));
  if (!count) return count;
  while (count->ends_with('\n')) count->pop_back();
  return count;
}

}  // namespace

Result<StatusFacts> GatherStatus(const Environment& environment, std::stop_token stop) {
  StatusFacts facts;
  const auto place = Streams::Open(environment, {}, stop);
  if (!place) return place.error();
  const auto admin = (*place)->OpenAdmin();
  if (!admin) return admin.error();
  auto states = (*admin)->States();
  if (!states) return std::move(states).error();
  facts.states = std::move(*states);
  auto streams = (*admin)->Overview();
  if (!streams) return std::move(streams).error();
  facts.streams = std::move(*streams);

  const auto count = [&](TableAccess& access) -> Status {
    facts.tables.clear();
    // A server is looked at as it is.
    if (!HasClickHouse(environment.config)) {
      if (auto status = access.Prepare(stop); !status) return status;
    }
    for (const char* table : {"markets", "polymarket_events"}) {
      auto rows = CountOf(access.client(), std::string(table) + "_current", stop);
      if (!rows) return std::move(rows).error();
      facts.tables.emplace_back(table, std::move(*rows));
    }
    return Ok();
  };
  auto counted = WithTables(
      environment, count, [] { return true; }, stop);
  if (!counted) return std::move(counted).error();
  return facts;
}

namespace {

/// "done", "reading the open ones", …, from the value of a …_cursor key.
std::string BackfillText(const std::map<std::string, std::string>& states,
                         const IngesterNames& names) {
  const auto found = states.find(std::string(names.state_key) + "_cursor");
  if (found == states.end()) return "not started";
  if (found->second == "done") return "done";
  return "reading the " + found->second.substr(0, found->second.find(' ')) + " ones";
}

std::string RecordsRead(const std::map<std::string, std::string>& states,
                        const IngesterNames& names) {
  const auto found = states.find(std::string(names.state_key) + "_offset");
  return found == states.end() ? "0" : found->second;
}

std::string GroupsJson(const StreamOverview& stream) {
  std::string text = "[";
  for (const GroupOverview& group : stream.groups) {
    AppendJsonString(text += text.size() > 1 ? ",{\"group\":" : "{\"group\":", group.group.value());
    text += ",\"pending\":" + std::to_string(group.pending) +
            ",\"undelivered\":" + std::to_string(group.undelivered) + "}";
  }
  return text + "]";
}

template <class... Values>
std::string Line(const char* format, Values... values) {
  std::array<char, 200> line{};
  (void)std::snprintf(line.data(), line.size(), format, values...);
  return line.data();
}

std::uint64_t BehindOf(const StreamOverview& stream) {
  // Before a writer has ever run, everything is to be written.
  std::uint64_t behind = stream.groups.empty() ? stream.length : 0;
  for (const GroupOverview& group : stream.groups)
    behind = std::max(behind, group.pending + group.undelivered);
  return behind;
}

}  // namespace

std::string StatusText(const StatusFacts& facts) {
  std::string text = "ingester   records read  backfill\n";
  for (const auto* names : {&kMarketsNames, &kEventsNames}) {
    text += Line("%-10s %12s  %s\n",
                 std::string(names->ingester).c_str(),
                 RecordsRead(facts.states, *names).c_str(),
                 BackfillText(facts.states, *names).c_str());
  }
  text += "\nstream                         length        added  dead letters  behind\n";
  for (const StreamOverview& stream : facts.streams) {
    text += Line("%-26s %10llu %12llu %13llu %7llu\n",
                 stream.stream.value().c_str(),
                 static_cast<unsigned long long>(stream.length),
                 static_cast<unsigned long long>(stream.added),
                 static_cast<unsigned long long>(stream.dead_letters),
                 static_cast<unsigned long long>(BehindOf(stream)));
  }
  text += "\ntable                      current rows\n";
  for (const auto& [table, rows] : facts.tables) {
    text += Line("%-26s %12s\n", table.c_str(), rows.c_str());
  }
  return text;
}

std::string StatusJson(const StatusFacts& facts) {
  std::string text = "{\"ingesters\":[";
  for (const auto* names : {&kMarketsNames, &kEventsNames}) {
    AppendJsonString(text += names == &kMarketsNames ? "{\"ingester\":" : ",{\"ingester\":",
                     names->ingester);
    text += ",\"records_read\":" + RecordsRead(facts.states, *names);
    AppendJsonString(text += ",\"backfill\":", BackfillText(facts.states, *names));
    text += "}";
  }
  text += "],\"streams\":[";
  for (const StreamOverview& stream : facts.streams) {
    AppendJsonString(text += text.ends_with('[') ? "{\"stream\":" : ",{\"stream\":",
                     stream.stream.value());
    text += ",\"length\":" + std::to_string(stream.length) +
            ",\"added\":" + std::to_string(stream.added) +
            ",\"dead_letters\":" + std::to_string(stream.dead_letters) +
            ",\"groups\":" + GroupsJson(stream) + "}";
  }
  text += "],\"tables\":[";
  for (const auto& [table, rows] : facts.tables) {
    AppendJsonString(text += text.ends_with('[') ? "{\"table\":" : ",{\"table\":", table);
    text += ",\"rows\":" + rows + "}";
  }
  text += "],\"state\":{";
  for (const auto& [key, value] : facts.states) {
    AppendJsonString(text += text.ends_with('{') ? "" : ",", key);
    AppendJsonString(text += ":", value);
  }
  return text + "}}";
}

}  // namespace polyhouse
