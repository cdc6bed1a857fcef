#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "app/environment.h"
#include "flow/source_state.h"
#include "ports/presence_store.h"
#include "ports/stream_admin.h"
#include "telemetry/process_report.h"

namespace polyhouse {

/// A process that plays roles, as it was heard last.
struct ProcessNews {
  std::chrono::milliseconds age{0};
  bool has_ended = false;
  telemetry::ProcessReport report;
};

/// Whether it has reported lately and has not ended.
bool IsHeard(const ProcessNews& news);

/// What of a table is on disk, rows of older versions too.
struct StoredTable {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
};

/// A run of a check that has come to its end.
struct LastRun {
  Timestamp at{};
  std::uint64_t wrong = 0;
};

/// How fresh the tables are, where it was counted.
struct Freshness {
  std::uint64_t open_markets = 0;
  std::uint64_t overdue_markets = 0;     ///< Open, though their end has come.
  std::uint64_t unresolved_markets = 0;  ///< Closed, without a result yet.
  std::optional<LastRun> verified{};     ///< The last run of verify; empty: none is known.
  /// When the newest row of each table was fetched, or, of trades, made.
  std::map<std::string, Timestamp> newest;
  /// Rows of each table that are of the last 24 hours by their own time: when a record was made, or
  /// a block. What was read of older times is none of them. For Counting::kRunning alone; empty
  /// where that could not be counted.
  std::map<std::string, std::uint64_t> last_day;
};

/// What there is to say about how far ingesters and writers are and what the tables hold.
struct StatusFacts {
  std::map<std::string, std::string> states;
  std::map<std::string, StateFields> ranges;  ///< Of the backfill, by ingester.
  std::vector<StreamOverview> streams;
  std::vector<RolePresence> roles;  ///< Who left a sign of life.
  std::map<std::string, ProcessNews> processes;
  std::map<std::string, StoredTable> stored;  ///< By table.
  /// When what a group has not stored yet was fetched, of the oldest; by stream and group. Those
  /// that wait for nothing are left out.
  std::map<std::pair<std::string, std::string>, Timestamp> waiting_since;
  bool disk_full = false;  ///< That of the data directory.
  /// Bytes that are free on it; empty: there is none, or it does not say.
  std::optional<std::uint64_t> disk_free{};
  bool engine_hangs = false;  ///< It runs, and gives no answer.
  std::string tables_away{};  ///< Why the tables could not be asked; empty: they were.
  Timestamp time{};           ///< When this was gathered.
  std::vector<std::pair<std::string, std::string>> tables;  ///< Name, rows shown by its view.
  Freshness freshness{};                                    ///< Counted with `tables`.
};

/// Asks the streams alone: all but the tables. Errors are theirs.
Result<StatusFacts> GatherStreams(const Environment& environment, std::stop_token stop);
/// Counting what views show looks at whole tables.
enum class Counting {
  kExact,    ///< By an engine of its own where none runs.
  kRunning,  ///< Where a database answers.
  kNone,     ///< Only what is on disk, where a database answers.
};

/// Asks streams and tables. Errors are those of the streams; tables that are away are a part of how
/// things are.
Result<StatusFacts> GatherStatus(const Environment& environment,
                                 Counting counting,
                                 std::stop_token stop);

/// The lanes of listings whose rounds are told.
inline constexpr std::array kRoundLanes = {"discover", "refresh", "settle", "canary"};

/// When the last round of a lane of an ingester ended; empty when it has had none.
std::string LastRound(const StatusFacts& facts, const IngesterNames& names, std::string_view lane);

/// What is kept of an ingester's source under this end of a key (flow/state_keys.h); empty:
/// nothing.
std::string StateOf(const StatusFacts& facts, const IngesterNames& names, std::string_view suffix);

/// How far an ingester's backfill is: "not started", "reading, 3 of 16 ranges done" or "done".
std::string BackfillText(const StatusFacts& facts, const IngesterNames& names);

/// What the canary of an ingester found, a line each; the first is when it looked. Empty when it
/// has not.
std::vector<std::string> CanaryLines(const StatusFacts& facts, const IngesterNames& names);

/// For people, several lines; ConditionText stands above it.
std::string StatusText(const StatusFacts& facts);
/// One JSON object; `condition` is that of ConditionJson.
std::string StatusJson(const StatusFacts& facts, const std::string& condition);

}  // namespace polyhouse
