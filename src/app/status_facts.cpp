#include "app/status_facts.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "app/condition.h"
#include "app/heartbeat.h"
#include "app/streams.h"
#include "app/table_access.h"
#include "app/vital_signs.h"
#include "base/json_text.h"
#include "base/split.h"
#include "base/stop_after.h"
#include "checks/check_run.h"
#include "checks/fill_check.h"
#include "checks/table_answer.h"
#include "codec/timestamp.h"
#include "exports/time_column.h"
#include "flow/fills/fill_store.h"
#include "flow/listing/listings.h"
#include "flow/listing/range_book.h"
#include "schema/cluster_ddl.h"

namespace polyhouse {
namespace {

/// Counting what views show may take seconds; who hangs would take for ever.
constexpr std::chrono::seconds kTablesPatience{20};

Result<std::string> CountOf(ClickHouseClient& client,
                            const std::string& view,
                            std::stop_token stop) {
  auto count =
      client.Fetch("SELECT count() FROM " + view + " FORMAT TabSeparated", std::move(stop));
  if (!count) return count;
  while (count->ends_with('\n')) count->pop_back();
  return count;
}

/// Rows and bytes of all tables, of what is on disk: quick however much it is.
Status CountStored(ClickHouseClient& client,
                   const std::string& database,
                   StatusFacts& facts,
                   std::stop_token stop) {
  const auto rows =
      Ask(client,
          "SELECT table, sum(rows), sum(bytes_on_disk) FROM system.parts WHERE active "
          "AND database = " +
              Quoted(database) + " GROUP BY table",
          std::move(stop));
  if (!rows) return rows.error();
  for (const auto& row : *rows) {
    // In a cluster rows lie in local tables; these are the ones of the server that was asked.
    std::string table = row[0];
    if (table.ends_with(kLocalSuffix)) table.resize(table.size() - kLocalSuffix.size());
    StoredTable& stored = facts.stored[table];
    stored.rows += NumberIn(row[1]);
    stored.bytes += NumberIn(row[2]);
  }
  return Ok();
}

/// Those whose growth is told.
constexpr std::array kGrowing = {
    "markets", "polymarket_events", "order_fills", "trades", "token_actions"};

/// Rows of a table that are of the last day.
std::string LastDayQuestion(const std::string& table) {
  const std::string column(TimeColumnOf(table).value_or("timestamp"));
  std::string sql = "SELECT '" + table + "', count() FROM " + table + " FINAL WHERE " + column +
                    " > now64(3) - INTERVAL 1 DAY AND " + column + " <= now64(3)";
  // What the chain has taken back.
  if (column != "createdAt") sql += " AND NOT removed";
  // They lie by block: a day has 43,200, of two seconds each.
  if (column == "block_time") {
    sql += " AND block_number >= (SELECT max(block_number) FROM " + table + ") - 100000";
  }
  return sql;
}

/// A server that answers other questions may be too slow for this one, or have older tables.
void CountLastDay(ClickHouseClient& client, StatusFacts& facts, const std::stop_token& stop) {
  std::string sql;
  for (const char* table : kGrowing) {
    if (!facts.stored.contains(table)) continue;
    sql += (sql.empty() ? "" : " UNION ALL ") + LastDayQuestion(table);
  }
  if (sql.empty()) return;
  const auto rows = Ask(client, sql, stop);
  if (!rows) return;
  for (const auto& row : *rows) facts.freshness.last_day[row[0]] = NumberIn(row[1]);
}

/// A server's tables may be older than runs are kept.
void FindLastRun(ClickHouseClient& client, Freshness& freshness, const std::stop_token& stop) {
  const auto row = Ask(client,
                       "SELECT toUnixTimestamp64Milli(max(ended_at)), argMax(wrong, ended_at) FROM "
                       "check_runs_current WHERE name = " +
                           Quoted(kVerifyRun),
                       stop);
  if (!row || row->empty()) return;
  const auto at = std::chrono::milliseconds(static_cast<std::int64_t>(NumberIn(row->front()[0])));
  if (at.count() > 0) freshness.verified = LastRun{Timestamp(at), NumberIn(row->front()[1])};
}

Status CountFreshness(ClickHouseClient& client, Freshness& freshness, std::stop_token stop) {
  const auto row =
      Ask(client,
          "SELECT countIf(NOT closed), countIf(NOT closed AND end_date < now64(3)), countIf(closed "
          "AND winner_index < 0 AND resolution_status NOT IN ('resolved', 'settled')), "
          "max(version), (SELECT max(version) FROM polymarket_events), "
          "(SELECT toUnixTimestamp64Milli(max(timestamp)) FROM trades) FROM markets FINAL",
          stop);
  if (!row) return row.error();
  const auto& of = row->front();
  freshness = {.open_markets = NumberIn(of[0]),
               .overdue_markets = NumberIn(of[1]),
               .unresolved_markets = NumberIn(of[2])};
  const auto newest = [&](const char* table, const std::string& milliseconds) {
    const auto at = std::chrono::milliseconds(static_cast<std::int64_t>(NumberIn(milliseconds)));
    if (at.count() > 0) freshness.newest[table] = Timestamp(at);
  };
  newest("markets", of[3]);
  newest("polymarket_events", of[4]);
  newest("trades", of[5]);
  return Ok();
}

/// Since when groups wait, by the first entry that each still needs.
Status FindOldest(StreamAdmin& admin, StatusFacts& facts) {
  for (const StreamOverview& stream : facts.streams) {
    for (const GroupOverview& group : stream.groups) {
      if (group.pending + group.undelivered == 0) continue;
      const auto done = admin.LowWaterMark(stream.stream, group.group);
      if (!done) return done.error();
      const auto next = admin.Range(stream.stream, done->value_or(EntryId{}), 1);
      if (!next) return next.error();
      if (next->empty()) continue;
      const auto fetched = ParseApiTime(next->front().timestamp);
      if (fetched) facts.waiting_since[{stream.stream.value(), group.group.value()}] = *fetched;
    }
  }
  return Ok();
}

/// The words of a client that was connected and heard nothing.
bool IsSilence(const Error& error) {
  return error.message.find("timed out") != std::string::npos;
}

/// Signs of life and reports need as much.
constexpr std::uint64_t kLeastFree = 1UL << 20U;

std::optional<std::uint64_t> FreeOn(const std::string& directory) {
  std::error_code failure;
  const auto space = std::filesystem::space(directory, failure);
  if (failure) return {};
  return space.available;
}

Status HearProcesses(Streams& streams, StatusFacts& facts) {
  const auto reports = streams.OpenReports()->All();
  if (!reports) return reports.error();
  for (const RolePresence& each : *reports) {
    facts.processes[each.role] = {each.age, each.has_ended, telemetry::ParseReport(each.doing)};
  }
  return Ok();
}

}  // namespace

bool IsHeard(const ProcessNews& news) {
  return !news.has_ended && news.age <= Heartbeat::kSilence;
}

Result<StatusFacts> GatherStreams(const Environment& environment, std::stop_token stop) {
  StatusFacts facts;
  facts.time = environment.clock.Now();
  if (environment.dir) facts.disk_free = FreeOn(environment.dir->path());
  facts.disk_full = facts.disk_free && *facts.disk_free < kLeastFree;
  const auto place = Streams::Open(environment, {}, stop);
  if (!place) return place.error();
  const auto admin = (*place)->OpenAdmin();
  if (!admin) return admin.error();
  auto states = (*admin)->States();
  if (!states) return std::move(states).error();
  facts.states = std::move(*states);
  for (const ListingType* listing : Listings()) {
    auto ranges = (*admin)->Fields(listing->names.Key(kRangesState));
    if (!ranges) return std::move(ranges).error();
    facts.ranges[std::string(listing->names.ingester)] = std::move(*ranges);
  }
  auto streams = (*admin)->Overview();
  if (!streams) return std::move(streams).error();
  facts.streams = std::move(*streams);

  auto roles = (*place)->OpenPresence()->All();
  if (!roles) return std::move(roles).error();
  facts.roles = std::move(*roles);
  if (auto status = FindOldest(**admin, facts); !status) return std::move(status).error();
  if (auto status = HearProcesses(**place, facts); !status) return std::move(status).error();
  return facts;
}

Result<StatusFacts> GatherStatus(const Environment& environment,
                                 Counting counting,
                                 std::stop_token stop) {
  auto gathered = GatherStreams(environment, stop);
  if (!gathered) return gathered;
  StatusFacts& facts = *gathered;
  const StopAfter in_time(kTablesPatience, stop);
  const auto count = [&, stop = in_time.token()](TableAccess& access) -> Status {
    facts.tables.clear();
    // A server is looked at as it is.
    if (!HasClickHouse(environment.config)) {
      if (auto status = access.Prepare(stop); !status) return status;
    }
    for (const ListingType* listing : Listings()) {
      if (counting == Counting::kNone) break;
      const RecordType& records = listing->records();
      auto rows = CountOf(access.client(), std::string(records.view), stop);
      if (!rows) return std::move(rows).error();
      facts.tables.emplace_back(records.table, std::move(*rows));
    }
    facts.stored.clear();
    auto status = CountStored(access.client(), environment.config.database, facts, stop);
    if (!status || counting == Counting::kNone) return status;
    status = CountFreshness(access.client(), facts.freshness, stop);
    if (status) FindLastRun(access.client(), facts.freshness, stop);
    if (status && counting == Counting::kRunning) CountLastDay(access.client(), facts, stop);
    return status;
  };
  const bool may_start = counting == Counting::kExact || HasClickHouse(environment.config);
  if (!may_start) {
    const auto answers = PingEngine(environment, stop);
    // Nobody listens: no engine is meant to run. One that listens and is silent hangs.
    if (!answers && IsSilence(answers.error())) {
      facts.tables_away = "the engine runs and gives no answer";
      facts.engine_hangs = true;
    }
    if (!answers) return gathered;
  }
  const auto counted = WithTables(
      environment, count, [] { return true; }, in_time.token());
  if (in_time.token().stop_requested() && !stop.stop_requested()) {
    facts.tables_away = "they give no answer (within 20 s)";
    return gathered;
  }
  if (!counted && counted.error().kind != ErrorKind::kTransient) return counted.error();
  if (!counted) facts.tables_away = counted.error().message;
  return gathered;
}

namespace {

/// What the proof at the backfill's end said; empty when there was none.
std::string ProofText(const StatusFacts& facts, const IngesterNames& names) {
  const std::string proof = StateOf(facts, names, kProofState);
  return proof.empty() ? proof : ", proof " + proof;
}

std::string NumberOf(const StatusFacts& facts,
                     const IngesterNames& names,
                     std::string_view suffix) {
  const std::string number = StateOf(facts, names, suffix);
  return number.empty() ? "0" : number;
}

/// Of its dead letters those whose row is in its table.
std::string FieldLettersOf(const StatusFacts& facts, const StreamOverview& stream) {
  const ListingType* listing = ListingOfStream(stream.stream.value());
  return listing == nullptr ? "0" : NumberOf(facts, listing->names, kFieldLettersState);
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

std::string RolesText(const std::vector<RolePresence>& roles) {
  std::string text =
      "\nrole                           lives    last sign  has done since its start\n";
  for (const RolePresence& role : roles) {
    text += Line("%-30s %-8s %9s  ",
                 role.role.c_str(),
                 IsAlive(role)    ? "yes"
                 : role.has_ended ? "ended"
                                  : "no",
                 AgeText(role.age).c_str()) +
            role.doing + "\n";
  }
  return text;
}

/// Rows that views show where they were counted, and what is on disk.
std::string TablesText(const StatusFacts& facts) {
  std::map<std::string, std::string> current(facts.tables.begin(), facts.tables.end());
  for (const auto& [table, stored] : facts.stored) current.try_emplace(table, "");
  std::string text = "\ntable                      current rows  rows on disk            MB\n";
  for (const auto& [table, rows] : current) {
    const auto stored = facts.stored.find(table);
    const StoredTable on_disk = stored == facts.stored.end() ? StoredTable() : stored->second;
    text += Line("%-26s %12s %13llu %13.1f\n",
                 table.c_str(),
                 rows.c_str(),
                 static_cast<unsigned long long>(on_disk.rows),
                 static_cast<double>(on_disk.bytes) / 1e6);
  }
  return text;
}

/// The last failure of each lane, table and server, of all processes.
std::string FailuresText(const StatusFacts& facts) {
  std::string text;
  for (const auto& [process, news] : facts.processes) {
    for (const auto& [where, trouble] : news.report.troubles) {
      const bool goes_on = trouble.GoesOn(facts.time) && IsHeard(news);
      text += Line("%-26s %s %6llu  %-7s  ",
                   where.c_str(),
                   FormatTime(trouble.last).c_str(),
                   static_cast<unsigned long long>(trouble.times),
                   goes_on ? "goes on" : "over") +
              trouble.message + "\n";
    }
  }
  return text.empty()
             ? text
             : "\nlast failure of              at                        times  now\n" + text;
}

std::string ProcessesJson(const StatusFacts& facts) {
  std::string text = "[";
  for (const auto& [process, news] : facts.processes) {
    AppendJsonString(text += text.size() > 1 ? ",{\"process\":" : "{\"process\":", process);
    text += ",\"silent_ms\":" + std::to_string(news.age.count()) +
            ",\"ended\":" + (news.has_ended ? "true" : "false") + ",\"failures\":[";
    for (const auto& [where, trouble] : news.report.troubles) {
      AppendJsonString(text += text.ends_with('[') ? "{\"of\":" : ",{\"of\":", where);
      AppendJsonString(text += ",\"first\":", FormatTime(trouble.first));
      AppendJsonString(text += ",\"last\":", FormatTime(trouble.last));
      text += ",\"times\":" + std::to_string(trouble.times) +
              ",\"goes_on\":" + (trouble.GoesOn(facts.time) ? "true" : "false");
      AppendJsonString(text += ",\"error\":", trouble.message);
      text += "}";
    }
    text += "]}";
  }
  return text + "]";
}

std::string RolesJson(const std::vector<RolePresence>& roles) {
  std::string text = "[";
  for (const RolePresence& role : roles) {
    AppendJsonString(text += text.size() > 1 ? ",{\"role\":" : "{\"role\":", role.role);
    text += std::string(",\"alive\":") + (IsAlive(role) ? "true" : "false") +
            ",\"silent_ms\":" + std::to_string(role.age.count());
    AppendJsonString(text += ",\"doing\":", role.doing);
    text += "}";
  }
  return text + "]";
}

/// Of the chain; nothing where the state cannot be read, which verify tells.
FillFacts BlocksIn(const StatusFacts& facts, const ChainTable& of) {
  return FillFactsOf(facts.states, of).value_or(FillFacts());
}

std::string ChainText(const StatusFacts& facts, const ChainTable& of) {
  const IngesterNames& names = of.names();
  const FillFacts fills = BlocksIn(facts, of);
  if (fills.read.empty()) return "";
  return Line("%-10s %12s                   blocks %llu to %llu read, %llu of them not yet\n",
              std::string(names.ingester).c_str(),
              NumberOf(facts, names, kOffsetState).c_str(),
              static_cast<unsigned long long>(fills.read.front().from),
              static_cast<unsigned long long>(fills.read.back().to),
              static_cast<unsigned long long>(fills.unread));
}

std::string ChainJson(const StatusFacts& facts, const ChainTable& of) {
  const IngesterNames& names = of.names();
  const FillFacts fills = BlocksIn(facts, of);
  const std::string tip = StateOf(facts, names, kTipState);
  const std::string what = of.what();
  std::string text = "\"" + what + "\":{\"" + what +
                     "_read\":" + NumberOf(facts, names, kOffsetState) +
                     ",\"blocks_not_read\":" + std::to_string(fills.unread) + ",\"newest_block\":" +
                     (fills.read.empty() || tip.empty() ? "null" : tip.substr(0, tip.find(' '))) +
                     ",\"ranges_read\":[";
  for (const BlockRange& range : fills.read) {
    text += (text.ends_with('[') ? "[" : ",[") + std::to_string(range.from) + "," +
            std::to_string(range.to) + "]";
  }
  return text + "]}";
}

/// What canaries have found, of listings and of the chain.
std::string CanaryText(const StatusFacts& facts, const IngesterNames& names) {
  const auto lines = CanaryLines(facts, names);
  if (lines.size() < 2) return "";
  std::string text = "\nthe API does not behave as it did (" + std::string(names.ingester) +
                     ", seen " + lines[0] + ")\n";
  for (std::size_t i = 1; i < lines.size(); ++i) text += "  " + lines[i] + "\n";
  return text;
}

}  // namespace

std::string StateOf(const StatusFacts& facts, const IngesterNames& names, std::string_view suffix) {
  const auto found = facts.states.find(names.Key(suffix));
  return found == facts.states.end() ? "" : found->second;
}

std::string BackfillText(const StatusFacts& facts, const IngesterNames& names) {
  if (StateOf(facts, names, kCursorState) == kDonePosition) return "done";
  const std::string read = StateOf(facts, names, kBackfilledState);
  if (read.empty() || read == "0") return "not started";
  std::size_t ranges = 0;
  std::size_t done = 0;
  if (const auto found = facts.ranges.find(std::string(names.ingester));
      found != facts.ranges.end()) {
    for (const auto& [number, text] : found->second) {
      const auto range = ParseRange(text);
      ++ranges;
      done += range && range->done ? 1U : 0U;
    }
  }
  return "reading, " + std::to_string(done) + " of " + std::to_string(ranges) + " ranges done";
}

std::vector<std::string> CanaryLines(const StatusFacts& facts, const IngesterNames& names) {
  return Split(StateOf(facts, names, kCanaryState), '\n');
}

std::string LastRound(const StatusFacts& facts, const IngesterNames& names, std::string_view lane) {
  return StateOf(facts, names, LaneState(lane));
}

std::string StatusText(const StatusFacts& facts) {
  std::string text = "ingester   records read   gone  given up  backfill\n";
  for (const ListingType* listing : Listings()) {
    const IngesterNames& names = listing->names;
    text += Line("%-10s %12s %6s %9s  %s\n",
                 std::string(names.ingester).c_str(),
                 NumberOf(facts, names, kOffsetState).c_str(),
                 NumberOf(facts, names, kGoneState).c_str(),
                 NumberOf(facts, names, kGaveUpState).c_str(),
                 (BackfillText(facts, names) + ProofText(facts, names)).c_str());
  }
  text += ChainText(facts, kFillTable) + ChainText(facts, kActionTable);
  text +=
      "\nlast round ended          discover                   refresh                    settle\n";
  for (const ListingType* listing : Listings()) {
    const IngesterNames& names = listing->names;
    const auto round = [&](const char* lane) {
      const std::string last = LastRound(facts, names, lane);
      return last.empty() ? std::string("-") : last;
    };
    text += Line("%-25s %-26s %-26s %s\n",
                 std::string(names.ingester).c_str(),
                 round("discover").c_str(),
                 round("refresh").c_str(),
                 round("settle").c_str());
  }
  for (const ListingType* listing : Listings()) {
    text += CanaryText(facts, listing->names);
  }
  text += CanaryText(facts, FillNames()) + CanaryText(facts, ActionNames());
  text += "\nstream                         length        added  dead letters  of fields  behind\n";
  for (const StreamOverview& stream : facts.streams) {
    text += Line("%-26s %10llu %12llu %13llu %10s %7llu\n",
                 stream.stream.value().c_str(),
                 static_cast<unsigned long long>(stream.length),
                 static_cast<unsigned long long>(stream.added),
                 static_cast<unsigned long long>(stream.dead_letters),
                 FieldLettersOf(facts, stream).c_str(),
                 static_cast<unsigned long long>(stream.behind));
  }
  if (!facts.roles.empty()) text += RolesText(facts.roles);
  text += FailuresText(facts);
  return text + TablesText(facts);
}

std::string StatusJson(const StatusFacts& facts, const std::string& condition) {
  std::string text = "{\"condition\":" + condition + ",\"ingesters\":[";
  for (const ListingType* listing : Listings()) {
    const IngesterNames& names = listing->names;
    AppendJsonString(text += text.ends_with('[') ? "{\"ingester\":" : ",{\"ingester\":",
                     names.ingester);
    text += ",\"records_read\":" + NumberOf(facts, names, kOffsetState);
    text += ",\"gone\":" + NumberOf(facts, names, kGoneState);
    text += ",\"given_up\":" + NumberOf(facts, names, kGaveUpState);
    AppendJsonString(text += ",\"backfill\":", BackfillText(facts, names));
    AppendJsonString(text += ",\"proof\":", StateOf(facts, names, kProofState));
    text += ",\"last_rounds\":{";
    for (const char* lane : kRoundLanes) {
      AppendJsonString(text += text.ends_with('{') ? "" : ",", lane);
      AppendJsonString(text += ":", LastRound(facts, names, lane));
    }
    text += "},\"broken_assumptions\":[";
    const auto lines = CanaryLines(facts, names);
    for (std::size_t i = 1; i < lines.size(); ++i) {
      AppendJsonString(text += i > 1 ? "," : "", lines[i]);
    }
    text += "]}";
  }
  text += "]," + ChainJson(facts, kFillTable) + ",";
  // Where they are not read there is nothing to say.
  if (!BlocksIn(facts, kActionTable).read.empty()) text += ChainJson(facts, kActionTable) + ",";
  text += "\"streams\":[";
  for (const StreamOverview& stream : facts.streams) {
    AppendJsonString(text += text.ends_with('[') ? "{\"stream\":" : ",{\"stream\":",
                     stream.stream.value());
    text += ",\"length\":" + std::to_string(stream.length) +
            ",\"added\":" + std::to_string(stream.added) +
            ",\"dead_letters\":" + std::to_string(stream.dead_letters) +
            ",\"field_letters\":" + FieldLettersOf(facts, stream) +
            ",\"groups\":" + GroupsJson(stream) + "}";
  }
  text += "],\"roles\":" + RolesJson(facts.roles) + ",\"processes\":" + ProcessesJson(facts) +
          ",\"tables\":[";
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
