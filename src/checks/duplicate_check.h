#pragma once

#include <stop_token>
#include <string>

#include "checks/checked_listing.h"
#include "checks/findings.h"
#include "checks/row_check.h"
#include "checks/table_answer.h"

namespace polyhouse {

/// What a row that is stored twice means.
enum class StoredTwice {
  kWrong,  ///< Every batch is stored once: embedded mode.
  kNote,   ///< A batch that another writer has taken over is stored again; no view shows it.
};

/// Finds ids that the view shows twice, rows of one id and version that differ or are stored twice,
/// and ids that share what is one record's own: its condition id or slug. `wanted` becomes what
/// mends it.
Status CheckDuplicates(TableReader& tables,
                       const CheckedListing& listing,
                       StoredTwice twice,
                       Findings& findings,
                       RowsToFetch& wanted,
                       std::stop_token stop);

}  // namespace polyhouse
