#pragma once

#include <span>
#include <string>
#include <vector>

namespace polyhouse {

/// The statements of a migration, made for a cluster: databases and views ON CLUSTER; of each table
/// `t` a replicated `t_local` on every server and a distributed `t` over them, which is what
/// everybody uses. Rows of one key are on one shard, so that the newest version can replace the
/// others there. `{shard}` and `{replica}` are macros that each server defines
/// (clickhouse.com/docs: Replicated engines).
///
/// It understands the statements of schema/ and no others: CREATE DATABASE, TABLE and VIEW
/// "IF NOT EXISTS", each clause of a table on a line of its own. A test reads every migration with
/// it.
std::vector<std::string> ClusterStatements(std::span<const std::string> statements,
                                           const std::string& cluster);

}  // namespace polyhouse
