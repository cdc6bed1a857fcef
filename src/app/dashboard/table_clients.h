#pragma once

#include "adapters/clickhouse/clickhouse_client.h"
#include "app/environment.h"
#include "pages/page_tables.h"

namespace polyhouse {

/// Asks the tables with few rights, from any thread: each question has a connection of its own,
/// kept for the next one. Never starts an engine: where none runs the error is kTransient. The
/// environment must outlive what is returned.
AskTables AskWithRights(const Environment& environment, ClickHouseOptions::Rights rights);

}  // namespace polyhouse
