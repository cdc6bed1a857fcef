#include "answers/answer_keeper.h"

#include <algorithm>
#include <array>

#include "checks/table_answer.h"

namespace polyhouse {
namespace {

constexpr std::array kAnswers = {KeptAnswer{"token_hours", "hour", "toStartOfHour"},
                                 KeptAnswer{"wallet_days", "day", "toDate"}};

/// What was touched is remembered for a day after it was computed, and forgotten once a day.
constexpr std::uint64_t kDay = 86'400'000'000;

/// The built-in database may have little memory.
constexpr std::string_view kSmall =
    " SETTINGS max_threads = 2, max_bytes_before_external_group_by = 100000000, "
    "min_insert_block_size_rows = 65536, min_insert_block_size_bytes = 33554432";

std::uint64_t Micros(std::chrono::milliseconds time) {
  return static_cast<std::uint64_t>(std::chrono::microseconds(time).count());
}

std::string Time(std::uint64_t micros) {
  return "fromUnixTimestamp64Micro(toInt64(" + std::to_string(micros) + "), 'UTC')";
}

std::string Between(std::uint64_t after, std::uint64_t until) {
  return " WHERE touched_at > " + Time(after) + " AND touched_at <= " + Time(until);
}

}  // namespace

Result<std::vector<KeptAnswer>> AnswersKeptBy(TableReader& tables, std::stop_token stop) {
  const auto names = Ask(
      tables,
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE '%_kept'",
      std::move(stop));
  if (!names) return names.error();
  std::vector<KeptAnswer> kept;
  for (const KeptAnswer& answer : kAnswers) {
    const std::string table = std::string(answer.name) + "_kept";
    const bool is_there = std::any_of(
        names->begin(), names->end(), [&](const auto& row) { return row.front() == table; });
    if (is_there) kept.push_back(answer);
  }
  return kept;
}

Result<std::vector<KeptAnswer>> AnswersBehind(TableReader& tables, std::stop_token stop) {
  auto kept = AnswersKeptBy(tables, stop);
  if (!kept) return kept;
  std::vector<KeptAnswer> behind;
  for (const KeptAnswer& answer : *kept) {
    const std::string name(answer.name);
    const auto waiting =
        AskNumber(tables,
                  "SELECT count() FROM (SELECT 1 FROM " + name +
                      "_touched WHERE touched_at > (SELECT max(until) FROM "
                      "kept_until WHERE name = '" +
                      name + "') AND touched_at < now64(6) - INTERVAL 1 MINUTE LIMIT 1)",
                  stop);
    if (!waiting) return waiting.error();
    if (*waiting > 0) behind.push_back(answer);
  }
  return behind;
}

Status Touch(const KeptAnswer& answer,
             std::string_view from_table,
             std::uint64_t version,
             BulkTables& tables,
             std::stop_token stop) {
  const std::string name(answer.name);
  return tables.Run("INSERT INTO " + name +
                        "_touched SELECT DISTINCT now64(6, 'UTC') AS touched_at, token_id, " +
                        std::string(answer.start_of) + "(timestamp) AS " +
                        std::string(answer.unit) + " FROM " + std::string(from_table) +
                        " WHERE version >= " + std::to_string(version) + std::string(kSmall),
                    "",
                    std::move(stop));
}

Status AnswerKeeper::Keep(bool all, const std::stop_token& stop) {
  const auto kept = AnswersKeptBy(tables_, stop);
  if (!kept) return kept.error();
  for (const KeptAnswer& answer : *kept) {
    for (bool is_done = false; !is_done;) {
      const auto window = NextWindow(answer, all, stop);
      if (!window) return window.error();
      is_done = window->is_all;
      if (window->is_empty) continue;
      if (auto status = Compute(answer, *window, stop); !status) return status;
      if (!window->has_old) continue;
      if (auto status = Forget(answer, *window, stop); !status) return status;
    }
  }
  return Ok();
}

Result<AnswerKeeper::Window> AnswerKeeper::NextWindow(const KeptAnswer& answer,
                                                      bool all,
                                                      const std::stop_token& stop) {
  const std::string name(answer.name);
  const std::string touched = name + "_touched";
  const auto times =
      Ask(tables_,
          "SELECT toUnixTimestamp64Micro(max(until)), argMax(seen, (until, version)), "
          "toUnixTimestamp64Micro(now64(6)), (SELECT "
          "toUnixTimestamp64Micro(min(touched_at)) FROM " +
              touched + ") FROM kept_until WHERE name = '" + name + "'",
          stop);
  if (!times) return times.error();
  const auto& row = times->at(0);
  const std::uint64_t until = NumberIn(row.at(0));
  Window window{.from = until, .now = NumberIn(row.at(2))};
  window.to = window.now;
  window.has_old = NumberIn(row.at(3)) + 2 * kDay < until;
  if (!all && window.now < until + Micros(options_.interval)) return window;

  const auto next =
      Ask(tables_,
          "SELECT count(), toUnixTimestamp64Micro(max(touched_at)), (SELECT count() FROM " +
              touched + Between(until - std::min(until, Micros(options_.insert_time)), until) +
              ") FROM (SELECT touched_at FROM " + touched + Between(until, window.now) +
              " ORDER BY touched_at LIMIT " + std::to_string(options_.units_at_once) + ")",
          stop);
  if (!next) return next.error();
  const std::uint64_t fresh = NumberIn(next->at(0).at(0));
  const bool some_came_late = NumberIn(next->at(0).at(2)) > NumberIn(row.at(1));
  if (some_came_late) window.from = until - std::min(until, Micros(options_.insert_time));
  window.is_empty = fresh == 0 && !some_came_late;
  window.is_all = fresh < options_.units_at_once;
  if (!window.is_all) window.to = NumberIn(next->at(0).at(1));
  // Counted before it is computed: what comes between is found to have come late.
  const auto seen = AskNumber(
      tables_,
      "SELECT count() FROM " + touched +
          Between(window.to - std::min(window.to, Micros(options_.insert_time)), window.to),
      stop);
  if (!seen) return seen.error();
  window.seen = *seen;
  return window;
}

Status AnswerKeeper::Compute(const KeptAnswer& answer,
                             const Window& window,
                             const std::stop_token& stop) {
  const std::string name(answer.name);
  const std::string unit = "(token_id, " + std::string(answer.unit) + ")";
  const std::string version = std::to_string(window.now);
  auto status =
      tables_.Run("INSERT INTO " + name + "_kept SELECT *, " + version + " FROM " + name +
                      "_computed WHERE " + unit + " GLOBAL IN (SELECT " + unit + " FROM " + name +
                      "_touched" + Between(window.from, window.to) + ")" + std::string(kSmall),
                  "",
                  stop);
  if (!status) return status;
  return tables_.Run("INSERT INTO kept_until SELECT '" + name + "', " + Time(window.to) + ", " +
                         std::to_string(window.seen) + ", " + version,
                     "",
                     stop);
}

Status AnswerKeeper::Forget(const KeptAnswer& answer,
                            const Window& window,
                            const std::stop_token& stop) {
  const std::string table = std::string(answer.name) + "_touched";
  return tables_.Run(
      "ALTER TABLE " +
          (options_.cluster.empty() ? table
                                    : table + "_local ON CLUSTER '" + options_.cluster + "'") +
          " DELETE WHERE touched_at < " + Time(window.from - kDay),
      "",
      stop);
}

}  // namespace polyhouse
