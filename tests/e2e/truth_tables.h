#pragma once

#include <cstdint>
#include <string>

#include "support/polyhouse_program.h"

namespace polyhouse {

/// What the tables must hold, computed a second way by SQL from raw API records, in a database
/// `truth` beside them.
class TruthTables {
 public:
  explicit TruthTables(const Polyhouse& polyhouse) : polyhouse_(polyhouse) {}

  void LoadRecordings(const std::string& dir) const;
  /// What the simulator has really served until now.
  void LoadServed(const Simulator& simulator) const;

  /// What the simulator's world is now, served or not. Archived records are left out on both sides:
  /// of those that settled before, no listing tells.
  void LoadNow(const Simulator& simulator) const;

  /// The fills of the simulator's chain up to this block.
  void LoadChain(const Simulator& simulator, std::uint64_t to) const;
  /// As Differences, of order_fills and trades; LoadChain says up to where.
  std::string TradeDifferences() const;
  /// The actions with tokens of its chain up to this block.
  void LoadActions(const Simulator& simulator, std::uint64_t to) const;
  /// As Differences, of token_actions and resolutions.
  std::string ActionDifferences() const;
  /// What the nodes of the simulator say of all wallets that have traded up to this block.
  void LoadAddresses(const Simulator& simulator, std::uint64_t to) const;
  /// As Differences, of addresses.
  std::string AddressDifferences() const;

  /// What the trades of planned markets come to up to this block, by the plan.
  void LoadAnswers(const Simulator& simulator, std::uint64_t to) const;
  /// As Differences, of the views that answer about markets and wallets.
  std::string AnswerDifferences() const;

  /// Empty when every column of every row of both `_current` views is as it must be, nothing is
  /// missing and nothing is there twice; else a text with counts and the first rows that differ.
  std::string Differences() const;
  /// As Differences, of markets_enriched: each market with its event.
  std::string EnrichedDifferences() const;
  /// The part of Differences about what was served and is not stored as it was.
  std::string Missing() const;
  /// Whether Missing is empty, for those who ask again and again beside a running engine.
  bool LacksNothing() const;

 private:
  void LoadLines(const std::string& lines) const;
  void RunFile(const std::string& name) const;
  /// Lines of JSON objects with these columns.
  void LoadInput(const std::string& columns, const std::string& lines) const;
  std::string DifferencesOf(const std::string& table) const;
  /// The query of what must be there and is not.
  std::string MissingRows(const std::string& table) const;
  std::string MissingOf(const std::string& table) const;
  /// The rows of a query, counted and two of them shown; empty when there are none.
  std::string Sample(const std::string& label,
                     const std::string& sql,
                     const std::string& order) const;
  /// As Differences, of two queries for the rows of a table.
  std::string Compare(const std::string& table,
                      const std::string& stored,
                      const std::string& expected,
                      const std::string& order) const;

  /// The rows to compare: what is stored, what must be.
  std::string Stored(const std::string& table) const;
  std::string Expected(const std::string& table) const;

  const Polyhouse& polyhouse_;
  mutable bool without_archived_ = false;
};

}  // namespace polyhouse
