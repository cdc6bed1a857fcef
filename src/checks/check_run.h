#pragma once

#include <chrono>
#include <stop_token>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "checks/findings.h"
#include "ports/bulk_tables.h"

namespace polyhouse {

/// The runs that are kept in the table check_runs (schema/0030_check_runs.sql), by name.
inline constexpr std::string_view kVerifyRun = "verify";
inline constexpr std::string_view kReconcileRun = "reconcile";
inline constexpr std::string_view kReconcileFillsRun = "reconcile fills";
inline constexpr std::string_view kReconcilePayoutsRun = "reconcile payouts";
inline constexpr std::string_view kProofRun = "proof";

/// A check that came to its end.
struct CheckRun {
  std::string_view name;
  Timestamp ended_at{};
  std::chrono::milliseconds took{0};
  bool repaired = false;  ///< What was wrong was mended first; findings are of afterwards.
};

/// Keeps what it found, for the page and for questions. Repeating it changes nothing. Errors as
/// BulkTables::Run.
Status KeepCheckRun(const CheckRun& run,
                    const Findings& findings,
                    BulkTables& tables,
                    std::stop_token stop);

}  // namespace polyhouse
