#include "checks/check_run.h"

#include <string>

#include "checks/table_answer.h"
#include "codec/timestamp.h"

namespace polyhouse {

Status KeepCheckRun(const CheckRun& run,
                    const Findings& findings,
                    BulkTables& tables,
                    std::stop_token stop) {
  const std::string ended = std::to_string(run.ended_at.time_since_epoch().count());
  const std::string sql =
      "INSERT INTO check_runs (name, ended_at, took_ms, repaired, wrong, notes, report, version) "
      "SELECT " +
      Quoted(run.name) + ", fromUnixTimestamp64Milli(" + ended + ", 'UTC'), " +
      std::to_string(run.took.count()) + ", " + (run.repaired ? "true" : "false") + ", " +
      std::to_string(findings.wrong_count()) + ", " + std::to_string(findings.note_count()) + ", " +
      Quoted(findings.Text()) + ", " + ended;
  return tables.Run(sql, /*tag=*/"", std::move(stop));
}

}  // namespace polyhouse
