#include "schema/cluster_ddl.h"

#include <gmock/gmock.h>

#include "schema/migration_files.h"
#include "schema/migration_text.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;

std::vector<std::string> OnCluster(const std::string& statement) {
  return ClusterStatements(std::vector{statement}, "main");
}

TEST(ClusterStatements, MakesATableReplicatedAndDistributed) {
  EXPECT_THAT(
      OnCluster("CREATE TABLE IF NOT EXISTS t\n(\n    id String\n)\n"
                "ENGINE = ReplacingMergeTree(version)\nORDER BY id\n"
                "SETTINGS non_replicated_deduplication_window = 1000"),
      ElementsAre("CREATE TABLE IF NOT EXISTS t_local ON CLUSTER 'main'\n(\n    id String\n)\n"
                  "ENGINE = ReplicatedReplacingMergeTree("
                  "'/clickhouse/tables/{shard}/{database}/t_local', '{replica}', version)\n"
                  "ORDER BY id\nSETTINGS replicated_deduplication_window = 1000",
                  "CREATE TABLE IF NOT EXISTS t ON CLUSTER 'main' AS t_local\n"
                  "ENGINE = Distributed('main', currentDatabase(), 't_local', sipHash64(id))"));
}

TEST(ClusterStatements, PutsViewsAndDatabasesOnEveryServer) {
  EXPECT_THAT(OnCluster("CREATE VIEW IF NOT EXISTS v AS\nSELECT 1"),
              ElementsAre("CREATE VIEW IF NOT EXISTS v ON CLUSTER 'main' AS\nSELECT 1"));
  EXPECT_THAT(OnCluster("CREATE DATABASE IF NOT EXISTS `p`"),
              ElementsAre("CREATE DATABASE IF NOT EXISTS `p` ON CLUSTER 'main'"));
}

/// An event whose slug was edited has rows under two keys; its view goes by id.
TEST(ClusterStatements, KeepsTheRowsOfOneEventOnOneShard) {
  EXPECT_THAT(
      OnCluster("CREATE TABLE IF NOT EXISTS e (x)\nENGINE = MergeTree\nORDER BY (slug, id)").at(1),
      testing::HasSubstr("sipHash64(id)"));
}

TEST(ClusterStatements, KeepsTheVersionsOfOneMarketOnOneShard) {
  EXPECT_THAT(
      OnCluster("CREATE TABLE IF NOT EXISTS e AS m\nENGINE = MergeTree\nORDER BY (id, version)")
          .at(1),
      testing::HasSubstr("sipHash64(id)"));
}

TEST(ClusterStatements, FeedsATableFromTheOneOnTheSameServer) {
  EXPECT_THAT(
      OnCluster("CREATE MATERIALIZED VIEW IF NOT EXISTS t_feed TO t AS\nSELECT * FROM s"),
      ElementsAre("CREATE MATERIALIZED VIEW IF NOT EXISTS t_feed ON CLUSTER 'main' TO t_local AS\n"
                  "SELECT * FROM s_local"));
}

TEST(ClusterStatements, FeedsDistributedTablesFromOneThatKeepsNothing) {
  const std::vector<std::string> statements = {
      "CREATE TABLE IF NOT EXISTS s\n(\n    a String\n)\nENGINE = Null",
      "CREATE MATERIALIZED VIEW IF NOT EXISTS f TO t AS\nSELECT a\nFROM s AS r\nWHERE a != ''"};

  EXPECT_THAT(ClusterStatements(statements, "main"),
              ElementsAre("CREATE TABLE IF NOT EXISTS s ON CLUSTER 'main'\n(\n    a "
                          "String\n)\nENGINE = Null",
                          "CREATE MATERIALIZED VIEW IF NOT EXISTS f ON CLUSTER 'main' TO t "
                          "AS\nSELECT a\nFROM s AS r\nWHERE a != ''"));
}

TEST(ClusterStatements, FeedsADistributedTableWhereRowsAreLookedUpOnAllServers) {
  EXPECT_THAT(OnCluster("CREATE MATERIALIZED VIEW IF NOT EXISTS f TO t AS\nSELECT a FROM (SELECT a "
                        "FROM s) AS c JOIN (SELECT a FROM t WHERE a GLOBAL IN (SELECT a FROM s)) "
                        "AS i USING a"),
              ElementsAre("CREATE MATERIALIZED VIEW IF NOT EXISTS f ON CLUSTER 'main' TO t "
                          "AS\nSELECT a FROM (SELECT a FROM s_local) AS c JOIN (SELECT a FROM t "
                          "WHERE a GLOBAL IN (SELECT a FROM s_local)) AS i USING a"));
}

TEST(ClusterStatements, AddsAColumnFirstToTheTableThatHoldsTheRows) {
  EXPECT_THAT(OnCluster("ALTER TABLE t\n    ADD COLUMN IF NOT EXISTS a UInt8 AFTER b"),
              ElementsAre("ALTER TABLE t_local ON CLUSTER 'main'\n    ADD COLUMN IF NOT EXISTS a "
                          "UInt8 AFTER b",
                          "ALTER TABLE t ON CLUSTER 'main'\n    ADD COLUMN IF NOT EXISTS a UInt8 "
                          "AFTER b"));
}

TEST(ClusterStatements, MakesViewsAnewAndFeedsFromTheTableOnTheSameServer) {
  EXPECT_THAT(OnCluster("CREATE OR REPLACE VIEW v AS\nSELECT 1"),
              ElementsAre("CREATE OR REPLACE VIEW v ON CLUSTER 'main' AS\nSELECT 1"));
  EXPECT_THAT(
      OnCluster("ALTER TABLE f\nMODIFY QUERY SELECT `a`\nFROM t"),
      ElementsAre("ALTER TABLE f ON CLUSTER 'main'\nMODIFY QUERY SELECT `a`\nFROM t_local"));
}

TEST(ClusterStatements, PutsADictionaryOnEveryServer) {
  const std::vector<std::string> statements = {
      "CREATE DICTIONARY IF NOT EXISTS d\n(\n    id String\n)\nPRIMARY KEY id"};

  EXPECT_THAT(ClusterStatements(statements, "main"),
              ElementsAre("CREATE DICTIONARY IF NOT EXISTS d ON CLUSTER 'main'\n(\n    id "
                          "String\n)\nPRIMARY KEY id"));
  EXPECT_EQ(polyhouse::OnCluster(std::string("DROP DICTIONARY IF EXISTS `d` SYNC"), "main"),
            "DROP DICTIONARY IF EXISTS `d` ON CLUSTER 'main' SYNC");
}

TEST(OnCluster, PutsTheClauseWhereEachStatementWantsIt) {
  EXPECT_EQ(polyhouse::OnCluster("DROP TABLE IF EXISTS t SYNC", "main"),
            "DROP TABLE IF EXISTS t ON CLUSTER 'main' SYNC");
  EXPECT_EQ(polyhouse::OnCluster("CREATE TABLE t (x UInt8) ENGINE = Log", "main"),
            "CREATE TABLE t ON CLUSTER 'main' (x UInt8) ENGINE = Log");
  EXPECT_EQ(polyhouse::OnCluster("RENAME TABLE a TO b", "main"),
            "RENAME TABLE a TO b ON CLUSTER 'main'");
  EXPECT_EQ(polyhouse::OnCluster("ALTER TABLE t MODIFY COMMENT 'x'", "main"),
            "ALTER TABLE t ON CLUSTER 'main' MODIFY COMMENT 'x'");
  EXPECT_EQ(polyhouse::OnCluster("RENAME TABLE a TO b", ""), "RENAME TABLE a TO b");
}

TEST(ClusterStatements, LeavesNoTableOfAnyMigrationOnOneServerOnly) {
  for (const Migration& file : ReadMigrations()) {
    for (const std::string& statement : ClusterStatements(SplitStatements(file.sql), "main")) {
      if (!statement.starts_with("CREATE")) continue;
      EXPECT_THAT(statement, testing::HasSubstr(" ON CLUSTER 'main'")) << file.name;
      EXPECT_THAT(statement, testing::Not(testing::HasSubstr("non_replicated"))) << file.name;
      EXPECT_THAT(statement, testing::Not(testing::ContainsRegex("ENGINE = (Replacing)?MergeTree")))
          << file.name;
    }
  }
}

}  // namespace
}  // namespace polyhouse
