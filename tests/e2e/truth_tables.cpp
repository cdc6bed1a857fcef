#include "e2e/truth_tables.h"

#include <gtest/gtest.h>

#include "app/migrations.h"

namespace polyhouse {

void TruthTables::RunFile(const std::string& name,
                          const std::string& placeholder,
                          const std::string& value) const {
  std::string sql = ReadFile(std::string(TESTS_DIR) + "/e2e/" + name);
  ASSERT_FALSE(sql.empty()) << name;
  for (auto at = sql.find(placeholder); !placeholder.empty() && at != std::string::npos;
       at = sql.find(placeholder, at)) {
    sql.replace(at, placeholder.size(), value);
  }
  for (const std::string& statement : SplitStatements(sql)) polyhouse_.Query(statement);
}

void TruthTables::LoadRecordings(const std::string& dir) const {
  RunFile("raw_from_recordings.sql", "@DIR@", dir);
  RunFile("expected_markets.sql", "", "");
  RunFile("expected_events.sql", "", "");
}

void TruthTables::LoadServed(const Simulator& simulator) const {
  const ScratchDir dir;
  WriteFile(dir / "truth.ndjson", simulator.Get("/simulator/truth"));
  RunFile("raw_from_truth.sql", "@FILE@", dir / "truth.ndjson");
  RunFile("expected_markets.sql", "", "");
  RunFile("expected_events.sql", "", "");
}

std::string TruthTables::DifferencesOf(const std::string& table) const {
  const std::string stored = "SELECT * EXCEPT version FROM " + table + "_current";
  const std::string expected = "SELECT * FROM truth." + table;
  const auto rows = [&](const std::string& sql) {
    return polyhouse_.Query("SELECT count() FROM (" + sql + ")");
  };
  std::string text;
  if (rows(stored) != rows(expected))
    text += table + ": " + rows(stored) + " rows, must be " + rows(expected) + "\n";
  for (const auto& [label, sql] :
       {std::pair("missing or different", expected + " EXCEPT " + stored),
        std::pair("stored but not served", stored + " EXCEPT " + expected)}) {
    const std::string count = rows(sql);
    if (count == "0") continue;
    text += table + ": " + count + " " + label + ", such as\n" +
            polyhouse_.Query("SELECT * FROM (" + sql + ") ORDER BY id LIMIT 2", "Vertical") + "\n";
  }
  return text;
}

std::string TruthTables::Differences() const {
  return DifferencesOf("markets") + DifferencesOf("polymarket_events");
}

}  // namespace polyhouse
