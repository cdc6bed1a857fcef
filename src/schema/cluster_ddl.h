#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace polyhouse {

/// At the end of the names of a cluster's tables that hold a server's rows.
inline constexpr std::string_view kLocalSuffix = "_local";

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
/// A table that keeps nothing (engine Null) is one on every server; what it feeds goes to the
/// distributed tables. So does a feed that looks rows up with GLOBAL IN.
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
