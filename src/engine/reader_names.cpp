#include "engine/reader_names.h"

#include <algorithm>
#include <array>

#include "base/lower_case.h"
#include "engine/sql_token.h"

namespace polyhouse::engine {
namespace {

/// Files, models and certificates of the machine, services elsewhere, and the engine's own memory.
constexpr std::array<std::string_view, 11> kRefused = {"addresstoline",
                                                       "addresstolinewithinlines",
                                                       "addresstosymbol",
                                                       "aiclassify",
                                                       "aiembed",
                                                       "aiextract",
                                                       "aigenerate",
                                                       "aitranslate",
                                                       "catboostevaluate",
                                                       "file",
                                                       "showcertificate"};
/// Table functions that make rows out of themselves, of their arguments or of tables.
constexpr std::array<std::string_view, 16> kHarmless = {"dictionary",
                                                        "format",
                                                        "generate_series",
                                                        "generaterandom",
                                                        "generateseries",
                                                        "merge",
                                                        "null",
                                                        "numbers",
                                                        "numbers_mt",
                                                        "primes",
                                                        "sqlstandardvalues",
                                                        "values",
                                                        "view",
                                                        "viewexplain",
                                                        "zeros",
                                                        "zeros_mt"};
constexpr std::string_view kIdentifierPlaceholder = "Identifier}";

bool IsRefused(std::string_view name) {
  return std::binary_search(kRefused.begin(), kRefused.end(), LowerCase(name));
}

bool IsPlain(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '_' || letter == '.';
}

}  // namespace

ReaderNames::ReaderNames(const std::set<std::string, std::less<>>& table_functions) {
  for (const std::string& name : table_functions) {
    std::string lower = LowerCase(name);
    if (!std::binary_search(kHarmless.begin(), kHarmless.end(), lower)) {
      table_functions_.insert(std::move(lower));
    }
  }
}

bool ReaderNames::IsTableFunction(std::string_view name) const {
  return table_functions_.contains(LowerCase(name));
}

std::string ReaderNames::Refused(std::string_view spelled,
                                 const QueryParameters& parameters) const {
  for (auto token = NextSqlToken(spelled, 0); token.kind != SqlTokenKind::kEnd;) {
    const auto next = NextSqlToken(spelled, token.end);
    const auto name = SqlName(spelled, token);
    // A column may be called url; only what has arguments is a function.
    const bool is_called = IsSqlSymbol(spelled, next, '(');
    if (IsRefused(name) || (is_called && IsTableFunction(name))) return std::string(name);
    token = next;
  }
  if (spelled.find(kIdentifierPlaceholder) == std::string_view::npos) return {};
  for (const auto& [name, value] : parameters) {
    // Escapes in a value are the engine's to decode: only what cannot have any is let through.
    const bool is_plain = std::all_of(value.begin(), value.end(), IsPlain);
    if (!is_plain || IsRefused(value) || IsTableFunction(value)) return value;
  }
  return {};
}

}  // namespace polyhouse::engine
