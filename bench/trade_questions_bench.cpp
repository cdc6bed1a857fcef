#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "benches.h"
#include "engine_tables.h"
#include "generated_trades.h"

namespace polyhouse {
namespace {

struct Question {
  std::string title;
  std::string sql;
};

/// Those of docs/trades.md, so that what is shown is what is measured.
std::vector<Question> Questions() {
  std::ifstream file(std::string(DOCS_DIR) + "/trades.md");
  std::vector<Question> questions;
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
  for (Question& question : questions) {
    for (const auto& [from, to] : {std::pair<std::string, std::string>{"SLUG", "market-0"},
                                   {"0xWALLET", "0x0000000000000000000000000000000000000064"}}) {
      const auto at = question.sql.find(from);
      if (at != std::string::npos) question.sql.replace(at, from.size(), to);
    }
    question.sql.erase(question.sql.rfind(';'));
  }
  return questions;
}

/// The rows that were read to answer.
std::uint64_t Ask(EngineTables& tables, const Question& question) {
  const auto answer = tables.client().Fetch(question.sql + " FORMAT JSON", {});
  if (!answer) throw std::runtime_error(question.title + ": " + answer.error().message);
  constexpr std::string_view kRead = "\"rows_read\": ";
  return std::strtoull(answer->c_str() + answer->rfind(kRead) + kRead.size(), nullptr, 10);
}

}  // namespace

void BenchTradeQuestions(const BenchInput& input, Report& report) {
  EngineTables tables;
  FillTrades(tables, input.lines);
  for (const Question& question : Questions()) {
    std::uint64_t rows = 0;
    const double seconds = MedianSeconds(3, [&] { rows = Ask(tables, question); });
    report.AddFigure("of " + std::to_string(input.lines) + " trades: " + question.title,
                     std::to_string(static_cast<int>(seconds * 1000)) + " ms, " +
                         std::to_string(rows) + " rows read",
                     "");
  }
}

}  // namespace polyhouse
