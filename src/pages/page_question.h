#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace polyhouse {

/// What a page may say with its question.
struct PageParam {
  enum class Kind { kText, kNumber, kChoice, kWallet };

  std::string_view name;
  Kind kind = Kind::kText;
  std::string_view usual{};    ///< What it is when it is not said.
  std::string_view choices{};  ///< Of kChoice, with spaces between them.
  double most = 0;             ///< Of kNumber. Of kText: bytes.
  bool is_whole = true;        ///< Of kNumber.
  double least = 0;            ///< Likewise.
};

/// Something that a page asks of the tables: one SELECT that gives one row with the columns `data`,
/// which is what the page gets, and `next`, the cursor behind it. No row: there is no such thing.
struct PageQuestion {
  std::string_view path;  ///< "/api/markets/:id": what stands for ":id" is a parameter.
  std::string_view sql;   ///< The name of a file in sql/.
  std::span<const PageParam> params;
  std::chrono::milliseconds deadline;
  std::chrono::milliseconds fresh;  ///< For so long an answer is good for everybody.
  /// It looks back farther and farther, by its parameter `hours`, until it has found `limit` rows.
  bool widens = false;
};

std::span<const PageQuestion> PageQuestions();

using PageParams = std::map<std::string, std::string, std::less<>>;

/// The question of a path, with what its parts say.
struct AskedQuestion {
  const PageQuestion* question = nullptr;
  PageParams params{};
};

/// Empty: there is none. `query`: what follows "?"; what is unknown is passed over. kConfig, with a
/// sentence for whoever asks: a parameter that cannot be.
Result<std::optional<AskedQuestion>> FindPageQuestion(std::string_view path,
                                                      const PageParams& query);

/// The text of sql/NAME.sql, with other files in the places of their {{names}}.
std::string PageSql(std::string_view name);

}  // namespace polyhouse
