#include "checks/payout_check.h"

#include "checks/table_answer.h"

namespace polyhouse {

Status CheckPayouts(TableReader& tables, Findings& findings, std::stop_token stop) {
  const auto settled = AskNumber(tables,
                                 "SELECT count() FROM settled_markets WHERE condition_id "
                                 "GLOBAL IN (SELECT condition_id FROM resolutions_current)",
                                 stop);
  if (!settled) return settled.error();
  findings.SetFact("markets with a resolution", *settled);
  if (*settled == 0) {
    findings.AddNote(
        {"nothing compared",
         "payouts",
         "no settled market here has a resolution: polyhouse up --actions-enabled=true "
         "or ingest actions reads them",
         "tables"});
  }
  const auto differences =
      Ask(tables,
          "SELECT market_id, toString(api), toString(chain), toString(resolved_at) FROM "
          "payout_differences ORDER BY market_id",
          std::move(stop));
  if (!differences) return differences.error();
  for (const auto& row : *differences) {
    findings.AddWrong({std::string(kDifferentPayoutFound),
                       row.at(0),
                       "paid " + row.at(1) + " by the API; the chain has resolved it to " +
                           row.at(2) + " on " + row.at(3),
                       "chain"});
  }
  return Ok();
}

}  // namespace polyhouse
