#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "checks/clob_listing.h"
#include "checks/findings.h"
#include "checks/market_lookup.h"
#include "checks/table_answer.h"
#include "flow/retrier.h"
#include "ports/table_sink.h"

namespace polyhouse {

struct ReconciliationOptions {
  /// The highest id that the discover lane has seen; what is above it nobody could know yet. Zero:
  /// nothing was discovered yet.
  std::uint64_t newest_id = 0;
  /// A market that changed at the API so shortly before the newest row of the table may still be on
  /// its way to it.
  std::chrono::milliseconds lag{0};
};

/// What a reconciliation works with; all of it outlives it.
struct ReconciliationTools {
  ClobListing& clob;
  MarketLookup& gamma;
  TableReader& tables;
  TableSink& sink;
  Retrier& retrier;
};

// The tables are compared with an independent witness: the CLOB's own listing is read whole into
// the table clob_markets, and the database finds what differs. Where the two differ, Gamma is asked
// about that market: when it says what our table says, or does not know the market, then only the
// sources differ, which is a note; otherwise our table is wrong.

class Reconciliation {
 public:
  // The kinds of what it finds.
  static constexpr std::string_view kClosed = "closed differs";
  static constexpr std::string_view kWinner = "winner differs";
  static constexpr std::string_view kNoWitness = "not on the clob";
  static constexpr std::string_view kSameCondition = "same condition id";

  Reconciliation(ReconciliationOptions options, ReconciliationTools tools)
      : options_(options), tools_(tools) {}

  /// Reads the listing into clob_markets, with this version, and counts.
  Status ReadWitness(std::uint64_t version, Findings& findings, std::stop_token stop);
  /// Compares with what was read under this version.
  Status Compare(std::uint64_t version, Findings& findings, std::stop_token stop);

 private:
  /// One market that one side has otherwise than the other.
  struct Difference {
    std::string condition_id;
    std::string slug;
    std::string id;  ///< Ours; empty when the table has no such market.
    bool closed = false;
    std::string winner;
    struct Witness {
      bool closed = false;
      std::string winner;
    };
    std::optional<Witness> witness;  ///< Empty: it is not on the CLOB.
  };

  Status CompareMissing(std::uint64_t version, Findings& findings, std::stop_token stop);
  Status CompareStored(std::uint64_t version, Findings& findings, std::stop_token stop);
  Status CompareConditions(Findings& findings, std::stop_token stop);
  Status AddWitness(std::uint64_t version,
                    std::vector<Difference>& differences,
                    const std::stop_token& stop);
  Status Arbitrate(const std::vector<Difference>& differences,
                   Findings& findings,
                   const std::stop_token& stop);
  void Judge(const Difference& difference,
             const std::vector<Market>& known,
             Findings& findings) const;
  void JudgeMissing(const Difference& difference,
                    const std::vector<Market>& known,
                    Findings& findings) const;
  bool IsOnItsWay(const Market& market) const;

  ReconciliationOptions options_;
  ReconciliationTools tools_;
  std::uint64_t newest_version_ = 0;  ///< Of any row of the table.
};

}  // namespace polyhouse
