#include "schema/cluster_ddl.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "schema/migration_text.h"

namespace polyhouse {
namespace {

constexpr std::string_view kEngine = "\nENGINE = ";

void Replace(std::string& text, std::string_view from, const std::string& to) {
  const auto at = text.find(from);
  if (at != std::string::npos) text.replace(at, from.size(), to);
}

std::string ClusterClause(const std::string& cluster) {
  return " ON CLUSTER '" + cluster + "'";
}

/// Where the name that begins at `at` ends.
std::size_t EndOfName(std::string_view statement, std::size_t at) {
  return std::min(statement.find_first_of(" \n(", at), statement.size());
}

std::string WithCluster(std::string statement,
                        const StatementHead& head,
                        const std::string& cluster) {
  statement.insert(EndOfName(statement, head.name_at), ClusterClause(cluster));
  return statement;
}

/// The same statement about the table that holds a server's rows.
std::string AboutLocal(std::string statement, const StatementHead& head) {
  return statement.insert(head.name_at + head.name.size(), kLocalSuffix);
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

/// A feed goes between the tables of one server: "… TO t AS\nSELECT … FROM s".
std::string BetweenLocals(std::string statement) {
  for (const std::string_view before : {" TO ", "FROM "}) {
    const auto at = statement.find(before);
    if (at == std::string::npos) continue;
    statement.insert(EndOfName(statement, at + before.size()), kLocalSuffix);
  }
  return statement;
}

/// The table whose inserts a materialized view sees: the first that it reads, also in a subquery.
std::string SourceOf(std::string_view feed) {
  constexpr std::string_view kFrom = "FROM ";
  auto at = feed.find(kFrom);
  while (at != std::string_view::npos && feed[at + kFrom.size()] == '(') {
    at = feed.find(kFrom, at + kFrom.size());
  }
  if (at == std::string_view::npos) return {};
  at += kFrom.size();
  const auto end = feed.find_first_of(" \n()", at);
  return std::string(feed.substr(at, end - at));
}

/// A feed that looks rows up on all servers: it sees the inserts of one, and what it makes is
/// placed by its own key.
std::string AcrossServers(std::string statement) {
  const std::string source = "FROM " + SourceOf(statement);
  for (auto at = statement.find(source); at != std::string::npos;
       at = statement.find(source, at + 1)) {
    const auto end = at + source.size();
    const bool is_whole = statement.find_first_of(" \n()", end) == end || end == statement.size();
    if (is_whole) statement.insert(end, kLocalSuffix);
  }
  return statement;
}

/// `passing` are tables that keep nothing, of which each server has its own.
std::string FeedStatement(std::string statement, const std::set<std::string>& passing) {
  if (passing.contains(SourceOf(statement))) return statement;
  // What a row is made into by ARRAY JOIN has another key than the row.
  if (statement.find(" GLOBAL IN ") != std::string::npos ||
      statement.find("\nARRAY JOIN ") != std::string::npos) {
    return AcrossServers(std::move(statement));
  }
  return BetweenLocals(std::move(statement));
}

bool KeepsNothing(const std::string& statement) {
  return statement.find("\nENGINE = Null") != std::string::npos;
}

std::vector<std::string> TableStatements(const std::string& statement,
                                         const StatementHead& head,
                                         const std::string& cluster) {
  if (KeepsNothing(statement)) return {WithCluster(statement, head, cluster)};
  const std::string local = head.name + std::string(kLocalSuffix);
  std::string replicated = AboutLocal(WithCluster(statement, head, cluster), head);
  const std::string path = "'/clickhouse/tables/{shard}/{database}/" + local + "', '{replica}'";
  Replace(replicated,
          "ENGINE = ReplacingMergeTree(",
          "ENGINE = ReplicatedReplacingMergeTree(" + path + ", ");
  Replace(replicated, "ENGINE = MergeTree\n", "ENGINE = ReplicatedMergeTree(" + path + ")\n");
  Replace(replicated, "non_replicated_deduplication_window", "replicated_deduplication_window");
  const std::string distributed = statement.substr(0, head.name_at) + head.name +
                                  ClusterClause(cluster) + " AS " + local + std::string(kEngine) +
                                  "Distributed('" + cluster + "', currentDatabase(), '" + local +
                                  "', " + ShardingKey(SortingKey(statement)) + ")";
  return {replicated, distributed};
}

}  // namespace

std::string OnCluster(std::string statement, const std::string& cluster) {
  if (cluster.empty()) return statement;
  if (statement.starts_with("RENAME ")) return statement + ClusterClause(cluster);
  for (const std::string_view before : {"DICTIONARY IF EXISTS ", "TABLE IF EXISTS ", "TABLE "}) {
    const auto at = statement.find(before);
    if (at == std::string::npos) continue;
    return statement.insert(EndOfName(statement, at + before.size()), ClusterClause(cluster));
  }
  return statement;
}

std::vector<std::string> ClusterStatements(std::span<const std::string> statements,
                                           const std::string& cluster) {
  std::vector<std::string> result;
  const auto add = [&](std::vector<std::string> made) {
    std::move(made.begin(), made.end(), std::back_inserter(result));
  };
  std::set<std::string> passing;
  for (const std::string& statement : statements) {
    const auto head = HeadOf(statement);
    if (head.kind == StatementKind::kTable && KeepsNothing(statement)) passing.insert(head.name);
    switch (head.kind) {
      case StatementKind::kTable:
        add(TableStatements(statement, head, cluster));
        break;
      case StatementKind::kColumns:
        add({AboutLocal(WithCluster(statement, head, cluster), head),
             WithCluster(statement, head, cluster)});
        break;
      case StatementKind::kFeed:
      case StatementKind::kQuery:
        add({FeedStatement(WithCluster(statement, head, cluster), passing)});
        break;
      case StatementKind::kView:
      case StatementKind::kLookup:
      case StatementKind::kDatabase:
        add({WithCluster(statement, head, cluster)});
        break;
      case StatementKind::kRows:
        add({statement});
        break;
    }
  }
  return result;
}

}  // namespace polyhouse
