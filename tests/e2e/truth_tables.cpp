#include "e2e/truth_tables.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/json_text.h"
#include "schema/migration_text.h"

namespace polyhouse {

void TruthTables::RunFile(const std::string& name) const {
  const std::string sql = ReadFile(std::string(TESTS_DIR) + "/e2e/" + name);
  ASSERT_FALSE(sql.empty()) << name;
  for (const std::string& statement : SplitStatements(sql)) polyhouse_.Query(statement);
}

/// The engine opens no files: lines come to it in the body of an INSERT.
void TruthTables::LoadInput(const std::string& columns, const std::string& lines) const {
  polyhouse_.Query("CREATE DATABASE IF NOT EXISTS truth");
  polyhouse_.Query("CREATE OR REPLACE TABLE truth.input (" + columns +
                   ") ENGINE = MergeTree ORDER BY tuple()");
  const ScratchDir dir;
  WriteFile(dir / "insert",
            "INSERT INTO truth.input SETTINGS input_format_skip_unknown_fields = 1 FORMAT "
            "JSONEachRow\n" +
                lines);
  std::vector<std::string> command = {"bash", "-c", "file=$1; shift; exec \"$@\" < $file", "bash"};
  command.push_back(dir / "insert");
  for (std::string& word : polyhouse_.Command({"query", "--write", "-"})) {
    command.push_back(std::move(word));
  }
  const RunResult inserted = RunToEnd(command);
  ASSERT_EQ(inserted.exit_code, 0) << inserted.err;
}

void TruthTables::LoadRecordings(const std::string& dir) const {
  const auto engine = polyhouse_.HoldEngine();
  std::string lines;
  for (const std::string folder : {"gamma_events", "gamma_markets"}) {
    for (const auto& file : std::filesystem::directory_iterator(dir + "/" + folder)) {
      if (file.path().extension() != ".json") continue;
      AppendJsonString(lines += "{\"folder\":", folder);
      AppendJsonString(lines += ",\"file\":", file.path().filename().string());
      AppendJsonString(lines += ",\"text\":", ReadFile(file.path()));
      lines += "}\n";
    }
  }
  LoadInput("folder String, file String, text String", lines);
  RunFile("raw_from_recordings.sql");
  RunFile("expected_markets.sql");
  RunFile("expected_events.sql");
}

void TruthTables::LoadServed(const Simulator& simulator) const {
  LoadLines(simulator.Get("/simulator/truth"));
}

void TruthTables::LoadNow(const Simulator& simulator) const {
  LoadLines(simulator.Get("/simulator/now"));
  without_archived_ = true;
}

void TruthTables::LoadChain(const Simulator& simulator, std::uint64_t to) const {
  const auto engine = polyhouse_.HoldEngine();
  LoadInput(
      "block_number UInt64, block_time Int64, transaction_hash String, log_index UInt32, exchange "
      "String, generation String, order_hash String, maker String, taker String, maker_asset_id "
      "String, taker_asset_id String, maker_amount UInt256, taker_amount UInt256, fee UInt256, "
      "builder String, market_id String, condition_id String, outcome String, nonusdc_side String, "
      "maker_direction String, taker_direction String, match_type String, is_taker_leg Bool, "
      "fee_asset String",
      simulator.Get("/simulator/fills?to=" + std::to_string(to)));
  RunFile("expected_trades.sql");
}

std::string TruthTables::TradeDifferences() const {
  const auto engine = polyhouse_.HoldEngine();
  std::string text;
  for (const std::string table : {"order_fills", "trades"}) {
    // Token for token is no trade in the simulator's words: which market it is has no truth there.
    const std::string market =
        " REPLACE (if(maker_direction = '', '', market_id) AS market_id, if(maker_direction = '', "
        "'', nonusdc_side) AS nonusdc_side, if(maker_direction = '', '', condition_id) AS "
        "condition_id, if(maker_direction = '', '', outcome) AS outcome)";
    text += Compare(table,
                    "SELECT * EXCEPT (removed, version)" + (table == "trades" ? market : "") +
                        " FROM " + table + "_current",
                    "SELECT * FROM truth." + table,
                    "block_number, log_index");
  }
  return text;
}

void TruthTables::LoadActions(const Simulator& simulator, std::uint64_t to) const {
  const auto engine = polyhouse_.HoldEngine();
  LoadInput(
      "block_number UInt64, block_time Int64, transaction_hash String, log_index UInt32, contract "
      "String, action String, wallet String, wallet_kind String, condition_id String, "
      "neg_risk_market_id String, question_id String, collateral String, index_sets "
      "Array(UInt256), "
      "amounts Array(UInt256), amount UInt256",
      simulator.Get("/simulator/actions?to=" + std::to_string(to)));
  polyhouse_.Query(
      "CREATE OR REPLACE TABLE truth.token_actions ENGINE = MergeTree ORDER BY tuple() AS SELECT * "
      "FROM truth.input");
}

std::string TruthTables::ActionDifferences() const {
  const auto engine = polyhouse_.HoldEngine();
  return Compare("token_actions",
                 "SELECT * EXCEPT (parent_collection, removed, version) REPLACE "
                 "(toUnixTimestamp(block_time) AS block_time) FROM token_actions_current",
                 "SELECT * FROM truth.token_actions",
                 "block_number, log_index") +
         Compare("resolutions",
                 "SELECT condition_id, question_id, payout_numerators, block_number FROM "
                 "resolutions_current",
                 "SELECT condition_id, question_id, amounts, block_number FROM truth.token_actions "
                 "WHERE action = 'resolve'",
                 "condition_id");
}

void TruthTables::LoadAddresses(const Simulator& simulator, std::uint64_t to) const {
  const auto engine = polyhouse_.HoldEngine();
  LoadInput("address String, is_contract Bool, code_size UInt32, transaction_count UInt64",
            simulator.Get("/simulator/addresses?to=" + std::to_string(to)));
}

std::string TruthTables::AddressDifferences() const {
  const auto engine = polyhouse_.HoldEngine();
  return Compare("addresses",
                 "SELECT * EXCEPT (block_number, checked_at, version) FROM addresses_current",
                 "SELECT * FROM truth.input",
                 "address");
}

void TruthTables::LoadAnswers(const Simulator& simulator, std::uint64_t to) const {
  const auto engine = polyhouse_.HoldEngine();
  LoadInput(
      "kind String, market_id String, wallet String, token_id String, day UInt32, rounds Int64, "
      "usd Int64, contracts Int64, maker_contracts Int64, minted Int64, merged Int64, matches "
      "Int64, traders Int64, fills Int64, markets Int64, last_price Int64, fees Int64, first_trade "
      "Int64, last_trade Int64, shares Int64, cash Int64, held Int64, average_cost Int64, realised "
      "Int64, settled_pnl Int64, open_pnl Int64",
      simulator.Get("/simulator/answers?to=" + std::to_string(to)));
  RunFile("expected_answers.sql");
}

std::string TruthTables::AnswerDifferences() const {
  const auto engine = polyhouse_.HoldEngine();
  std::string text;
  for (const auto& [answers, order] : {std::pair("market_stats", "market_id"),
                                       std::pair("market_volume_daily", "market_id, day"),
                                       std::pair("open_interest", "market_id"),
                                       std::pair("wallet_positions", "wallet, token_id"),
                                       std::pair("wallet_pnl", "wallet"),
                                       std::pair("leaderboard", "wallet"),
                                       std::pair("maker_share", "wallet")}) {
    const std::string name = answers;
    text +=
        Compare(name, "SELECT * FROM truth.stored_" + name, "SELECT * FROM truth." + name, order);
  }
  return text;
}

void TruthTables::LoadLines(const std::string& lines) const {
  const auto engine = polyhouse_.HoldEngine();
  LoadInput("kind String, record String", lines);  // An object as its text.
  RunFile("raw_from_truth.sql");
  RunFile("expected_markets.sql");
  RunFile("expected_events.sql");
}

std::string TruthTables::Stored(const std::string& table) const {
  return "SELECT * EXCEPT version FROM " + table + "_current" +
         (without_archived_ ? " WHERE id NOT IN (SELECT id FROM truth." + table + " WHERE archived)"
                            : "");
}

std::string TruthTables::Expected(const std::string& table) const {
  return "SELECT * FROM truth." + table + (without_archived_ ? " WHERE NOT archived" : "");
}

std::string TruthTables::Sample(const std::string& label,
                                const std::string& sql,
                                const std::string& order) const {
  const std::string count = polyhouse_.Query("SELECT count() FROM (" + sql + ")");
  if (count == "0") return "";
  return label + ": " + count + " rows, such as\n" +
         polyhouse_.Query("SELECT * FROM (" + sql + ") ORDER BY " + order + " LIMIT 2",
                          "Vertical") +
         "\n";
}

std::string TruthTables::MissingRows(const std::string& table) const {
  return Expected(table) + " EXCEPT " + Stored(table);
}

std::string TruthTables::MissingOf(const std::string& table) const {
  return Sample(table + " missing or different", MissingRows(table), "id");
}

std::string TruthTables::Compare(const std::string& table,
                                 const std::string& stored,
                                 const std::string& expected,
                                 const std::string& order) const {
  const auto count = [](const std::string& sql) { return "(SELECT count() FROM (" + sql + "))"; };
  // All at once: each query is a process, and mostly nothing differs.
  const std::string same = "SELECT " + count(stored) + " = " + count(expected) + " AND " +
                           count(expected + " EXCEPT " + stored) + " = 0 AND " +
                           count(stored + " EXCEPT " + expected) + " = 0";
  if (polyhouse_.Query(same) == "1") return "";
  const auto rows = [&](const std::string& sql) {
    return polyhouse_.Query("SELECT " + count(sql));
  };
  std::string text;
  if (rows(stored) != rows(expected)) {
    text += table + ": " + rows(stored) + " rows, must be " + rows(expected) + "\n";
  }
  return text + Sample(table + " missing or different", expected + " EXCEPT " + stored, order) +
         Sample(table + " stored but not served", stored + " EXCEPT " + expected, order);
}

std::string TruthTables::DifferencesOf(const std::string& table) const {
  return Compare(table, Stored(table), Expected(table), "id");
}

std::string TruthTables::EnrichedDifferences() const {
  const auto engine = polyhouse_.HoldEngine();
  // Those of the market have the names that they have there.
  const std::string expected =
      "SELECT id, question, market_slug, condition_id, event_id, event_slug, e.title AS "
      "event_title, "
      "e.tags AS event_tags, e.series_slug AS event_series_slug, e.endDate AS event_end_date, "
      "group_item_title, outcomes, outcome_prices, tokens, winner, winner_index, m.volume AS "
      "volume, "
      "m.volume_24h AS volume_24h, m.liquidity AS liquidity, last_trade_price, best_bid, best_ask, "
      "m.active AS active, m.closed AS closed, m.archived AS archived, accepting_orders, "
      "m.neg_risk "
      "AS neg_risk, resolution_status, m.createdAt AS createdAt, start_date, end_date, closedTime, "
      "m.updated_at AS updated_at, fee_rate FROM (" +
      Expected("markets") + ") AS m LEFT JOIN truth.polymarket_events AS e ON m.event_id = e.id";
  const std::string archived =
      without_archived_ ? " WHERE id NOT IN (SELECT id FROM truth.markets WHERE archived)" : "";
  return Compare("markets_enriched",
                 "SELECT * EXCEPT (market_version, event_version, version) FROM "
                 "markets_enriched_current" +
                     archived,
                 expected,
                 "id");
}

std::string TruthTables::Missing() const {
  const auto engine = polyhouse_.HoldEngine();
  return MissingOf("markets") + MissingOf("polymarket_events");
}

bool TruthTables::LacksNothing() const {
  const auto lacks_none = [&](const std::string& table) {
    return polyhouse_.Query("SELECT count() FROM (" + MissingRows(table) + ")") == "0";
  };
  return lacks_none("polymarket_events") && lacks_none("markets");
}

std::string TruthTables::Differences() const {
  const auto engine = polyhouse_.HoldEngine();
  return DifferencesOf("markets") + DifferencesOf("polymarket_events");
}

}  // namespace polyhouse
