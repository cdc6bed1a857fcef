#include "exports/partition_plan.h"

#include <algorithm>
#include <chrono>

#include "base/one_line.h"
#include "checks/table_answer.h"
#include "codec/timestamp.h"

namespace polyhouse {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month_day;

/// What Hive calls the folder of rows without a value.
constexpr std::string_view kNoValue = "__HIVE_DEFAULT_PARTITION__";

sys_days FirstDayOfMonth(Timestamp time) {
  const year_month_day day(floor<days>(time));
  return sys_days(day.year() / day.month() / 1);
}

bool IsBorder(Timestamp time, PartitionBy by) {
  return time == (by == PartitionBy::kDay ? floor<days>(time) : FirstDayOfMonth(time));
}

/// From the begin of a partition to that of the next.
Result<TimeRange> RangeOf(const std::string& name, PartitionBy by) {
  const auto begin = ParseApiTime(by == PartitionBy::kDay ? name : name + "-01");
  if (!begin) return MalformedError("the database names a day that is none: " + OneLine(name));
  if (by == PartitionBy::kDay) return TimeRange{*begin, *begin + days(1)};
  const year_month_day first(floor<days>(*begin));
  const auto next = first + months(1);
  return TimeRange{*begin, Timestamp(sys_days(next))};
}

std::string PathOf(const std::string& name, PartitionBy by, FileKind kind) {
  return std::string(by == PartitionBy::kDay ? "date=" : "month=") +
         (name.empty() ? std::string(kNoValue) : name) + "/part." + std::string(kind.ending());
}

Result<RowsWanted> WantedOf(const Selection& selection,
                            const std::string& name,
                            PartitionBy by,
                            ExportFormat format) {
  if (name.empty()) return RowsWanted{selection.TimelessSql(format), selection.TimelessCountSql()};
  const auto range = RangeOf(name, by);
  if (!range) return range.error();
  return RowsWanted{selection.Sql(*range, format), selection.CountSql(*range)};
}

}  // namespace

Result<PartitionBy> PartitionNamed(std::string_view name) {
  if (name == "day") return PartitionBy::kDay;
  if (name == "month") return PartitionBy::kMonth;
  return ConfigError("--partition " + OneLine(name) + ": it is by day or by month");
}

Status CheckWholePartitions(const TimeRange& range, PartitionBy by) {
  for (const auto& [flag, time] : {std::pair("--since", range.since), {"--until", range.until}}) {
    if (!time || IsBorder(*time, by)) continue;
    return ConfigError(std::string(flag) + " " + FormatTime(*time) + " cuts a " +
                       (by == PartitionBy::kDay ? "day" : "month") +
                       " in two: partitions are whole, so say the first moment of one, in UTC");
  }
  return Ok();
}

Result<std::vector<Partition>> PlanPartitions(const Selection& selection,
                                              const TimeRange& range,
                                              PartitionBy by,
                                              FileKind kind,
                                              TableReader& tables,
                                              std::stop_token stop) {
  const auto answer =
      Ask(tables, selection.PartitionSql(range, by == PartitionBy::kMonth), std::move(stop));
  if (!answer) return answer.error();
  std::vector<Partition> partitions;
  for (const auto& row : *answer) {
    const std::string& name = row.front();
    auto wanted = WantedOf(selection, name, by, kind.format);
    if (!wanted) return std::move(wanted).error();
    partitions.push_back({name, PathOf(name, by, kind), std::move(*wanted), FactsIn(row, 1)});
  }
  return partitions;
}

const ExportedFile* FindSame(const ExportManifest& earlier, const Partition& partition) {
  const auto file =
      std::find_if(earlier.files.begin(), earlier.files.end(), [&](const ExportedFile& each) {
        return each.path == partition.path &&
               RowFacts{each.rows, each.min_time, each.max_time, each.max_version} ==
                   partition.facts;
      });
  return file == earlier.files.end() ? nullptr : &*file;
}

bool IsWithin(std::string_view path, const TimeRange& range) {
  const auto begin = path.find('=') + 1;
  const std::string name(path.substr(begin, path.find('/') - begin));
  if (name == kNoValue) return range.is_all();
  const auto time =
      ParseApiTime(name.size() == std::string_view("2026-11").size() ? name + "-01" : name);
  return time && (!range.since || *time >= *range.since) && (!range.until || *time < *range.until);
}

}  // namespace polyhouse
