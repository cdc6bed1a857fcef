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
  std::string_view name;  ///< "token_hours"
  std::string_view unit;  ///< "hour": what is computed anew as a whole, of one token.
};

/// Those that this database keeps. Errors as TableReader::Fetch.
Result<std::vector<KeptAnswer>> AnswersKeptBy(TableReader& tables, std::stop_token stop);

/// Those of which something has waited to be computed for over a minute: no keeper runs, or it
/// cannot keep up. Errors as TableReader::Fetch.
Result<std::vector<KeptAnswer>> AnswersBehind(TableReader& tables, std::stop_token stop);

struct AnswerKeeperOptions {
  std::string cluster{};  ///< On which the tables are; empty: on one server.
  /// An insert is seen at most this long after the time that it noted: what it touched is computed
  /// again when that time is over.
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
  /// How far an answer is, in microseconds since 1970.
  struct Place {
    std::uint64_t until = 0;    ///< What was touched up to here has been computed.
    std::uint64_t settled = 0;  ///< And up to here once more, when all of it could be seen.
    std::uint64_t version = 0;  ///< Of what is computed next: the time, but never that of before.
    std::uint64_t now = 0;
    bool has_old = false;  ///< Of what was touched, some is done with since more than a day.
  };
  /// Units that were touched after `from`, up to `to`.
  struct Window {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    bool is_empty = true;
    bool is_last = true;  ///< Nothing more is waiting.
  };
  Status KeepOne(const KeptAnswer& answer, bool all, const std::stop_token& stop);
  Result<Place> PlaceOf(const KeptAnswer& answer, const std::stop_token& stop);
  /// Computes what was touched after the mark of `place`, up to `to`, and moves the mark.
  Status Pass(const KeptAnswer& answer,
              Place& place,
              std::uint64_t Place::*mark,
              std::uint64_t to,
              const std::stop_token& stop);
  Result<Window> NextWindow(const KeptAnswer& answer,
                            std::uint64_t from,
                            std::uint64_t to,
                            const std::stop_token& stop);
  Status Compute(const KeptAnswer& answer,
                 const Window& window,
                 const Place& place,
                 const std::stop_token& stop);
  Status Note(const KeptAnswer& answer, const Place& place, const std::stop_token& stop);
  Status Forget(const KeptAnswer& answer, const Place& place, const std::stop_token& stop);
  /// The time until which everything that was noted can be seen.
  std::uint64_t VisibleUntil(const Place& place) const;

  AnswerKeeperOptions options_;
  BulkTables& tables_;
};

}  // namespace polyhouse
