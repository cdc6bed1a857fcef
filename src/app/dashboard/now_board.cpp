#include "app/dashboard/now_board.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "app/dashboard/envelope.h"
#include "app/vital_signs.h"
#include "base/json_text.h"
#include "base/split.h"
#include "codec/record_type.h"
#include "codec/timestamp.h"
#include "flow/fills/fill_store.h"
#include "flow/listing/listings.h"
#include "flow/state_keys.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMinute = 60;
constexpr std::size_t kMostEvents = 20;
constexpr std::string_view kInsertSeconds = "polyhouse_insert_seconds_bucket{";
constexpr std::string_view kInsertRetries = "polyhouse_insert_retries_total{";

std::array<NowFlow, 7> Flows() {
  constexpr std::array<std::string_view, 4> kListing = {
      "discover", "refresh", "settle", "backfill"};
  constexpr std::array<std::string_view, 4> kChain = {"live", "backfill"};
  return {{{"markets", "Gamma /markets", &kMarketListing.names, "markets", kListing},
           {"events", "Gamma /events", &kEventListing.names, "polymarket_events", kListing},
           {"order fills", "Polygon", &FillNames(), "order_fills", kChain, true},
           {"trades", "order fills", nullptr, "trades", {}, true},
           {"actions", "Polygon", &ActionNames(), "token_actions", kChain, true},
           {"enriched", "markets and events", nullptr, "markets_enriched", {}},
           {"addresses", "Polygon", nullptr, "addresses", {}, true}}};
}

const RecordType& RecordsOf(const NowFlow& flow) {
  const auto types = RecordTypes();
  return *std::find_if(
      types.begin(), types.end(), [&](const auto& type) { return type.table == flow.table; });
}

/// Without digits that mean nothing; "null" for what is unknown.
std::string NumberText(std::optional<double> number) {
  if (!number || !std::isfinite(*number)) return "null";
  std::array<char, 40> text{};
  const bool is_whole = std::abs(*number - std::round(*number)) < 1e-9;
  (void)std::snprintf(text.data(), text.size(), is_whole ? "%.0f" : "%.2f", *number);
  return text.data();
}

void AppendNumber(std::string& json, std::string_view name, std::optional<double> number) {
  json += json.ends_with('{') ? "\"" : ",\"";
  json.append(name).append("\":").append(NumberText(number));
}

template <class Minute>
void AppendMinute(std::string& json, const Minute& minute) {
  json += ",\"spark\":[";
  for (const auto& each : minute) {
    json += (json.ends_with('[') ? "" : ",") + NumberText(each);
  }
  json += "]";
}

template <class Minute>
void AddToMinute(Minute& minute, std::optional<double> value) {
  if (minute.size() >= kMinute) minute.pop_front();
  minute.push_back(value);
}

/// What goes on failing, of all processes, by where.
std::map<std::string, std::string> FailingNow(const StatusFacts& facts) {
  std::map<std::string, std::string> failing;
  for (const auto& [process, news] : facts.processes) {
    if (!IsHeard(news)) continue;
    for (const auto& [where, trouble] : news.report.troubles) {
      if (trouble.GoesOn(facts.time)) failing[where] = trouble.message;
    }
  }
  return failing;
}

double SumOf(const MetricValues& counted, std::string_view metric, std::string_view table) {
  double sum = 0;
  for (auto each = counted.lower_bound(metric);
       each != counted.end() && each->first.starts_with(metric);
       ++each) {
    if (LabelOf(each->first, "table") == table) sum += each->second;
  }
  return sum;
}

/// The 99th of a hundred batches took no longer, by the bounds of the histogram; empty: none yet.
std::optional<double> SlowBatch(const MetricValues& counted, std::string_view table) {
  std::map<double, double> at_most;
  for (auto each = counted.lower_bound(kInsertSeconds);
       each != counted.end() && each->first.starts_with(kInsertSeconds);
       ++each) {
    if (LabelOf(each->first, "table") != table) continue;
    const std::string bound = LabelOf(each->first, "le");
    at_most[bound == "+Inf" ? INFINITY : std::strtod(bound.c_str(), nullptr)] += each->second;
  }
  if (at_most.empty() || at_most.rbegin()->second <= 0) return {};
  const double wanted = 0.99 * at_most.rbegin()->second;
  for (const auto& [bound, count] : at_most) {
    if (count >= wanted && std::isfinite(bound)) return bound * 1'000;
  }
  return {};
}

StreamLag LagOf(const StatusFacts& facts, const RecordType& records) {
  StreamLag lag;
  for (const StreamOverview& stream : facts.streams) {
    if (stream.stream.value() != records.stream) continue;
    lag.dead = static_cast<double>(stream.dead_letters);
    for (const GroupOverview& group : stream.groups) {
      if (group.group.value() != records.group) continue;
      lag.rows = static_cast<double>(group.rows);
      lag.pending = static_cast<double>(group.pending);
    }
  }
  const auto since =
      facts.waiting_since.find({std::string(records.stream), std::string(records.group)});
  if (since != facts.waiting_since.end()) {
    lag.age = static_cast<double>(std::max<std::int64_t>((facts.time - since->second).count(), 0));
  }
  return lag;
}

std::string ProblemsJson(const Condition& condition) {
  std::string json = "[";
  for (const Problem& problem : condition.problems) {
    json += json.ends_with('[') ? "{" : ",{";
    AppendField(json, "id", IdOf(problem));
    AppendField(json, "level", NameOf(problem.level));
    AppendField(json, "title", problem.title);
    json += ",\"since\":" + SinceJson(problem);
    AppendField(json, "safe", problem.advice);
    AppendField(json, "command", problem.command);
    AppendField(json, "runbook", problem.alert);
    json += "}";
  }
  return json + "]";
}

std::string RolesJson(const StatusFacts& facts) {
  auto players = ProcessesBy(facts, "polyhouse_role_held", "role");
  std::string json = "[";
  for (const RolePresence& role : facts.roles) {
    json += json.ends_with('[') ? "{" : ",{";
    AppendField(json, "name", role.role);
    AppendField(json, "host", players[role.role]);
    AppendNumber(json, "age_ms", static_cast<double>(role.age.count()));
    AppendField(json, "state", IsAlive(role) ? "good" : role.has_ended ? "off" : "bad");
    json += "}";
  }
  return json + "]";
}

/// The last lines of all logs, "TIME LETTER TEXT" each, the newest first.
std::string EventsJson(const StatusFacts& facts) {
  std::vector<std::pair<std::string, std::string>> lines;  ///< And whose.
  for (const auto& [process, news] : facts.processes) {
    if (!IsHeard(news)) continue;
    for (const std::string& line : news.report.log) lines.emplace_back(line, process);
  }
  std::sort(lines.rbegin(), lines.rend());
  lines.resize(std::min(lines.size(), kMostEvents));
  std::string json = "[";
  for (const auto& [line, process] : lines) {
    const auto parts = Split(line, ' ');
    if (parts.size() < 3) continue;
    json += json.ends_with('[') ? "{" : ",{";
    AppendField(json, "at", parts[0]);
    AppendField(json, "level", parts[1] == "E" ? "bad" : parts[1] == "W" ? "warn" : "good");
    AppendField(json, "text", line.substr(parts[0].size() + parts[1].size() + 2));
    AppendField(json, "where", process);
    json += "}";
  }
  return json + "]";
}

std::string HeadJson(const Condition& condition, Timestamp time) {
  std::string json = "{";
  AppendField(json, "as_of", FormatTime(time));
  AppendField(json,
              "level",
              condition.problems.empty() ? "good" : NameOf(condition.problems.front().level));
  AppendField(json, "say", condition.say);
  return json + ",\"problems\":" + ProblemsJson(condition) + ",";
}

/// As lanes are named where they fail and where they are counted.
std::string LaneKey(const IngesterNames& names, std::string_view lane) {
  return std::string(names.ingester) + "/" + std::string(lane);
}

/// Of one lane, whose last rounds and failures are known by its ingester's and its own name.
std::string LaneJson(const StatusFacts& facts,
                     const IngesterNames& names,
                     std::string_view lane,
                     const std::map<std::string, Rates>& rates,
                     const std::map<std::string, std::string>& failing) {
  const std::string where = LaneKey(names, lane);
  const auto failure = failing.find(where);
  const auto rate = rates.find(where);
  const std::string last = LastRound(facts, names, lane);
  const bool is_at_work = rate != rates.end() && rate->second.requests > 0;
  std::string json = "{";
  AppendField(json, "name", lane);
  AppendField(json,
              "state",
              failure != failing.end()      ? "bad"
              : is_at_work || !last.empty() ? "good"
                                            : "idle");
  json += ",\"newest\":";
  last.empty() ? static_cast<void>(json += "null") : AppendJsonString(json, last);
  AppendNumber(json, "rows_s", rate == rates.end() ? 0 : rate->second.read);
  AppendNumber(json, "requests_s", rate == rates.end() ? 0 : rate->second.requests);
  json += ",\"next_in_ms\":null";
  AppendField(json, "error", failure == failing.end() ? "" : failure->second);
  return json + "}";
}

std::string LanesJson(const StatusFacts& facts,
                      const NowFlow& flow,
                      const std::map<std::string, Rates>& rates,
                      const std::map<std::string, std::string>& failing) {
  std::string json = "[";
  for (const std::string_view lane : flow.lanes) {
    if (lane.empty() || flow.names == nullptr) continue;
    json += (json.ends_with('[') ? "" : ",") + LaneJson(facts, *flow.names, lane, rates, failing);
  }
  return json + "]";
}

StoredTable StoredOf(const StatusFacts& facts, const std::string& table) {
  const auto stored = facts.stored.find(table);
  return stored == facts.stored.end() ? StoredTable() : stored->second;
}

std::string TableJson(const StatusFacts& facts, const std::string& table, Timestamp counted_at) {
  const StoredTable stored = StoredOf(facts, table);
  std::string json = "{";
  AppendField(json, "name", table);
  AppendNumber(json, "rows", static_cast<double>(stored.rows));
  AppendNumber(json, "bytes", static_cast<double>(stored.bytes));
  const auto exact = std::find_if(facts.tables.begin(), facts.tables.end(), [&](const auto& each) {
    return each.first == table;
  });
  if (exact == facts.tables.end() || counted_at == Timestamp{}) {
    json += ",\"exact\":null";
  } else {
    json += ",\"exact\":{\"rows\":" + exact->second;
    AppendField(json, "as_of", FormatTime(counted_at));
    json += "}";
  }
  const auto grown = facts.freshness.last_day.find(table);
  const bool is_known = grown != facts.freshness.last_day.end();
  AppendNumber(json,
               "grown_24h",
               is_known ? std::optional(static_cast<double>(grown->second)) : std::nullopt);
  return json + "}";
}

double RequestsOf(const std::map<std::string, Rates>& rates, const IngesterNames& names) {
  double requests = 0;
  for (const auto& [where, rate] : rates) {
    if (where.starts_with(std::string(names.ingester) + "/")) requests += rate.requests;
  }
  return requests;
}

}  // namespace

std::string NowBoard::SourceJson(const NowFlow& flow, const std::set<std::string>& failing) {
  std::optional<double> requests;
  if (flow.names != nullptr) requests = RequestsOf(rates_, *flow.names);
  Minute& minute = minutes_["source " + std::string(flow.name)];
  AddToMinute(minute, requests);
  const bool fails = flow.names != nullptr &&
                     std::any_of(flow.lanes.begin(), flow.lanes.end(), [&](std::string_view lane) {
                       return failing.contains(LaneKey(*flow.names, lane));
                     });
  std::string json = "{";
  AppendField(json, "label", flow.source);
  AppendField(json, "state", fails ? "bad" : "good");
  AppendField(json, "note", "");
  AppendNumber(json, "rate", requests);
  json += ",\"of\":null";
  AppendMinute(json, minute);
  return json + "}";
}

std::string NowBoard::StreamJson(const NowFlow& flow, const StreamLag& lag, bool is_held_up) {
  Minute& minute = minutes_["stream " + std::string(flow.name)];
  AddToMinute(minute, lag.rows);
  std::string json = "{";
  AppendField(json, "name", RecordsOf(flow).stream);
  AppendField(json, "state", is_held_up ? "warn" : "good");
  AppendNumber(json, "lag_rows", lag.rows);
  AppendNumber(json, "lag_ms", lag.rows == 0 ? std::optional(0.) : lag.age);
  AppendNumber(json, "pending", lag.pending);
  AppendMinute(json, minute);
  return json + "}";
}

std::string NowBoard::WriterJson(const NowFlow& flow, const StreamLag& lag, bool is_held_up) const {
  const std::string table(flow.table);
  const auto rate = rates_.find(table);
  std::string json = "{";
  AppendField(json, "state", is_held_up ? "bad" : "good");
  AppendNumber(json, "rows_s", rate == rates_.end() ? 0 : rate->second.stored);
  AppendNumber(json, "batch_p99_ms", SlowBatch(counted_, table));
  AppendNumber(json, "retries", SumOf(counted_, kInsertRetries, table));
  AppendNumber(json, "dead", lag.dead);
  return json + "}";
}

std::string NowBoard::FlowsJson(const StatusFacts& facts, Timestamp counted_at) {
  const auto failures = FailingNow(facts);
  std::set<std::string> failing;
  for (const auto& [where, message] : failures) failing.insert(where);
  std::string json = "[";
  for (const NowFlow& flow : Flows()) {
    const std::string table(flow.table);
    if (flow.is_optional && StoredOf(facts, table).rows == 0) continue;
    const StreamLag lag = LagOf(facts, RecordsOf(flow));
    const bool is_held_up =
        failing.contains("table " + table) || failing.contains("stream of " + table);
    json += json.ends_with('[') ? "{" : ",{";
    AppendField(json, "name", flow.name);
    json += ",\"source\":" + SourceJson(flow, failing);
    json += ",\"lanes\":" + LanesJson(facts, flow, rates_, failures);
    json += ",\"stream\":" + StreamJson(flow, lag, is_held_up);
    json += ",\"writer\":" + WriterJson(flow, lag, is_held_up);
    json += ",\"table\":" + TableJson(facts, table, counted_at) + "}";
  }
  return json + "]";
}

std::string NowBoard::Show(const StatusFacts& facts,
                           const Condition& condition,
                           Timestamp counted_at) {
  const MetricValues before = std::exchange(counted_, CountedBy(facts));
  const double seconds =
      std::chrono::duration<double>(facts.time - std::exchange(counted_time_, facts.time)).count();
  // A clock that was set back tells nothing.
  if (!before.empty() && seconds > 0) rates_ = RatesOf(before, counted_, seconds);
  rest_ = "\"roles\":" + RolesJson(facts) + ",\"flows\":" + FlowsJson(facts, counted_at) +
          ",\"events\":" + EventsJson(facts) + "}";
  return HeadJson(condition, facts.time) + rest_;
}

std::string NowBoard::ShowOld(const Condition& condition, Timestamp now) const {
  return HeadJson(condition, now) + rest_;
}

}  // namespace polyhouse
