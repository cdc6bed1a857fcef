#pragma once

#include <span>
#include <string>
#include <string_view>

namespace polyhouse {

/// What a question is about, besides a time.
enum class QuestionSubject { kAll, kMarket, kWallet };

/// Something that people ask of the tables, by a name that can be typed. What it means is in
/// docs/analytics.md.
struct Question {
  std::string_view name;  ///< "leaderboard"
  QuestionSubject subject;
  std::string_view help;   ///< One line, without a full stop.
  std::string_view since;  ///< What --since is when it is not given: "7d"; empty: it is not asked.
  std::string_view sql;    ///< With {market}, {wallet}, {since} and {limit}.
  bool of_actions =
      false;  ///< Without actions (docs/actions.md) it knows trades alone, or nothing.
  std::string_view note{};  ///< What to know of the numbers: a sentence. Empty: nothing more.
};

/// All of them, in the order in which they are shown.
std::span<const Question> Questions();

/// The question of that name; nullptr: there is none.
const Question* FindQuestion(std::string_view name);

/// What stands for the places in a question's SQL. Texts without quotes.
struct QuestionFacts {
  std::string market{};  ///< Its id.
  std::string wallet{};
  std::string since{};  ///< "2026-11-26 00:00:00", UTC.
  int limit = 20;
};

/// The statement that answers it, without FORMAT: to be shown, and to be run.
std::string SqlOf(const Question& question, const QuestionFacts& facts);

}  // namespace polyhouse
