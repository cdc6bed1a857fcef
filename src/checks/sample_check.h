#pragma once

#include <cstdint>
#include <random>
#include <stop_token>

#include "checks/findings.h"
#include "checks/row_check.h"
#include "checks/stream_facts.h"
#include "checks/table_answer.h"
#include "flow/listing/listing.h"
#include "flow/retrier.h"

namespace polyhouse {

/// Asks Gamma for neighbouring ids at random places below the newest one, and looks for each that
/// it has in the table.
class SampleCheck {
 public:
  static constexpr std::uint64_t kIdsOfAWindow = 100;

  /// The references must outlive it.
  SampleCheck(Listing& gamma, TableReader& tables, Retrier& retrier, Clock& clock)
      : gamma_(gamma), tables_(tables), retrier_(retrier), clock_(clock) {}

  /// `newest_id`: what is above it nobody could know yet.
  Status Check(const CheckedListing& listing,
               std::uint64_t newest_id,
               std::uint64_t windows,
               Findings& findings,
               RowsToFetch& wanted,
               std::stop_token stop);

 private:
  Status CheckWindow(const CheckedListing& listing,
                     std::uint64_t first_id,
                     Findings& findings,
                     RowsToFetch& wanted,
                     const std::stop_token& stop);

  Listing& gamma_;
  TableReader& tables_;
  Retrier& retrier_;
  Clock& clock_;
  std::mt19937_64 random_{std::random_device()()};
  std::uint64_t looked_at_ = 0;
};

}  // namespace polyhouse
