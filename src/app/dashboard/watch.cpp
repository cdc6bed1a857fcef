#include "app/dashboard/watch.h"

#include <algorithm>

#include "app/condition.h"
#include "app/status_metrics.h"
#include "app/vital_signs.h"
#include "base/json_text.h"
#include "base/split.h"
#include "codec/timestamp.h"

namespace polyhouse {
namespace {

/// Exact counts may take this part of the time.
constexpr int kCountingShare = 100;
constexpr std::chrono::minutes kLongestCountPause{5};
/// While a table is still empty.
constexpr std::chrono::seconds kFirstCountPause{5};
constexpr std::chrono::seconds kFirstSigns{5};
/// A sample this old is no news: whoever takes them hangs.
constexpr std::chrono::seconds kStale{30};

}  // namespace

bool Watch::IsCountDue(SteadyTime now) const {
  return last_.counts.empty() || now >= last_.count_due;
}

Status Watch::LookOnce(std::stop_token stop) {
  const auto begun = environment_.clock.Steady();
  const bool is_due = IsCountDue(begun);
  auto facts =
      GatherStatus(environment_, is_due ? Counting::kRunning : Counting::kNone, std::move(stop));
  if (!facts) return facts.error();
  // While the tables are away, what was known of them stays.
  last_.are_tables_old = facts->stored.empty();
  if (last_.are_tables_old) facts->stored = last_.facts.stored;
  if (is_due && !facts->tables.empty()) {
    const auto took = environment_.clock.Steady() - begun;
    const auto is_empty = [](const auto& table) { return table.second == "0"; };
    const bool is_new = std::any_of(facts->tables.begin(), facts->tables.end(), is_empty);
    last_.counts = facts->tables;
    last_.freshness = facts->freshness;
    last_.counted = facts->time;
    last_.count_due =
        begun + std::min<SteadyTime::duration>(kCountingShare * took,
                                               is_new ? kFirstCountPause : kLongestCountPause);
  }
  facts->tables = last_.counts;
  facts->freshness = last_.freshness;
  last_.facts = std::move(*facts);
  last_.time = environment_.clock.Now();
  return Ok();
}

/// Numbers of then are none of now, and are left out.
std::string Watch::MetricsNow(Timestamp now) const {
  if (!last_.are_tables_old) return StatusMetrics(last_.facts, now);
  StatusFacts facts = last_.facts;
  facts.stored.clear();
  facts.freshness = {};
  return StatusMetrics(facts, now);
}

void Watch::Look(const std::stop_token& stop) {
  const auto looked = LookOnce(stop);
  const Timestamp now = environment_.clock.Now();
  Condition condition = ConditionOf(last_.facts, environment_.config, now);
  std::vector<std::string> dead = WhyNotAlive(last_.facts.roles);
  // Roles that have just begun have not left a sign yet.
  const bool is_new = environment_.clock.Steady() - begun_ < kFirstSigns;
  if (looked && is_new && Now().empty() && !dead.empty()) return;
  auto behind = WhyNotReady(last_.facts, environment_.config, now);
  behind.insert(behind.begin(), dead.begin(), dead.end());
  if (!last_.facts.tables_away.empty()) dead.push_back(last_.facts.tables_away);
  std::string metrics = looked ? MetricsNow(now) : std::string();
  if (!looked) {
    condition = UnseenCondition(looked.error(), last_.time, now);
    dead = {looked.error().message};
    behind = dead;
  }
  std::string board =
      looked ? board_.Show(last_.facts, condition, last_.counted) : board_.ShowOld(condition, now);
  const std::lock_guard lock(mutex_);
  sample_ = {.unhealthy = Join(dead, "\n"),
             .unready = Join(behind, "\n"),
             .json = StatusJson(last_.facts, ConditionJson(condition)),
             .text = ConditionText(condition) + "\n" + StatusText(last_.facts),
             .metrics = metrics + LookMetrics(looked.has_value(), last_.time, now)};
  now_ = std::move(board);
  facts_ = last_.facts;
  taken_ = now;
  taken_steady_ = environment_.clock.Steady();
}

StatusSample Watch::Sample() const {
  const std::lock_guard lock(mutex_);
  StatusSample sample = sample_;
  const std::string time = FormatTime(taken_);
  if (environment_.clock.Steady() - taken_steady_ > kStale) {
    sample.unhealthy = "Nothing was heard since " + time + ".";
    sample.unready = sample.unhealthy;
  }
  std::string head = "{\"as_of\":";
  AppendJsonString(head, time);
  AppendJsonString(head += ",\"unhealthy\":", sample.unhealthy);
  AppendJsonString(head += ",\"unready\":", sample.unready);
  sample.json = head + (sample.json.size() > 1 ? "," + sample.json.substr(1) : "}");
  sample.text = "As of " + time + (sample.unhealthy.empty() ? "" : ": " + sample.unhealthy) +
                "\n\n" + sample.text;
  return sample;
}

std::string Watch::Now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

StatusFacts Watch::Facts() const {
  const std::lock_guard lock(mutex_);
  return facts_;
}

}  // namespace polyhouse
