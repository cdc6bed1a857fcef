#include "app/doctor/database_checks.h"

#include <algorithm>
#include <filesystem>

#include "adapters/clickhouse/server_check.h"
#include "app/doctor/judgements.h"
#include "app/table_access.h"
#include "base/authority.h"
#include "base/number_text.h"
#include "base/split.h"
#include "schema/migration_text.h"

namespace polyhouse {
namespace {

constexpr const char* kName = "clickhouse";
constexpr std::chrono::milliseconds kToAnswer{5'000};
constexpr std::string_view kWindow = "non_replicated_deduplication_window";
constexpr std::string_view kReplicatedWindow = "replicated_deduplication_window";
constexpr std::string_view kLocal = "_local";
constexpr const char* kSystemFix =
    "Let this user read the system tables: GRANT SELECT ON system.* TO it.";

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

std::string NumberText(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : "none";
}

/// By its clock, and its time zone.
Checkup CheckServerClock(ClickHouseClient& client, Clock& clock, const std::stop_token& stop) {
  const std::string name = "clickhouse clock";
  const auto answer = client.FetchOutside(
      "SELECT toUnixTimestamp64Milli(now64(3)), timezone() FORMAT TabSeparated", stop);
  if (!answer) return FailedBy(name, answer.error(), "See whether the server is overloaded.");
  const auto now = clock.Now();
  const auto fields = Split(FirstLine(*answer), '\t');
  std::int64_t theirs = 0;
  if (fields.size() != 2 || !ReadNumber(fields[0], theirs)) return Passed(name, "not told");
  Checkup checkup = JudgeClock(name, "its", Timestamp(std::chrono::milliseconds(theirs)) - now);
  checkup.found += fields[1] == "UTC"
                       ? ", time zone UTC"
                       : ", time zone " + fields[1] + " (fine: the columns' own is UTC)";
  return checkup;
}

/// One of the servers that the settings name.
Checkups CheckServer(const ClickHouseOptions& all,
                     const ClickHouseEndpoint& endpoint,
                     const Environment& environment,
                     const std::stop_token& stop) {
  ClickHouseOptions options = all;
  options.endpoints = {endpoint};
  options.database.clear();
  options.query_timeout = kToAnswer;
  const auto http = MakeTableHttp(environment);
  ClickHouseClient client(std::move(options), *http);
  const auto version = CheckClickHouseServer(client, stop);
  if (!version) {
    return {FailedBy(
        kName,
        version.error(),
        version.error().message.find("too old") != std::string::npos
            ? "Upgrade it to 24.3 or newer."
            : "Start it, or correct clickhouse_url (CLICKHOUSE_URL), its user and password.")};
  }
  return {Passed(kName, *version + " at " + std::string(AuthorityOfUrl(endpoint.url))),
          CheckServerClock(client, environment.clock, stop)};
}

/// How the tables are reached, and whether there is somebody to ask.
struct Reached {
  Checkups checkups;
  bool answers = false;
};

Reached ReachServers(const Environment& environment, const std::stop_token& stop) {
  Reached reached;
  const auto options = TableOptions(environment);
  // The settings' check has said so.
  if (!options) return reached;
  for (const ClickHouseEndpoint& endpoint : options->endpoints) {
    for (Checkup& checkup : CheckServer(*options, endpoint, environment, stop)) {
      reached.answers |= checkup.name == kName && checkup.verdict == Verdict::kPass;
      reached.checkups.push_back(std::move(checkup));
    }
  }
  return reached;
}

Checkup CheckEngine(TableAccess& tables, const std::stop_token& stop) {
  const auto version = tables.client().FetchOutside("SELECT version() FORMAT TabSeparated", stop);
  if (!version) {
    return FailedBy(kName, version.error(), "See what the engine has written to standard error.");
  }
  return Passed(kName, FirstLine(*version) + ", built in");
}

/// Whether this user may write, and with the settings that every insert has.
Checkup CheckRights(ClickHouseClient& client, const std::stop_token& stop) {
  const std::string name = "clickhouse rights";
  const auto level = client.FetchOutside("SELECT getSetting('readonly') FORMAT TabSeparated", stop);
  if (!level) return FailedBy(name, level.error(), "See the rights of this user: SHOW GRANTS.");
  if (!level->starts_with('0')) {
    return Warned(name,
                  "this user may only read (readonly = " + FirstLine(*level) + ")",
                  "For anything but query, ask and export name a user in clickhouse_url or "
                  "CLICKHOUSE_USER whose profile has readonly = 0.");
  }
  if (auto status = client.TryInsertSettings(stop); !status) {
    return FailedBy(name,
                    status.error(),
                    "Correct clickhouse.insert_settings, or let this user change settings.");
  }
  return Passed(name, "this user may write, with the settings of inserts");
}

Checkup CheckSchema(const Environment& environment,
                    TableAccess& tables,
                    const std::stop_token& stop) {
  const std::string name = "schema";
  const auto states = tables.MakeMigrations().States(stop);
  if (!states) {
    return FailedBy(name,
                    states.error(),
                    "Run the polyhouse that made this database (polyhouse schema status), or name "
                    "another with --database.");
  }
  const auto missing =
      std::count_if(states->begin(), states->end(), [](const MigrationState& state) {
        return state.applied_at.empty();
      });
  if (missing == 0) {
    return Passed(name, std::to_string(states->size()) + " migrations applied, none missing");
  }
  if (!HasClickHouse(environment.config)) {
    return Passed(name,
                  std::to_string(missing) +
                      " migrations are to be applied: every command that "
                      "needs them applies them");
  }
  // Of a server it only looks.
  const auto status = tables.Prepare(stop);
  return FailedBy(name,
                  status ? TransientError("a migration was applied just now") : status.error(),
                  "Run polyhouse schema plan, which shows what is missing, then apply.");
}

/// Whether tables take a batch that comes again only once, as schema/ says they do.
Checkup CheckWindows(ClickHouseClient& client, const std::stop_token& stop) {
  const std::string name = "deduplication";
  const auto answer = client.FetchOutside(
      "SELECT name, engine, engine_full FROM system.tables WHERE engine LIKE '%MergeTree' AND "
      "database = '" +
          client.database() + "' ORDER BY name FORMAT TabSeparated",
      stop);
  if (!answer) return FailedBy(name, answer.error(), kSystemFix);
  std::size_t looked = 0;
  std::string found;
  std::string fix;
  for (const std::string& line : Split(*answer, '\n')) {
    const auto fields = Split(line, '\t');
    if (fields.size() != 3) continue;
    std::string table = fields[0];
    if (table.ends_with(kLocal)) table.resize(table.size() - kLocal.size());
    const auto wanted = TableSettingIn(LastTableStatement(table), kWindow);
    if (!wanted) continue;
    ++looked;
    const bool replicated = fields[1].starts_with("Replicated") || fields[1].starts_with("Shared");
    const std::string_view setting = replicated ? kReplicatedWindow : kWindow;
    const auto has = TableSettingIn(fields[2], setting);
    // Replicated ones remember enough of their own accord.
    if (has ? *has >= *wanted : replicated) continue;
    found += (found.empty() ? "" : ", ") + fields[0] + " (" + NumberText(has) + ", not " +
             std::to_string(*wanted) + ")";
    fix += (fix.empty() ? "" : " ") +
           ("ALTER TABLE " + client.database() + "." + fields[0] + " MODIFY SETTING " +
            std::string(setting) + " = " + std::to_string(*wanted) + ";");
  }
  if (found.empty()) {
    return Passed(name, std::to_string(looked) + " tables take a repeated batch once");
  }
  return Failed(name,
                "a batch that is sent again is stored twice in " + found,
                "Run polyhouse query --write with: " + fix);
}

Checkup CheckParts(ClickHouseClient& client, const std::stop_token& stop) {
  const auto limit = [](const char* setting) {
    return std::string(
               "(SELECT toUInt64OrZero(any(value)) FROM system.merge_tree_settings WHERE "
               "name = '") +
           setting + "')";
  };
  const auto answer = client.FetchOutside(
      "SELECT table, partition, count() AS parts, " + limit("parts_to_delay_insert") + ", " +
          limit("parts_to_throw_insert") + " FROM system.parts WHERE active AND database = '" +
          client.database() +
          "' GROUP BY table, partition ORDER BY parts DESC LIMIT 1 FORMAT "
          "TabSeparated",
      stop);
  if (!answer) return FailedBy("parts", answer.error(), kSystemFix);
  FullestPartition fullest;
  const auto fields = Split(FirstLine(*answer), '\t');
  if (fields.size() == 5 && ReadNumber(fields[2], fullest.parts)) {
    fullest.table = fields[0];
    fullest.partition = fields[1];
    std::uint64_t number = 0;
    if (ReadNumber(fields[3], number) && number > 0) fullest.delays_at = number;
    if (ReadNumber(fields[4], number) && number > 0) fullest.throws_at = number;
  }
  return JudgeParts(fullest);
}

}  // namespace

Checkups CheckDatabase(const Environment& environment, const std::stop_token& stop) {
  Reached reached;
  if (HasClickHouse(environment.config)) {
    reached = ReachServers(environment, stop);
    if (!reached.answers) return reached.checkups;
  } else {
    std::error_code ignored;
    if (!environment.dir || !std::filesystem::exists(environment.dir->tables_dir(), ignored)) {
      return {Passed(kName, "built in, no tables yet: polyhouse up makes them")};
    }
  }
  Checkups& checkups = reached.checkups;
  const auto tables = TableAccess::Open(environment, Patience::kFail, stop);
  if (!tables) {
    checkups.push_back(FailedBy(
        kName,
        tables.error(),
        "See what the engine has written to standard error, and what is said of its library; a "
        "running one that is stuck ends with its polyhouse up."));
    return checkups;
  }
  checkups.push_back(HasClickHouse(environment.config) ? CheckRights((*tables)->client(), stop)
                                                       : CheckEngine(**tables, stop));
  checkups.push_back(CheckSchema(environment, **tables, stop));
  checkups.push_back(CheckWindows((*tables)->client(), stop));
  checkups.push_back(CheckParts((*tables)->client(), stop));
  return checkups;
}

}  // namespace polyhouse
