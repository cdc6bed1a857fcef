#include "adapters/clickhouse/server_check.h"

#include <charconv>
#include <vector>

namespace polyhouse {
namespace {

constexpr int kOldestMajor = 24;
constexpr int kOldestMinor = 3;

std::string WithoutLineBreak(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

/// What our tables and inserts need and this server does not have.
std::string Lacks(ClickHouseClient& client, const std::stop_token& stop) {
  std::string lacks;
  for (const std::string type : {"DateTime64", "Bool"}) {
    const auto count = client.Fetch("SELECT count() FROM system.data_type_families WHERE name = '" +
                                        type + "' FORMAT TabSeparated",
                                    stop);
    if (count && WithoutLineBreak(*count) == "0") lacks += ", no type " + type;
  }
  const auto setting = client.Fetch(
      "SELECT count() FROM system.settings WHERE name = 'insert_deduplication_token' FORMAT "
      "TabSeparated",
      stop);
  if (setting && WithoutLineBreak(*setting) == "0") lacks += ", no insert_deduplication_token";
  return lacks.empty() ? "" : "; it has" + lacks.substr(1);
}

}  // namespace

bool IsAtLeastVersion(std::string_view version, int major, int minor) {
  const char* end = version.data() + version.size();
  int found_major = 0;
  int found_minor = 0;
  const auto first = std::from_chars(version.data(), end, found_major);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '.') return false;
  if (std::from_chars(first.ptr + 1, end, found_minor).ec != std::errc{}) return false;
  return found_major > major || (found_major == major && found_minor >= minor);
}

Result<std::string> CheckClickHouseServer(ClickHouseClient& client, std::stop_token stop) {
  auto version = client.Fetch("SELECT version() FORMAT TabSeparated", stop);
  if (!version) return version;
  const std::string found = WithoutLineBreak(std::move(*version));
  if (IsAtLeastVersion(found, kOldestMajor, kOldestMinor)) return found;
  return ConfigError("ClickHouse " + found + " is too old: 24.3 or newer is needed" +
                     Lacks(client, stop) +
                     ". Upgrade it, or leave --clickhouse-url out to use the " + "built-in engine");
}

}  // namespace polyhouse
