#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "checks/findings.h"
#include "checks/row_judge.h"
#include "checks/stream_facts.h"
#include "checks/table_answer.h"
#include "flow/listing/row_index.h"

namespace polyhouse {

// What an ingester knows of every record that may still change is compared with what the table
// shows. A record that is known and not in the table is lost; one whose row is older than what was
// fetched, or open in the table but watched by nobody, is stale. Of records that do not change any
// more the history is the witness: it has every version that the table was ever given. What is
// asked here is judged by RowJudge. To be used when everything that `known` speaks of has been
// drained.

class RowCheck {
 public:
  /// The references must outlive it. `drained`: what was fetched until then is in the tables.
  RowCheck(TableReader& tables,
           const CheckedListing& listing,
           Timestamp drained,
           std::stop_token stop)
      : tables_(tables), listing_(listing), drained_(drained), stop_(std::move(stop)) {}

  /// `known`: the state map `…_rows`.
  Status Check(const StateFields& known, Findings& findings, RowsToFetch& wanted);

 private:
  Status ReadLedger();
  Status ReadRefreshedIds(std::uint64_t since);
  Status CheckKnown(const StateFields& known, RowJudge& judge);
  Status CheckKnownPart(std::span<const std::string> ids,
                        const StateFields& known,
                        RowJudge& judge);
  Status CheckOpen(const StateFields& known, RowJudge& judge);
  Status CheckHistory(RowJudge& judge, Findings& findings, RowsToFetch& wanted);

  TableReader& tables_;
  const CheckedListing& listing_;
  Timestamp drained_;
  std::stop_token stop_;
  LedgerWitness ledger_;
};

}  // namespace polyhouse
