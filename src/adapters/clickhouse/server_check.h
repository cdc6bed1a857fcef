#pragma once

#include <stop_token>
#include <string>

#include "adapters/clickhouse/clickhouse_client.h"
#include "base/result.h"

namespace polyhouse {

/// Asks a server for its version, which a role does before it uses one. kConfig when it is older
/// than what the tables need (24.3); the sentence names what it lacks, found by trying. kTransient
/// while it does not answer.
Result<std::string> CheckClickHouseServer(ClickHouseClient& client, std::stop_token stop);

/// Whether a version such as "26.7.2.1" is at least `major`.`minor`; false for anything else.
bool IsAtLeastVersion(std::string_view version, int major, int minor);

}  // namespace polyhouse
