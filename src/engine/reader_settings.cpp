#include "engine/reader_settings.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace polyhouse::engine {
namespace {

/// Text that ends up in a log or in the result, and nowhere else.
constexpr std::array<std::string_view, 19> kHarmless = {
    "bool_false_representation",
    "bool_true_representation",
    "compatibility",
    "count_distinct_implementation",
    "format_csv_null_representation",
    "format_custom_field_delimiter",
    "format_custom_result_after_delimiter",
    "format_custom_result_before_delimiter",
    "format_custom_row_after_delimiter",
    "format_custom_row_before_delimiter",
    "format_custom_row_between_delimiter",
    "format_json_object_each_row_column_for_object_name",
    "format_template_row_format",
    "format_template_rows_between_delimiter",
    "format_tsv_null_representation",
    "log_comment",
    "network_compression_method",
    "output_format_sql_insert_table_name",
    "query_cache_tag"};

/// Settings that make the engine write to its log for this client.
constexpr std::string_view kLogs = "send_logs_level";
constexpr std::string_view kMemory = "max_memory_usage";

/// Of all readers together: how much more disk than memory their queries may take.
constexpr std::uint64_t kDiskPerMemory = 2;
/// And where nothing was said of memory.
constexpr std::uint64_t kDisk = std::uint64_t{8} << 30U;

/// A limit, and what stands in for it where nothing was asked for.
struct Bound {
  std::uint64_t limit = 0;
  std::uint64_t usual = 0;
};

/// The asked number, when it is one between 0 (excluded: no limit) and the limit; else the limit.
double Within(std::string_view asked, std::uint64_t limit) {
  double number = 0;
  const char* const end = asked.data() + asked.size();
  const auto read = std::from_chars(asked.data(), end, number);
  const bool is_within = read.ec == std::errc() && read.ptr == end && number > 0 &&
                         number <= static_cast<double>(limit);
  return is_within ? number : static_cast<double>(limit);
}

void KeepTo(ReaderSettings::Settings& settings, std::string_view name, Bound bound) {
  if (bound.limit == 0) return;
  bool is_set = false;
  for (auto& [setting, value] : settings) {
    if (setting != name) continue;
    is_set = true;
    const double number = Within(value, bound.limit);
    if (number == static_cast<double>(bound.limit)) value = std::to_string(bound.limit);
  }
  if (!is_set) settings.emplace_back(name, std::to_string(bound.usual));
}

}  // namespace

EngineResult<ReaderSettings::Settings> ReaderSettings::Allow(Settings asked) const {
  for (const auto& [name, value] : asked) {
    if (texts_.contains(name) && !std::binary_search(kHarmless.begin(), kHarmless.end(), name)) {
      return FailWith(EngineCode::kReadonly,
                      "Cannot modify '" + name + "' setting in readonly mode");
    }
  }
  std::erase_if(asked, [](const auto& setting) { return setting.first == kLogs; });
  KeepTo(asked, "max_execution_time", {limits_.seconds, limits_.seconds});
  KeepTo(asked, kMemory, {limits_.memory_bytes, limits_.usual_memory_bytes});
  // What does not fit into memory is sorted and grouped on the disk that the tables are on.
  const std::uint64_t disk =
      limits_.memory_bytes == 0 ? kDisk : kDiskPerMemory * limits_.memory_bytes;
  KeepTo(asked, "max_temporary_data_on_disk_size_for_query", {disk, disk});
  KeepTo(asked, "max_temporary_data_on_disk_size_for_user", {disk, disk});
  KeepTo(asked, "max_threads", {limits_.threads, limits_.threads});
  return asked;
}

std::uint64_t ReaderSettings::MemoryFor(const Settings& asked) const {
  // Of several values, the engine takes the last.
  auto memory = limits_.usual_memory_bytes;
  for (const auto& [name, value] : asked) {
    if (name == kMemory) memory = static_cast<std::uint64_t>(Within(value, limits_.memory_bytes));
  }
  return memory;
}

}  // namespace polyhouse::engine
