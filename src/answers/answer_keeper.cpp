#include "answers/answer_keeper.h"

#include <algorithm>
#include <array>

#include "checks/table_answer.h"

namespace polyhouse {
namespace {

/// What is made of another one comes after it.
constexpr std::array kAnswers = {KeptAnswer{"token_hours", "hour"},
                                 KeptAnswer{"token_months", "month"},
                                 KeptAnswer{"wallet_days", "day"}};

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
                      "_touched WHERE touched_at > (SELECT argMax(until, version) FROM "
                      "kept_until WHERE name = '" +
                      name + "') AND touched_at < now64(6) - INTERVAL 1 MINUTE LIMIT 1)",
                  stop);
    if (!waiting) return waiting.error();
    if (*waiting > 0) behind.push_back(answer);
  }
  return behind;
}

Status AnswerKeeper::Keep(bool all, const std::stop_token& stop) {
  const auto kept = AnswersKeptBy(tables_, stop);
  if (!kept) return kept.error();
  for (const KeptAnswer& answer : *kept) {
    if (auto status = KeepOne(answer, all, stop); !status) return status;
  }
  return Ok();
}

Status AnswerKeeper::KeepOne(const KeptAnswer& answer, bool all, const std::stop_token& stop) {
  auto place = PlaceOf(answer, stop);
  if (!place) return std::move(place).error();
  if (!all && place->now < place->until + Micros(options_.interval)) return Ok();
  if (auto status = Pass(answer, *place, &Place::until, place->now, stop); !status) return status;
  const std::uint64_t visible = VisibleUntil(*place);
  if (place->settled < visible) {
    if (auto status = Pass(answer, *place, &Place::settled, visible, stop); !status) return status;
  }
  return place->has_old ? Forget(answer, *place, stop) : Ok();
}

Status AnswerKeeper::Pass(const KeptAnswer& answer,
                          Place& place,
                          std::uint64_t Place::*mark,
                          std::uint64_t to,
                          const std::stop_token& stop) {
  for (bool is_last = false; !is_last;) {
    const auto window = NextWindow(answer, place.*mark, to, stop);
    if (!window) return window.error();
    is_last = window->is_last;
    if (!window->is_empty) {
      if (auto status = Compute(answer, *window, place, stop); !status) return status;
    }
    // What could be seen long since needs no second look.
    if (place.settled == window->from && window->to <= VisibleUntil(place)) {
      place.settled = window->to;
    }
    place.*mark = window->to;
    if (window->is_empty) continue;
    if (auto status = Note(answer, place, stop); !status) return status;
    ++place.version;
  }
  return Ok();
}

std::uint64_t AnswerKeeper::VisibleUntil(const Place& place) const {
  return place.now - std::min(place.now, Micros(options_.insert_time));
}

Result<AnswerKeeper::Place> AnswerKeeper::PlaceOf(const KeptAnswer& answer,
                                                  const std::stop_token& stop) {
  const std::string name(answer.name);
  const auto times = Ask(tables_,
                         "SELECT toUnixTimestamp64Micro(argMax(until, version)), "
                         "toUnixTimestamp64Micro(argMax(settled, version)), max(version), "
                         "toUnixTimestamp64Micro(now64(6)), (SELECT "
                         "toUnixTimestamp64Micro(min(touched_at)) FROM " +
                             name + "_touched) FROM kept_until WHERE name = '" + name + "'",
                         stop);
  if (!times) return times.error();
  const auto& row = times->at(0);
  Place place{
      .until = NumberIn(row.at(0)), .settled = NumberIn(row.at(1)), .now = NumberIn(row.at(3))};
  place.version = std::max(place.now, NumberIn(row.at(2)) + 1);
  const std::uint64_t oldest = NumberIn(row.at(4));
  place.has_old = oldest > 0 && oldest + 2 * kDay < place.settled;
  // The clock was set back: what was touched since then has times that seem to be done. All that is
  // remembered is computed again.
  if (place.until > place.now) place.until = place.settled = 0;
  return place;
}

Result<AnswerKeeper::Window> AnswerKeeper::NextWindow(const KeptAnswer& answer,
                                                      std::uint64_t from,
                                                      std::uint64_t to,
                                                      const std::stop_token& stop) {
  const auto next =
      Ask(tables_,
          "SELECT count(), toUnixTimestamp64Micro(max(touched_at)) FROM (SELECT "
          "touched_at FROM " +
              std::string(answer.name) + "_touched" + Between(from, to) +
              " ORDER BY touched_at LIMIT " + std::to_string(options_.units_at_once) + ")",
          stop);
  if (!next) return next.error();
  const std::uint64_t count = NumberIn(next->at(0).at(0));
  const bool is_last = count < options_.units_at_once;
  return Window{.from = from,
                .to = is_last ? to : NumberIn(next->at(0).at(1)),
                .is_empty = count == 0,
                .is_last = is_last};
}

Status AnswerKeeper::Compute(const KeptAnswer& answer,
                             const Window& window,
                             const Place& place,
                             const std::stop_token& stop) {
  const std::string name(answer.name);
  const std::string unit = "(token_id, " + std::string(answer.unit) + ")";
  return tables_.Run("INSERT INTO " + name + "_kept SELECT * EXCEPT of_file, " +
                         std::to_string(place.version) + " FROM " + name +
                         "_computed WHERE NOT of_file AND " + unit + " GLOBAL IN (SELECT " + unit +
                         " FROM " + name + "_touched" + Between(window.from, window.to) + ")" +
                         std::string(kSmall),
                     "",
                     stop);
}

Status AnswerKeeper::Note(const KeptAnswer& answer,
                          const Place& place,
                          const std::stop_token& stop) {
  return tables_.Run("INSERT INTO kept_until SELECT '" + std::string(answer.name) + "', " +
                         Time(place.until) + ", " + Time(place.settled) + ", " +
                         std::to_string(place.version),
                     "",
                     stop);
}

Status AnswerKeeper::Forget(const KeptAnswer& answer,
                            const Place& place,
                            const std::stop_token& stop) {
  const std::string table = std::string(answer.name) + "_touched";
  return tables_.Run(
      "ALTER TABLE " +
          (options_.cluster.empty() ? table
                                    : table + "_local ON CLUSTER '" + options_.cluster + "'") +
          " DELETE WHERE touched_at < " + Time(place.settled - kDay) +
          " SETTINGS mutations_sync = 1",
      "",
      stop);
}

}  // namespace polyhouse
