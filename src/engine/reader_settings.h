#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/engine_error.h"

namespace polyhouse::engine {

/// What one query of a reader may take; 0 means no limit.
struct ReaderLimits {
  std::uint64_t seconds = 0;
  std::uint64_t memory_bytes = 0;        ///< At most, for a query that asks for it;
  std::uint64_t usual_memory_bytes = 0;  ///< for one that asks for nothing.
  std::uint64_t threads = 0;
};

/// Which settings readers may choose for their queries. A setting can do more than tune: the engine
/// opens files named in one (format_template_row), writes files named in another
/// (output_format_schema), and runs expressions given in a third (additional_result_filter), for
/// users who may do nothing of the kind in SQL. So settings that take free text are refused unless
/// we know them to be harmless; numbers, switches and choices are free, up to the limits.
class ReaderSettings {
 public:
  using Settings = std::vector<std::pair<std::string, std::string>>;

  ReaderSettings() = default;
  /// `texts`: the names of all settings that take free text.
  ReaderSettings(std::set<std::string, std::less<>> texts, ReaderLimits limits)
      : texts_(std::move(texts)), limits_(limits) {}

  /// The settings for a reader who asked for these: the same, with the limits added or kept to.
  /// What would write into our log is left out.
  EngineResult<Settings> Allow(Settings asked) const;
  /// How much memory a query with these settings may take, as Allow gives them.
  std::uint64_t MemoryFor(const Settings& asked) const;

  /// The settings that take free text, as a query.
  static constexpr std::string_view kQueryForTexts =
      "SELECT name FROM system.settings WHERE type IN ('String', 'Map', 'URI', 'Dialect')";

 private:
  std::set<std::string, std::less<>> texts_;
  ReaderLimits limits_;
};

}  // namespace polyhouse::engine
