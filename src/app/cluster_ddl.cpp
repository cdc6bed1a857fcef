#include "app/cluster_ddl.h"

#include <string_view>

namespace polyhouse {
namespace {

constexpr std::string_view kCreateTable = "CREATE TABLE IF NOT EXISTS ";
constexpr std::string_view kCreateView = "CREATE VIEW IF NOT EXISTS ";
constexpr std::string_view kCreateFeed = "CREATE MATERIALIZED VIEW IF NOT EXISTS ";
constexpr std::string_view kCreateDatabase = "CREATE DATABASE IF NOT EXISTS ";
constexpr std::string_view kEngine = "\nENGINE = ";

void Replace(std::string& text, std::string_view from, const std::string& to) {
  const auto at = text.find(from);
  if (at != std::string::npos) text.replace(at, from.size(), to);
}

std::string OnCluster(const std::string& cluster) {
  return " ON CLUSTER '" + cluster + "'";
}

/// The first word at `at`: the name that is created.
std::string NameAt(const std::string& statement, std::size_t at) {
  return statement.substr(at, statement.find_first_of(" \n(", at) - at);
}

/// The expression behind ORDER BY, up to the end of its line.
std::string SortingKey(const std::string& statement) {
  constexpr std::string_view kOrderBy = "\nORDER BY ";
  const auto begin = statement.find(kOrderBy) + kOrderBy.size();
  return statement.substr(begin, statement.find('\n', begin) - begin);
}

/// Rows that replace each other must meet: they are placed by identity. Events are sorted by an
/// editable slug as well, and versions by their time, but all are placed by id alone.
std::string ShardingKey(const std::string& sorting_key) {
  for (const std::string_view with_id : {"(id,", " id)"}) {
    if (sorting_key.find(with_id) != std::string::npos) return "sipHash64(id)";
  }
  return "sipHash64(" + sorting_key + ")";
}

/// "… TO t AS\nSELECT … FROM s", between the tables of one server.
std::string FeedStatement(std::string statement, const std::string& cluster) {
  const std::string name = NameAt(statement, kCreateFeed.size());
  statement.insert(kCreateFeed.size() + name.size(), OnCluster(cluster));
  for (const std::string_view before : {" TO ", "\nSELECT * FROM "}) {
    const auto at = statement.find(before) + before.size();
    statement.insert(at + NameAt(statement, at).size(), "_local");
  }
  return statement;
}

std::vector<std::string> TableStatements(const std::string& statement, const std::string& cluster) {
  const std::string name = NameAt(statement, kCreateTable.size());
  const std::string local = name + "_local";
  std::string replicated = statement;
  replicated.replace(kCreateTable.size(), name.size(), local + OnCluster(cluster));
  const std::string path = "'/clickhouse/tables/{shard}/{database}/" + local + "', '{replica}'";
  Replace(replicated,
          "ENGINE = ReplacingMergeTree(",
          "ENGINE = ReplicatedReplacingMergeTree(" + path + ", ");
  Replace(replicated, "ENGINE = MergeTree\n", "ENGINE = ReplicatedMergeTree(" + path + ")\n");
  Replace(replicated, "non_replicated_deduplication_window", "replicated_deduplication_window");
  const std::string distributed = std::string(kCreateTable) + name + OnCluster(cluster) + " AS " +
                                  local + std::string(kEngine) + "Distributed('" + cluster +
                                  "', currentDatabase(), '" + local + "', " +
                                  ShardingKey(SortingKey(statement)) + ")";
  return {replicated, distributed};
}

}  // namespace

std::vector<std::string> ClusterStatements(std::span<const std::string> statements,
                                           const std::string& cluster) {
  std::vector<std::string> result;
  for (std::string statement : statements) {
    if (statement.starts_with(kCreateTable)) {
      for (std::string& each : TableStatements(statement, cluster))
        result.push_back(std::move(each));
      continue;
    }
    if (statement.starts_with(kCreateFeed)) {
      result.push_back(FeedStatement(std::move(statement), cluster));
      continue;
    }
    for (const std::string_view create : {kCreateView, kCreateDatabase}) {
      if (!statement.starts_with(create)) continue;
      const std::string name = NameAt(statement, create.size());
      statement.insert(create.size() + name.size(), OnCluster(cluster));
    }
    result.push_back(std::move(statement));
  }
  return result;
}

}  // namespace polyhouse
