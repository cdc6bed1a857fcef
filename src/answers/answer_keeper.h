#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ports/bulk_tables.h"

namespace polyhouse {

/// What trades come to, kept ready where a database has asked for it: in `<name>_kept`, as
/// `<name>_computed` has it. `<name>_touched` says into which units rows came, and when
/// (schema/0018_optional_token_hours.sql).
struct KeptAnswer {
  std::string_view name;      ///< "token_hours"
  std::string_view unit;      ///< "hour": what is computed anew as a whole, of one token.
  std::string_view start_of;  ///< The function that gives the unit of a time.
};

/// Those that this database keeps. Errors as TableReader::Fetch.
Result<std::vector<KeptAnswer>> AnswersKeptBy(TableReader& tables, std::stop_token stop);

/// Those of which something has waited to be computed for over a minute: no keeper runs, or it
/// cannot keep up. Errors as TableReader::Fetch.
Result<std::vector<KeptAnswer>> AnswersBehind(TableReader& tables, std::stop_token stop);

/// Says that rows came by another way than into `trades`: those of `from_table` with at least this
/// version. Errors as BulkTables::Run.
Status Touch(const KeptAnswer& answer,
             std::string_view from_table,
             std::uint64_t version,
             BulkTables& tables,
             std::stop_token stop);

struct AnswerKeeperOptions {
  std::string cluster{};  ///< On which the tables are; empty: on one server.
  /// An insert is seen at most this long after the time that it noted: so far back is looked for
  /// what came late.
  std::chrono::milliseconds insert_time{60'000};
  /// What another keeper has done within this time is left alone.
  std::chrono::milliseconds interval{5'000};
  std::size_t units_at_once = 200'000;
};

/// Keeps answers ready: computes anew the units into which rows came since the last time. What that
/// costs depends on what is new, not on what there is. Repeating it is harmless, and so are several
/// at once: of two results of a unit the one begun later counts, and a row that came in between has
/// touched the unit again. Used from one thread.
class AnswerKeeper {
 public:
  /// The tables must outlive it.
  AnswerKeeper(AnswerKeeperOptions options, BulkTables& tables)
      : options_(std::move(options)), tables_(tables) {}

  /// Does what there is to do; `all` also what another one has just looked at. Errors as
  /// BulkTables::Run.
  Status Keep(bool all, const std::stop_token& stop);

 private:
  /// The times, in microseconds since 1970, between which units were touched that are computed
  /// next.
  struct Window {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    std::uint64_t now = 0;
    std::uint64_t seen = 0;  ///< What was touched shortly before `to`, as far as it can be seen.
    bool is_all = true;      ///< Nothing more is waiting.
    bool is_empty = true;
    bool has_old = false;  ///< Of what was touched, most is done with.
  };
  Result<Window> NextWindow(const KeptAnswer& answer, bool all, const std::stop_token& stop);
  Status Compute(const KeptAnswer& answer, const Window& window, const std::stop_token& stop);
  Status Forget(const KeptAnswer& answer, const Window& window, const std::stop_token& stop);

  AnswerKeeperOptions options_;
  BulkTables& tables_;
};

}  // namespace polyhouse
