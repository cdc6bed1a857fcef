#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "telemetry/metric_page.h"

namespace polyhouse::telemetry {
namespace {

double Number(std::uint64_t number) {
  return static_cast<double>(number);
}

void AddKinds(MetricPage& page,
              const std::string& name,
              const std::string& help,
              Labels labels,
              const std::map<std::string, std::uint64_t, std::less<>>& by_kind) {
  for (const auto& [kind, times] : by_kind) {
    labels["kind"] = kind;
    page.Counter(name, help, labels, Number(times));
  }
}

void AddLane(MetricPage& page, const Labels& labels, const Counts::Lane& lane) {
  page.Counter("polyhouse_requests_total",
               "Requests of a lane, repeated ones too.",
               labels,
               Number(lane.requests));
  AddKinds(page,
           "polyhouse_request_retries_total",
           "Requests that failed and were repeated, by the kind of error.",
           labels,
           lane.retries_by_kind);
  page.Histogram("polyhouse_page_seconds", "How long pages took to come.", labels, lane.took);
  const auto records = [&](const std::string& outcome, std::uint64_t count) {
    Labels of_outcome = labels;
    of_outcome["outcome"] = outcome;
    page.Counter("polyhouse_records_total",
                 "Records that were read: new or changed ones are put into the stream.",
                 of_outcome,
                 Number(count));
  };
  records("changed", lane.changed);
  records("unchanged", lane.records - std::min(lane.changed, lane.records));
  page.Counter(
      "polyhouse_rounds_total", "Rounds that came to their end.", labels, Number(lane.rounds));
}

void AddIngester(MetricPage& page, const std::string& name, const Counts::Ingester& ingester) {
  const Labels labels = {{"ingester", name}};
  for (const auto& [lane, counts] : ingester.lanes) {
    AddLane(page, {{"ingester", name}, {"lane", lane}}, counts);
  }
  page.Counter("polyhouse_records_dead_lettered_total",
               "Records that could not be read.",
               labels,
               Number(ingester.dead_letters));
  page.Counter("polyhouse_records_odd_total",
               "Records that were stored without a field that could not be read.",
               labels,
               Number(ingester.odd_rows));
  page.Counter("polyhouse_records_gone_total",
               "Records that the API does not know any more.",
               labels,
               Number(ingester.gone));
  page.Counter("polyhouse_records_given_up_total",
               "Records that did not resolve in time.",
               labels,
               Number(ingester.given_up));
  page.Gauge("polyhouse_broken_assumptions",
             "What the API was found not to do any more.",
             labels,
             Number(ingester.broken_assumptions.size()));
  page.Gauge("polyhouse_unknown_fields",
             "Fields of the API that no column is known for.",
             labels,
             Number(ingester.unknown_fields.size()));
  if (ingester.head_block == 0) return;
  page.Gauge("polyhouse_chain_head_block",
             "The chain's newest block, as a node said last.",
             labels,
             Number(ingester.head_block));
}

void AddTable(MetricPage& page, const std::string& name, const Counts::Table& table) {
  const Labels labels = {{"table", name}};
  page.Counter(
      "polyhouse_rows_inserted_total", "Rows that were stored.", labels, Number(table.rows));
  page.Counter("polyhouse_inserted_bytes_total",
               "Bytes of rows that were stored, before compression.",
               labels,
               Number(table.bytes));
  page.Counter(
      "polyhouse_batches_total", "Batches that were stored.", labels, Number(table.batches));
  page.Histogram("polyhouse_insert_seconds",
                 "How long batches took from being sent to being stored.",
                 labels,
                 table.took);
  AddKinds(page,
           "polyhouse_insert_retries_total",
           "Batches that failed and were sent again, by the kind of error.",
           labels,
           table.retries_by_kind);
  page.Counter("polyhouse_entries_claimed_total",
               "Entries taken over that another writer had read and not acknowledged.",
               labels,
               Number(table.claimed));
  page.Counter("polyhouse_rows_dead_lettered_total",
               "Rows that the database has refused.",
               labels,
               Number(table.dead_letters));
}

/// The values of /proc/self/stat and statm that prometheus.io/docs/instrumenting/writing_clientlibs
/// names.
void AddProcess(MetricPage& page) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  page.Counter("process_cpu_seconds_total",
               "Processor time of this process.",
               {},
               seconds(usage.ru_utime) + seconds(usage.ru_stime));
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  page.Gauge("process_resident_memory_bytes",
             "Resident memory of this process.",
             {},
             Number(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)));
  std::error_code failure;
  const std::filesystem::directory_iterator open("/proc/self/fd", failure);
  page.Gauge("process_open_fds",
             "Open files of this process.",
             {},
             static_cast<double>(std::distance(begin(open), end(open))));
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  page.Gauge("process_max_fds",
             "Files that this process may open.",
             {},
             static_cast<double>(limit.rlim_cur));
}

}  // namespace

std::string ProcessMetrics(const Counts& counts, const std::string& version) {
  MetricPage page;
  page.Gauge("polyhouse_build_info", "1, with the version.", {{"version", version}}, 1);
  for (const auto& [name, ingester] : counts.ingesters) AddIngester(page, name, ingester);
  for (const auto& [name, table] : counts.tables) AddTable(page, name, table);
  if (!counts.tables_place.empty()) {
    page.Gauge("polyhouse_tables_info",
               "1, with where this process stores what is read.",
               {{"tables", counts.tables_place}},
               1);
  }
  for (const std::string& role : counts.roles) {
    page.Gauge("polyhouse_role_held", "1 while this process plays a role.", {{"role", role}}, 1);
  }
  for (const auto& [bucket, pace] : counts.paces) {
    page.Gauge("polyhouse_pace_ratio",
               "The part of the allowed pace of requests that is used.",
               {{"bucket", bucket}},
               pace.now);
    page.Counter("polyhouse_pace_wait_seconds_total",
                 "For how long requests were held back to keep the pace, all together.",
                 {{"bucket", bucket}},
                 std::chrono::duration<double>(pace.waited).count());
    page.Counter("polyhouse_pace_reductions_total",
                 "How often the pace was taken back because the server asked for it.",
                 {{"bucket", bucket}},
                 Number(pace.reductions));
  }
  const Timestamp now = SystemClock().Now();
  for (const auto& [where, trouble] : counts.troubles) {
    page.Gauge("polyhouse_failing",
               "1 while this has failed and not succeeded since.",
               {{"where", where}},
               trouble.GoesOn(now) ? 1 : 0);
  }
  page.Counter(
      "polyhouse_trades_made_total", "Trades made of fills.", {}, Number(counts.trades.trades));
  page.Counter("polyhouse_trades_completed_total",
               "Trades that were put again with their market.",
               {},
               Number(counts.trades.completed));
  page.Counter("polyhouse_markets_enriched_total",
               "Markets joined with their event.",
               {},
               Number(counts.enriched.rows));
  page.Counter("polyhouse_addresses_total",
               "Addresses that nodes have told about.",
               {},
               Number(counts.addresses.rows));
  AddProcess(page);
  return page.Text();
}

}  // namespace polyhouse::telemetry
