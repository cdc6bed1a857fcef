#include "app/status_metrics.h"

#include "app/vital_signs.h"
#include "base/number_text.h"
#include "checks/fill_check.h"
#include "codec/timestamp.h"
#include "flow/fills/fill_store.h"
#include "flow/listing/listings.h"
#include "flow/state_keys.h"
#include "telemetry/metric_page.h"

namespace polyhouse {
namespace {

using telemetry::Labels;
using telemetry::MetricPage;

double Number(std::uint64_t number) {
  return static_cast<double>(number);
}

double Seconds(std::chrono::milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

void AddStreams(const StatusFacts& facts, Timestamp now, MetricPage& page) {
  for (const StreamOverview& stream : facts.streams) {
    const Labels labels = {{"stream", stream.stream.value()}};
    page.Gauge(
        "polyhouse_stream_entries", "Entries that a stream holds.", labels, Number(stream.length));
    page.Gauge("polyhouse_stream_dead_letters",
               "Dead letters that wait for a person.",
               labels,
               Number(stream.dead_letters));
    for (const GroupOverview& group : stream.groups) {
      Labels of_group = labels;
      of_group["group"] = group.group.value();
      page.Gauge("polyhouse_group_lag_rows",
                 "Rows that a group has not stored yet.",
                 of_group,
                 Number(group.rows));
      page.Gauge("polyhouse_group_pending_entries",
                 "Entries that a group was given and has not acknowledged.",
                 of_group,
                 Number(group.pending));
      const auto since = facts.waiting_since.find({stream.stream.value(), group.group.value()});
      page.Gauge("polyhouse_group_lag_seconds",
                 "Age of the oldest entry that a group has not stored yet; 0: it is up to date.",
                 of_group,
                 since == facts.waiting_since.end() ? 0 : Seconds(now - since->second));
    }
  }
}

void AddTables(const StatusFacts& facts, MetricPage& page) {
  for (const auto& [table, stored] : facts.stored) {
    const Labels labels = {{"table", table}};
    page.Gauge(
        "polyhouse_table_rows", "Rows on disk, older versions too.", labels, Number(stored.rows));
    page.Gauge("polyhouse_table_bytes", "Bytes on disk.", labels, Number(stored.bytes));
  }
}

/// Zero while a proof has found nothing wrong; without a proof there is no value.
void AddProofs(const StatusFacts& facts, MetricPage& page) {
  for (const ListingType* listing : Listings()) {
    const std::string proof = StateOf(facts, listing->names, kProofState);
    if (proof.empty()) continue;
    page.Gauge("polyhouse_proof_wrong",
               "1 when the proof at a backfill's end found something missing.",
               {{"ingester", std::string(listing->names.ingester)}},
               proof.ends_with("wrong") ? 1 : 0);
  }
}

void AddFreshness(const Freshness& freshness, MetricPage& page) {
  for (const auto& [table, at] : freshness.newest) {
    page.Gauge("polyhouse_newest_row_timestamp_seconds",
               "When the newest row was fetched, or, of trades, made on the chain.",
               {{"table", table}},
               Seconds(at.time_since_epoch()));
  }
  if (freshness.verified) {
    page.Gauge("polyhouse_check_wrong",
               "What the last run of a check found wrong.",
               {{"check", "verify"}},
               Number(freshness.verified->wrong));
  }
  if (freshness.newest.empty()) return;
  const auto markets = [&](const char* state, std::uint64_t count) {
    page.Gauge("polyhouse_markets",
               "Markets that are open, open past their end, or closed without a result.",
               {{"state", state}},
               Number(count));
  };
  markets("open", freshness.open_markets);
  markets("overdue", freshness.overdue_markets);
  markets("unresolved", freshness.unresolved_markets);
}

void AddRoles(const StatusFacts& facts, MetricPage& page) {
  for (const RolePresence& role : facts.roles) {
    const Labels labels = {{"role", role.role}};
    page.Gauge("polyhouse_role_alive", "1 while a role lives.", labels, IsAlive(role) ? 1 : 0);
    page.Gauge("polyhouse_role_last_sign_seconds",
               "Since the last sign of life of a role.",
               labels,
               Seconds(role.age));
  }
  for (const auto& [process, news] : facts.processes) {
    page.Gauge("polyhouse_process_last_report_seconds",
               "Since the last report of a process.",
               {{"process", process}},
               Seconds(news.age));
  }
}

void AddListings(const StatusFacts& facts, MetricPage& page) {
  for (const ListingType* listing : Listings()) {
    const std::string name(listing->names.ingester);
    for (const char* lane : kRoundLanes) {
      const auto ended = ParseApiTime(LastRound(facts, listing->names, lane));
      if (!ended) continue;
      page.Gauge("polyhouse_lane_last_round_timestamp_seconds",
                 "When the last round of a lane ended. Of refresh: each open record was looked at "
                 "since the end of the round before it.",
                 {{"ingester", name}, {"lane", lane}},
                 Seconds(ended->time_since_epoch()));
    }
    const std::string newest = StateOf(facts, listing->names, kNewestIdState);
    if (std::uint64_t id = 0; ReadNumber(newest, id)) {
      page.Gauge("polyhouse_listing_newest_id",
                 "The highest id that was listed, up to which new records were looked for.",
                 {{"ingester", name}},
                 Number(id));
    }
    const auto cursor = facts.states.find(listing->names.Key(kCursorState));
    const bool is_done = cursor != facts.states.end() && cursor->second == kDonePosition;
    page.Gauge("polyhouse_backfill_done",
               "1 when all that was listed at the start has been read.",
               {{"ingester", name}},
               is_done ? 1 : 0);
  }
}

void AddChain(const StatusFacts& facts, const ChainTable& of, MetricPage& page) {
  const auto blocks = FillFactsOf(facts.states, of);
  if (!blocks || blocks->read.empty()) return;
  const Labels labels = {{"ingester", std::string(of.names().ingester)}};
  page.Gauge("polyhouse_chain_newest_block",
             "The newest block that was read.",
             labels,
             Number(blocks->read.back().to));
  page.Gauge("polyhouse_chain_unread_blocks",
             "Blocks between those that were read.",
             labels,
             Number(blocks->unread));
}

}  // namespace

std::string StatusMetrics(const StatusFacts& facts, Timestamp now) {
  std::map<std::string, std::string> by_process;
  for (const auto& [process, news] : facts.processes) {
    if (IsHeard(news)) by_process[process] = news.report.metrics;
  }
  MetricPage page;
  page.Gauge("polyhouse_tables_up",
             "1 while the tables can be asked.",
             {},
             facts.tables_away.empty() ? 1 : 0);
  if (facts.disk_free) {
    page.Gauge("polyhouse_data_dir_free_bytes",
               "Free on the disk of the data directory.",
               {},
               Number(*facts.disk_free));
  }
  AddStreams(facts, now, page);
  AddTables(facts, page);
  AddFreshness(facts.freshness, page);
  AddRoles(facts, page);
  AddListings(facts, page);
  AddProofs(facts, page);
  AddChain(facts, kFillTable, page);
  AddChain(facts, kActionTable, page);
  return telemetry::MergedMetrics(by_process) + page.Text();
}

std::string LookMetrics(bool could_look, Timestamp last, Timestamp now) {
  MetricPage page;
  page.Gauge("polyhouse_status_up",
             "1 while streams can be looked at, of which all other values come.",
             {},
             could_look ? 1 : 0);
  page.Gauge("polyhouse_status_age_seconds",
             "Since they could be looked at last.",
             {},
             last == Timestamp{} ? 0 : Seconds(now - last));
  return page.Text();
}

}  // namespace polyhouse
