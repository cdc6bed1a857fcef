#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ports/table_reader.h"

namespace polyhouse {

/// The rows of an answer, each with its columns as text.
using TableAnswer = std::vector<std::vector<std::string>>;

/// Reads a result in the format TabSeparated. NULL is "N", unless the query has set
/// format_tsv_null_representation.
TableAnswer AnswerOf(std::string_view text);

/// Runs a SELECT, given without FORMAT and SETTINGS, so that it needs little memory whatever the
/// size of the tables: the built-in database may have no more than 512 MB. Errors as
/// TableReader::Fetch.
Result<TableAnswer> Ask(TableReader& tables, const std::string& sql, std::stop_token stop);

/// As Ask, for a SELECT of one number.
Result<std::uint64_t> AskNumber(TableReader& tables, const std::string& sql, std::stop_token stop);

/// A text as SQL has it, with its quotes.
std::string Quoted(std::string_view text);
/// "('a','b')"; of none "('')", which is no id.
std::string QuotedList(std::span<const std::string> texts);

/// A number in text; zero for anything else.
std::uint64_t NumberIn(std::string_view text);

}  // namespace polyhouse
