#pragma once

#include <memory>
#include <stop_token>

#include "adapters/clickhouse/clickhouse_client.h"
#include "ports/position_store.h"

namespace polyhouse {

/// Positions in the table stream_positions. `client` must outlive it and is used by nobody else
/// meanwhile; `stop` ends a request that is under way.
std::unique_ptr<PositionStore> MakeClickHousePositions(ClickHouseClient& client,
                                                       std::stop_token stop);

}  // namespace polyhouse
