#include "engine/content_coding.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/lower_case.h"

namespace polyhouse::engine {
namespace {

// In the order of src/IO/CompressionMethod.cpp, chooseHTTPCompressionMethod.
constexpr std::array<std::pair<std::string_view, ContentCoding>, 4> kCodings = {
    std::pair{"zstd", ContentCoding::kZstd},
    std::pair{"lz4", ContentCoding::kLz4},
    std::pair{"gzip", ContentCoding::kGzip},
    std::pair{"deflate", ContentCoding::kDeflate}};

std::string_view Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

/// True for ";q=0", ";q=0.0" and the like.
bool IsExcluded(std::string_view parameters) {
  const auto weight = parameters.find("q=");
  if (weight == std::string_view::npos) return false;
  const auto value = Trimmed(parameters.substr(weight + 2));
  return !value.empty() && value.find_first_not_of("0.") == std::string_view::npos;
}

bool Offers(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    const auto offer = list.substr(0, comma);
    const auto semicolon = std::min(offer.find(';'), offer.size());
    if (Trimmed(offer.substr(0, semicolon)) == name) return !IsExcluded(offer.substr(semicolon));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
  return false;
}

}  // namespace

EngineResult<ContentCoding> ContentCodingNamed(std::string_view name) {
  const std::string lower = LowerCase(Trimmed(name));
  if (lower.empty() || lower == "identity") return ContentCoding::kIdentity;
  for (const auto& [known, coding] : kCodings) {
    if (known == lower) return coding;
  }
  return FailWith(EngineCode::kNotImplemented,
                  "Unknown compression method '" + std::string(name) +
                      "'. Only 'gzip', 'deflate', 'zstd', 'lz4' are supported as compression "
                      "methods");
}

ContentCoding PreferredCoding(std::string_view accept_encoding) {
  const std::string offers = LowerCase(accept_encoding);
  for (const auto& [name, coding] : kCodings) {
    if (Offers(offers, name)) return coding;
  }
  return ContentCoding::kIdentity;
}

std::string_view NameOf(ContentCoding coding) {
  for (const auto& [name, known] : kCodings) {
    if (known == coding) return name;
  }
  return {};
}

}  // namespace polyhouse::engine
