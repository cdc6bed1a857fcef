#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "checks/findings.h"
#include "checks/stream_facts.h"
#include "checks/table_answer.h"
#include "flow/listing/row_index.h"

namespace polyhouse {

/// What must be done with the rows of one table.
struct RowsToFetch {
  std::vector<std::string> ids;
  bool history_lacks = false;  ///< The history is to be filled up from the table.
  bool stored_twice = false;   ///< The table is to be merged.
};

// What an ingester knows of every record that may still change is compared with what the table
// shows. A record that is known and not in the table is lost; one whose row is older than what was
// fetched, or open in the table but watched by nobody, is stale. Of records that do not change any
// more the history is the witness: it has every version that the table was ever given. To be used
// when everything that `known` speaks of has been drained.

class RowCheck {
 public:
  /// The references must outlive it.
  RowCheck(TableReader& tables, const CheckedListing& listing, std::stop_token stop)
      : tables_(tables), listing_(listing), stop_(std::move(stop)) {}

  /// `known`: the state map `…_rows`.
  Status Check(const StateFields& known, Findings& findings, RowsToFetch& wanted);

 private:
  struct OpenRow {
    std::string id;
    std::uint64_t version = 0;
  };

  Status ReadLedger();
  Status ReadRefreshedIds(std::uint64_t since);
  Status CheckKnown(const StateFields& known);
  Status CheckKnownPart(std::span<const std::string> ids, const StateFields& known);
  void CheckPhase(const std::string& id, const KnownRow& row);
  Status CheckOpen(const StateFields& known);
  void CheckOpenRow(const OpenRow& row, const StateFields& known);
  Status CheckHistory();
  bool WasRefreshed(std::uint64_t id) const;
  void Wrong(std::string_view kind, const std::string& id, std::string what, std::string_view says);

  TableReader& tables_;
  const CheckedListing& listing_;
  std::stop_token stop_;
  Findings* findings_ = nullptr;
  RowsToFetch* wanted_ = nullptr;
  std::set<std::string> found_;    ///< Ids that something is wrong with.
  std::uint64_t newest_page_ = 0;  ///< The version of the ledger's newest page: its own now.
  std::uint64_t oldest_page_ = 0;
  bool has_refreshed_ = false;         ///< A refresh walk has reached its end.
  std::uint64_t refreshed_since_ = 0;  ///< Zero: refreshing is not checked.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> refreshed_ids_;  ///< (after, up to], sorted.
  std::map<std::string, std::string> marks_;  ///< Of ids that are gone or given up.
};

}  // namespace polyhouse
