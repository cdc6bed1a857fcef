#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/commands/command.h"
#include "app/table_access.h"
#include "base/json_text.h"

namespace polyhouse {
namespace {

struct StatusOptions {
  bool json = false;
};

/// What there is to say about a data directory.
struct Facts {
  std::map<std::string, std::string> states;
  std::vector<StreamOverview> streams;
  std::vector<std::pair<std::string, std::string>> tables;  ///< Name, rows shown by its view.
};

Result<std::string> CountOf(ClickHouseClient& client,
                            const std::string& view,
                            std::stop_token stop) {
  auto count =
      client.Fetch("SELECT count() FROM " + view + " FORMAT TabSeparated", std::move(stop));
  if (!count) return count;
  while (count->ends_with('\n')) count->pop_back();
  return count;
}

Result<Facts> Gather(CommandContext& context, const Environment& environment) {
  Facts facts;
  const auto place = Streams::Open(environment, {});
  if (!place) return place.error();
  const auto admin = (*place)->OpenAdmin();
  if (!admin) return admin.error();
  auto states = (*admin)->States();
  if (!states) return std::move(states).error();
  facts.states = std::move(*states);
  auto streams = (*admin)->Overview();
  if (!streams) return std::move(streams).error();
  facts.streams = std::move(*streams);

  const auto stop = context.signals.stop_token();
  const auto count = [&](TableAccess& access) -> Status {
    facts.tables.clear();
    if (auto status = access.Prepare(stop); !status) return status;
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

void PrintText(const Facts& facts) {
  std::puts("ingester   records read  backfill");
  for (const auto* names : {&kMarketsNames, &kEventsNames}) {
    std::printf("%-10s %12s  %s\n",
                std::string(names->ingester).c_str(),
                RecordsRead(facts.states, *names).c_str(),
                BackfillText(facts.states, *names).c_str());
  }
  std::puts("\nstream                         length        added  dead letters  behind");
  for (const StreamOverview& stream : facts.streams) {
    std::uint64_t behind = 0;
    for (const GroupOverview& group : stream.groups)
      behind = std::max(behind, group.pending + group.undelivered);
    std::printf("%-26s %10llu %12llu %13llu %7llu\n",
                stream.stream.value().c_str(),
                static_cast<unsigned long long>(stream.length),
                static_cast<unsigned long long>(stream.added),
                static_cast<unsigned long long>(stream.dead_letters),
                static_cast<unsigned long long>(behind));
  }
  std::puts("\ntable                      current rows");
  for (const auto& [table, rows] : facts.tables)
    std::printf("%-26s %12s\n", table.c_str(), rows.c_str());
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

void PrintJson(const Facts& facts) {
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
  std::puts((text + "}}").c_str());
}

ExitCode RunStatus(const StatusOptions& options, CommandContext& context) {
  context.KeepQuiet();
  const auto dir = OpenDataDir(context.config(), DataDirUse::kLook);
  if (!dir) return Fail(dir.error());
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto facts = Gather(context, environment);
  if (!facts) return Fail(facts.error());
  options.json ? PrintJson(*facts) : PrintText(*facts);
  return ExitCode::kDone;
}

}  // namespace

void SetupStatus(CLI::App& app, RunCommand& run) {
  auto options = std::make_shared<StatusOptions>();
  auto* command = app.add_subcommand(
      "status", "Say how far ingesters and writers are and what the tables hold.");
  command->add_flag("--json", options->json, "As one JSON object.");
  command->callback([options, &run] {
    run = [options](CommandContext& context) { return RunStatus(*options, context); };
  });
}

}  // namespace polyhouse
