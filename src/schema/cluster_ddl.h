#pragma once

#include <span>
#include <string>
#include <vector>

namespace polyhouse {

/// The statements of a migration, made for a cluster: databases, views and
/// dictionaries ON CLUSTER; of each table
/// `t` a replicated `t_local` on every server and a distributed `t` over them, which is what
/// everybody uses. Rows of one key are on one shard, so that the newest version can replace the
/// others there. `{shard}` and `{replica}` are macros that each server defines
/// (clickhouse.com/docs: Replicated engines).
///
/// A materialized view goes from one `_local` table to another: rows that belong together are on
/// one shard, and it sees each insert once.
///
/// A column is added to both tables, first to the one that holds the rows.
///
/// It understands the statements of schema/ (migration_text.h) and CREATE DATABASE and no others,
/// each clause of a table on a line of its own; INSERT INTO … SELECT is left as it is. A test reads
/// every migration with it.
std::vector<std::string> ClusterStatements(std::span<const std::string> statements,
                                           const std::string& cluster);

/// A statement about one table or view by its name, such as DROP TABLE or RENAME TABLE, for all
/// servers of a cluster; as it is, when `cluster` is empty.
std::string OnCluster(std::string statement, const std::string& cluster);

}  // namespace polyhouse
