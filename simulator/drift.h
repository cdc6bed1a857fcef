#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "listing_query.h"

namespace polyhouse {

/// How records differ from what they were, in listings and lookups.
struct RecordDrift {
  bool has_new_field = false;
  bool has_epoch_dates = false;          ///< Some dates are milliseconds since 1970.
  std::vector<std::string> gone_fields;  ///< Keys that records no longer have.

  bool IsNone() const { return !has_new_field && !has_epoch_dates && gone_fields.empty(); }
};

/// The record as it is sent now; always the same for the same record.
std::string ApplyDrift(std::string_view record, const RecordDrift& drift);

/// Which assumptions about the API no longer hold: unlike a fault, for every request until it is
/// replaced. What each name does is said in kDriftRows, once.
struct Drift {
  std::optional<std::size_t> page_cap;
  bool order_ignored = false;
  bool date_order_ignored = false;
  bool closed_default = false;
  bool closed_ignored = false;
  bool cursor_ignored = false;
  bool id_filter_ignored = false;
  bool date_filter_ignored = false;
  bool nulls_last = false;
  RecordDrift records;

  /// Reads `name,name=value`; empty means none. kConfig names what is valid.
  static Result<Drift> Parse(std::string_view spec);

  /// Turns what was asked into what is answered.
  void ApplyTo(ListingQuery& query, const Request& request) const;
};

/// "page-cap=N = …; …" with a short explanation each, for the command's help.
std::string DriftHelp();

}  // namespace polyhouse
