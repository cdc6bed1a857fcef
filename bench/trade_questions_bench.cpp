#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "answers/questions.h"
#include "base/clock.h"
#include "benches.h"
#include "engine_tables.h"
#include "generated_trades.h"
#include "pages/page_answers.h"

namespace polyhouse {
namespace {

constexpr const char* kWallet = "0x0000000000000000000000000000000000000064";

struct Statement {
  std::string title;
  std::string sql;
};

/// Those of docs/trades.md, so that what is shown is what is measured.
std::vector<Statement> OfThePage() {
  std::ifstream file(std::string(DOCS_DIR) + "/trades.md");
  std::vector<Statement> questions;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) inside = line == "## Ten questions";
    if (!inside || line.starts_with("```")) continue;
    if (line.starts_with("-- ")) {
      questions.push_back({line.substr(3), ""});
    } else if (!questions.empty()) {
      questions.back().sql += line + "\n";
    }
  }
  for (Statement& question : questions) {
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>{"SLUG", "market-0"}, {"0xWALLET", kWallet}}) {
      const auto at = question.sql.find(from);
      if (at != std::string::npos) question.sql.replace(at, from.size(), to);
    }
    question.sql.erase(question.sql.rfind(';'));
  }
  return questions;
}

/// The rows that were read to answer.
std::uint64_t Ask(EngineTables& tables, const Statement& question) {
  const auto answer = tables.client().Fetch(question.sql + " FORMAT JSON", {});
  if (!answer) throw std::runtime_error(question.title + ": " + answer.error().message);
  constexpr std::string_view kRead = "\"rows_read\": ";
  return std::strtoull(answer->c_str() + answer->rfind(kRead) + kRead.size(), nullptr, 10);
}

/// Those of polyhouse ask, about the market and the wallet that trade most but one.
std::vector<Statement> OfTheCommand() {
  std::vector<Statement> statements;
  for (const Question& question : Questions()) {
    const auto month = question.since == "24h"  ? "1 DAY"
                       : question.since == "7d" ? "7 DAY"
                                                : "30 DAY";
    std::string sql = SqlOf(question, {.market = "1", .wallet = kWallet, .since = "SINCE"});
    if (const auto at = sql.find("'SINCE'"); at != std::string::npos) {
      sql.replace(at, 7, std::string("toString(toDateTime(now() - INTERVAL ") + month + "))");
    }
    statements.push_back({"ask " + std::string(question.name), std::move(sql)});
  }
  return statements;
}

void Measure(EngineTables& tables,
             const std::string& what,
             const std::vector<Statement>& questions,
             Report& report) {
  for (const Statement& question : questions) {
    std::uint64_t rows = 0;
    const double seconds = MedianSeconds(3, [&] { rows = Ask(tables, question); });
    report.AddFigure(what + question.title,
                     std::to_string(static_cast<int>(seconds * 1000)) + " ms, " +
                         std::to_string(rows) + " rows read",
                     "");
  }
}

/// As many as there are at Polymarket, most of them without a trade.
constexpr std::string_view kMoreMarkets =
    "INSERT INTO markets (id, question, market_slug, outcomes, tokens, event_id, volume, "
    "volume_24h, version) SELECT toString(number), concat('Will it be ', toString(number), '?'), "
    "concat('market-', toString(number)), ['Yes', 'No'], [toString(number * 2 + 1000000000), "
    "toString(number * 2 + 1000000001)], toString(intDiv(number, 4)), cityHash64(number) % "
    "1000000, cityHash64(number) % 10000, 1 FROM numbers(20000, 1480000)";

/// What the page asks, each as its process asks it: about the market and the wallet that trade most
/// but one.
void MeasurePages(EngineTables& tables, const std::string& what, Report& report) {
  tables.Execute(std::string(kMoreMarkets));
  SystemClock clock;
  const PageAnswers answers(
      [&](const TableQuestion& question, std::stop_token stop) {
        return tables.client().Query(question.sql, question.settings, question.on_data, stop);
      },
      clock);
  for (const std::string path : {"/api/search",
                                 "/api/markets",
                                 "/api/markets/1",
                                 "/api/markets/1/prices",
                                 "/api/markets/1/story",
                                 "/api/markets/1/trades",
                                 "/api/trades",
                                 "/api/wallets",
                                 "/api/wallets/WALLET",
                                 "/api/wallets/WALLET/positions",
                                 "/api/wallets/WALLET/profit",
                                 "/api/schema"}) {
    std::string asked_path = path;
    if (const auto at = asked_path.find("WALLET"); at != std::string::npos) {
      asked_path.replace(at, 6, kWallet);
    }
    const auto asked = FindPageQuestion(asked_path, {{"q", "will it be 77"}});
    if (!asked || !*asked) throw std::runtime_error("no question of the page: " + path);
    bool is_late = false;
    const double seconds = MedianSeconds(3, [&] { is_late = !answers.AnswerAnew(**asked, {}); });
    report.AddFigure(what + path,
                     std::to_string(static_cast<int>(seconds * 1000)) + " ms" +
                         (is_late ? ", given up at its deadline" : ""),
                     std::to_string((*asked)->question->deadline.count()) + " ms");
  }
}

}  // namespace

void BenchTradeQuestions(const BenchInput& input, Report& report) {
  EngineTables tables({"--schema-token-hours=true", "--schema-wallet-days=true"});
  FillTrades(tables, input.lines);
  const std::string all = "of " + std::to_string(input.lines) + " trades";
  Measure(tables, all + ": ", OfThePage(), report);
  const SteadyTime begun = SteadyNow();
  tables.Run({"write", "--once"});
  const auto took = std::chrono::duration_cast<std::chrono::seconds>(SteadyNow() - begun);
  report.AddFigure(all + ": making token_hours and wallet_days from nothing",
                   std::to_string(took.count()) + " s",
                   "");
  Measure(tables, all + ", kept ready: ", OfTheCommand(), report);
  MeasurePages(tables, all + " and 1500000 markets, the page: ", report);
}

}  // namespace polyhouse
