#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "checks/checked_listing.h"
#include "checks/findings.h"
#include "flow/listing/row_index.h"

namespace polyhouse {

/// What must be done with the rows of one table.
struct RowsToFetch {
  std::vector<std::string> ids;
  bool history_lacks = false;  ///< The history is to be filled up from the table.
  bool stored_twice = false;   ///< The table is to be merged.
};

/// What the ledger says about a listing's rows. All of it may be empty: it began later.
struct LedgerWitness {
  std::uint64_t newest_page = 0;             ///< Version of its newest page: its own now.
  std::uint64_t oldest_page = 0;             ///< And of its oldest.
  std::map<std::string, std::string> marks;  ///< kLedgerGone or kLedgerGaveUp, by id.
  bool has_refreshed = false;                ///< A refresh walk has reached its end.
  std::uint64_t refreshed_since = 0;  ///< From this version on; zero: refreshing is not checked.
  /// The ids that refresh walks have passed since then, each from after the first up to the second;
  /// sorted, apart.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> refreshed_ids;

  /// Takes in what a page has passed, by rising first id.
  void AddRefreshed(std::uint64_t after, std::uint64_t up_to);
  bool WasRefreshed(std::uint64_t id) const;
};

/// A record that its table shows as open.
struct OpenRow {
  std::string id;
  std::uint64_t version = 0;
};

/// Judges rows by what is known of them; asks nobody. Of each record the first thing that is wrong
/// is found. Used from one thread.
class RowJudge {
 public:
  /// The references must outlive it.
  RowJudge(const CheckedListing& listing,
           const LedgerWitness& ledger,
           Findings& findings,
           RowsToFetch& wanted)
      : listing_(listing), ledger_(ledger), findings_(findings), wanted_(wanted) {}

  /// A record that the ingester knows: `known` is the text of its field in the state map, `stored`
  /// the newest version in the table, empty when there is none.
  void JudgeKnown(const std::string& id,
                  const std::string& known,
                  std::optional<std::uint64_t> stored);
  /// A record that is open in the table; `is_known`: the ingester watches it.
  void JudgeOpen(const OpenRow& row, bool is_known);
  /// A version that the history has and the table has not; `is_in_table`: with another version.
  void JudgeHistory(const std::string& id, const std::string& version, bool is_in_table);

 private:
  void JudgePhase(const std::string& id, const KnownRow& row);
  void Wrong(std::string_view kind, const std::string& id, std::string what, std::string_view says);

  const CheckedListing& listing_;
  const LedgerWitness& ledger_;
  Findings& findings_;
  RowsToFetch& wanted_;
  std::set<std::string> found_;  ///< Ids that something is wrong with.
};

}  // namespace polyhouse
