#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "app/environment.h"
#include "app/paced_clients.h"
#include "app/streams.h"
#include "app/table_access.h"
#include "checks/check_run.h"
#include "checks/reconciliation.h"
#include "checks/verification.h"

namespace polyhouse {

/// Asks again what the checks ask of the API, as patiently as the settings say. `source` and `what`
/// name it in the log.
Retrier MakeRetrier(const Environment& environment, std::string_view source, std::string_view what);

/// A run of a check that is kept in the tables when it has come to its end.
class KeptRun {
 public:
  /// Begins now. `name` is one of checks/check_run.h; the environment must outlive it.
  KeptRun(std::string_view name, const Environment& environment)
      : name_(name), environment_(environment), begun_(environment.clock.Steady()) {}

  /// That it cannot be kept is said in the log, and is no error.
  void End(const Findings& findings,
           bool repaired,
           TableAccess& tables,
           std::stop_token stop) const;

 private:
  std::string_view name_;
  const Environment& environment_;
  SteadyTime begun_;
};

/// One verification of the tables by ledger, streams and, when `sample` is not zero, that many
/// windows of ids of each listing.
Status VerifyTables(std::uint64_t sample,
                    const Environment& environment,
                    Streams& streams,
                    TableAccess& tables,
                    Retrier& retrier,
                    Findings& findings,
                    RepairPlan& plan,
                    std::stop_token stop);

/// Where the witness is; kConfig when these settings have none.
Result<std::string> WitnessUrl(const Config& config);

/// A comparison of the tables with the CLOB's listing.
class WitnessCheck {
 public:
  /// References must outlive it. kConfig when there is no witness.
  static Result<std::unique_ptr<WitnessCheck>> Open(const Environment& environment,
                                                    Streams& streams,
                                                    Retrier& retrier);

  /// Reads the witness and compares.
  Status Run(TableAccess& tables, Findings& findings, std::stop_token stop);
  /// Compares once more with what Run has read.
  Status CompareAgain(TableAccess& tables, Findings& findings, std::stop_token stop);

 private:
  WitnessCheck(const Environment& environment, Retrier& retrier)
      : environment_(environment), retrier_(retrier) {}
  Reconciliation Comparison(TableAccess& tables);

  Environment environment_;
  Retrier& retrier_;
  std::uint64_t newest_id_ = 0;
  std::uint64_t version_ = 0;
  std::unique_ptr<PacedHttp> http_;
  std::unique_ptr<PacedListing> listing_;
  std::unique_ptr<ClobListing> clob_;
  std::unique_ptr<MarketLookup> gamma_;
};

/// The proof at a backfill's end: that what was read is stored without a hole, that a sample of the
/// listings has nothing that the tables lack, and, where there is a witness, that it has not
/// either. Writes what came of it into the state `…_proof` of each: "TIME clean", "TIME clean
/// without a witness" or "TIME N wrong". A witness that is away is said in the log, and is no
/// error.
Status ProveBackfill(const std::vector<const IngestedListing*>& listings,
                     const Environment& environment,
                     Streams& streams,
                     TableAccess& tables,
                     Findings& findings,
                     std::stop_token stop);

}  // namespace polyhouse
