#include "e2e/truth_tables.h"

#include <gtest/gtest.h>

#include "app/migration_text.h"

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
  LoadLines(simulator.Get("/simulator/truth"));
}

void TruthTables::LoadNow(const Simulator& simulator) const {
  LoadLines(simulator.Get("/simulator/now"));
  without_archived_ = true;
}

void TruthTables::LoadLines(const std::string& lines) const {
  const ScratchDir dir;
  WriteFile(dir / "truth.ndjson", lines);
  RunFile("raw_from_truth.sql", "@FILE@", dir / "truth.ndjson");
  RunFile("expected_markets.sql", "", "");
  RunFile("expected_events.sql", "", "");
}

std::string TruthTables::Stored(const std::string& table) const {
  return "SELECT * EXCEPT version FROM " + table + "_current" +
         (without_archived_ ? " WHERE id NOT IN (SELECT id FROM truth." + table + " WHERE archived)"
                            : "");
}

std::string TruthTables::Expected(const std::string& table) const {
  return "SELECT * FROM truth." + table + (without_archived_ ? " WHERE NOT archived" : "");
}

std::string TruthTables::Sample(const std::string& label, const std::string& sql) const {
  const std::string count = polyhouse_.Query("SELECT count() FROM (" + sql + ")");
  if (count == "0") return "";
  return label + ": " + count + " rows, such as\n" +
         polyhouse_.Query("SELECT * FROM (" + sql + ") ORDER BY id LIMIT 2", "Vertical") + "\n";
}

std::string TruthTables::MissingOf(const std::string& table) const {
  return Sample(table + " missing or different", Expected(table) + " EXCEPT " + Stored(table));
}

std::string TruthTables::DifferencesOf(const std::string& table) const {
  const auto rows = [&](const std::string& sql) {
    return polyhouse_.Query("SELECT count() FROM (" + sql + ")");
  };
  std::string text;
  if (rows(Stored(table)) != rows(Expected(table))) {
    text += table + ": " + rows(Stored(table)) + " rows, must be " + rows(Expected(table)) + "\n";
  }
  return text + MissingOf(table) +
         Sample(table + " stored but not served", Stored(table) + " EXCEPT " + Expected(table));
}

std::string TruthTables::Missing() const {
  return MissingOf("markets") + MissingOf("polymarket_events");
}

std::string TruthTables::Differences() const {
  return DifferencesOf("markets") + DifferencesOf("polymarket_events");
}

}  // namespace polyhouse
