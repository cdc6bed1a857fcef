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
constexpr std::string_view kIdentifierPlaceholder = "Identifier}";

bool IsRefused(std::string_view name) {
  return std::binary_search(kRefused.begin(), kRefused.end(), LowerCase(name));
}

bool IsPlain(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '_' || letter == '.';
}

}  // namespace

std::string RefusedName(std::string_view spelled, const QueryParameters& parameters) {
  for (auto token = NextSqlToken(spelled, 0); token.kind != SqlTokenKind::kEnd;
       token = NextSqlToken(spelled, token.end)) {
    if (const auto name = SqlName(spelled, token); IsRefused(name)) return std::string(name);
  }
  if (spelled.find(kIdentifierPlaceholder) == std::string_view::npos) return {};
  for (const auto& [name, value] : parameters) {
    // Escapes in a value are the engine's to decode: only what cannot have any is let through.
    if (IsRefused(value) || !std::all_of(value.begin(), value.end(), IsPlain)) return value;
  }
  return {};
}

}  // namespace polyhouse::engine
