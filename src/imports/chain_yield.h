#pragma once

#include <cstdint>
#include <stop_token>

#include "base/result.h"
#include "flow/retrier.h"
#include "imports/import_kind.h"
#include "ports/bulk_tables.h"

namespace polyhouse {

/// Takes back what files say of transactions of which the chain's own rows are there: those that
/// came before the file did. Of those that come later, the database itself sees to that
/// (imported_fills_yield). Month by month, so that it needs memory for one. The number of rows that
/// yield altogether.
Result<std::uint64_t> YieldToChain(const ImportKind& kind,
                                   BulkTables& tables,
                                   Retrier& retrier,
                                   std::stop_token stop);

}  // namespace polyhouse
