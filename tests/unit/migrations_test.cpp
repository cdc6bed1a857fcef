#include "app/migrations.h"

#include <gmock/gmock.h>

#include "app/migration_files.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SplitStatements, EndsAStatementAtASemicolonAtTheEndOfALine) {
  EXPECT_THAT(
      SplitStatements("CREATE TABLE a\n(\n    x String\n);\nCREATE VIEW b AS SELECT ';' AS x;\n"),
      ElementsAre("CREATE TABLE a\n(\n    x String\n)", "CREATE VIEW b AS SELECT ';' AS x"));
}

TEST(SplitStatements, LeavesOutCommentsAndEmptyLines) {
  EXPECT_THAT(SplitStatements("-- About a;\n\nSELECT 1;\n-- About b\nSELECT\n\n2;\n"),
              ElementsAre("SELECT 1", "SELECT\n2"));
}

TEST(SplitStatements, OfNothingIsNothing) {
  EXPECT_THAT(SplitStatements(""), IsEmpty());
  EXPECT_THAT(SplitStatements("-- only a comment\n"), IsEmpty());
}

TEST(MigrationFiles, AreNumberedFromOneWithoutGaps) {
  int number = 0;
  for (const MigrationFile& file : MigrationFiles()) {
    std::string prefix = std::to_string(++number) + "_";
    prefix.insert(0, 5 - prefix.size(), '0');
    EXPECT_TRUE(file.name.starts_with(prefix)) << file.name;
  }
  EXPECT_GE(number, 3);
}

/// Migrations that stop half-way are run again from their beginning. Versions that are put in twice
/// replace each other.
TEST(MigrationFiles, HoldOnlyStatementsThatMayBeRepeated) {
  for (const MigrationFile& file : MigrationFiles()) {
    const auto statements = SplitStatements(file.sql);
    EXPECT_FALSE(statements.empty()) << file.name;
    for (const std::string& statement : statements) {
      EXPECT_TRUE(statement.find("IF NOT EXISTS") != std::string::npos ||
                  (statement.starts_with("INSERT INTO ") &&
                   statement.find("_versions SELECT * FROM ") != std::string::npos))
          << file.name << ": " << statement;
    }
  }
}

/// A statement that is not ended by a semicolon would be left out silently.
TEST(MigrationFiles, EndWithASemicolon) {
  for (const MigrationFile& file : MigrationFiles()) {
    EXPECT_TRUE(file.sql.ends_with(";\n")) << file.name;
  }
}

}  // namespace
}  // namespace polyhouse
