#include "engine/engine_error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace polyhouse::engine {
namespace {

constexpr std::string_view kCodePrefix = "Code: ";
constexpr std::string_view kAfterCode = ". DB::Exception: ";
constexpr std::string_view kAfterSystemCode = ". DB::ErrnoException: ";

// HTTP statuses, from ClickHouse's own table: src/Server/HTTP/exceptionCodeToHTTPStatus.cpp.
constexpr std::array kBadRequest = {6,  8,   15,  25,  26,  27,  36,  37,  38,  41,  44,  53, 62,
                                    72, 117, 123, 167, 168, 223, 321, 376, 427, 441, 675, 676};
constexpr std::array kNotFound = {46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511};
constexpr std::array kForbidden = {192, 193, 497, 512, 516};
constexpr std::array kUnavailable = {76, 202, 209, 439};

constexpr std::array<std::pair<EngineCode, std::string_view>, 18> kNames = {
    std::pair{EngineCode::kTooLargeCompressed, "TOO_LARGE_SIZE_COMPRESSED"},
    std::pair{EngineCode::kCannotReadAllData, "CANNOT_READ_ALL_DATA"},
    std::pair{EngineCode::kBadArguments, "BAD_ARGUMENTS"},
    std::pair{EngineCode::kChecksumDoesntMatch, "CHECKSUM_DOESNT_MATCH"},
    std::pair{EngineCode::kNotImplemented, "NOT_IMPLEMENTED"},
    std::pair{EngineCode::kSyntaxError, "SYNTAX_ERROR"},
    std::pair{EngineCode::kUnknownCompressionMethod, "UNKNOWN_COMPRESSION_METHOD"},
    std::pair{EngineCode::kUnknownSetting, "UNKNOWN_SETTING"},
    std::pair{EngineCode::kReadonly, "READONLY"},
    std::pair{EngineCode::kTooManyQueries, "TOO_MANY_SIMULTANEOUS_QUERIES"},
    std::pair{EngineCode::kQueryIsTooLarge, "QUERY_IS_TOO_LARGE"},
    std::pair{EngineCode::kCannotDecompress, "CANNOT_DECOMPRESS"},
    std::pair{EngineCode::kZlibFailed, "ZLIB_INFLATE_FAILED"},
    std::pair{EngineCode::kZstdFailed, "ZSTD_DECODER_FAILED"},
    std::pair{EngineCode::kAccessDenied, "ACCESS_DENIED"},
    std::pair{EngineCode::kAuthenticationFailed, "AUTHENTICATION_FAILED"},
    std::pair{EngineCode::kLz4Failed, "LZ4_DECODER_FAILED"},
    std::pair{EngineCode::kUnknown, "UNKNOWN_EXCEPTION"}};

std::string_view NameOf(EngineCode code) {
  const auto* const found = std::find_if(
      kNames.begin(), kNames.end(), [code](const auto& name) { return name.first == code; });
  return found == kNames.end() ? "UNKNOWN_EXCEPTION" : found->second;
}

std::string Compose(int code, std::string_view sentence, std::string_view name) {
  return std::string(kCodePrefix) + std::to_string(code) + std::string(kAfterCode) +
         std::string(sentence) + " (" + std::string(name) + ")";
}

/// Removes one "Code: N. DB::Exception: " from the front and returns N; 0 when there is none.
int TakeCode(std::string_view& text) {
  if (!text.starts_with(kCodePrefix)) return 0;
  int code = 0;
  const char* const digits = text.data() + kCodePrefix.size();
  const auto parsed = std::from_chars(digits, text.data() + text.size(), code);
  const auto rest = text.substr(static_cast<std::size_t>(parsed.ptr - text.data()));
  if (parsed.ec != std::errc{}) return 0;
  for (const auto after : {kAfterCode, kAfterSystemCode}) {
    if (!rest.starts_with(after)) continue;
    text = rest.substr(after.size());
    return code;
  }
  return 0;
}

/// Removes " (version …)" from the end, with what follows it when that is only a full stop.
void DropVersion(std::string_view& text) {
  const auto begin = text.rfind(" (version ");
  if (begin == std::string_view::npos) return;
  const auto end = text.find(')', begin);
  const auto close = text.find("))", begin);  // "(version 26.7.2.1 (official build))"
  const auto last = close == end ? end + 1 : end;
  const auto rest = text.substr(std::min(last + 1, text.size()));
  if (end != std::string_view::npos && (rest.empty() || rest == ".")) text = text.substr(0, begin);
}

bool IsNameLetter(char letter) {
  return (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') || letter == '_';
}

/// Removes " (SOME_NAME)" from the end and returns SOME_NAME; empty when there is none.
std::string_view TakeName(std::string_view& text) {
  const auto begin = text.rfind(" (");
  if (begin == std::string_view::npos || !text.ends_with(')')) return {};
  const auto name = text.substr(begin + 2, text.size() - begin - 3);
  if (name.empty() || !std::all_of(name.begin(), name.end(), IsNameLetter)) return {};
  text = text.substr(0, begin);
  return name;
}

}  // namespace

tl::unexpected<EngineError> FailWith(EngineCode code, std::string_view sentence) {
  const int number = static_cast<int>(code);
  return tl::make_unexpected(EngineError{number, Compose(number, sentence, NameOf(code))});
}

EngineError ParseEngineError(std::string_view message) {
  while (message.ends_with('\n')) message.remove_suffix(1);
  const auto start = message.find(kCodePrefix);
  auto text = message.substr(start == std::string_view::npos ? 0 : start);
  int code = 0;
  while (const int next = TakeCode(text)) code = code == 0 ? next : code;
  if (code == 0) return FailWith(EngineCode::kUnknown, message).value();
  DropVersion(text);
  std::string_view name = TakeName(text);
  for (auto inner = text; !name.empty(); text = inner) {
    DropVersion(inner);
    if (TakeName(inner) != name) break;
  }
  return {code,
          name.empty() ? Compose(code, text, "UNKNOWN_EXCEPTION") : Compose(code, text, name)};
}

unsigned HttpStatusOf(int code) {
  const auto among = [code](const auto& codes) {
    return std::binary_search(codes.begin(), codes.end(), code);
  };
  if (among(kBadRequest)) return 400;
  if (among(kNotFound)) return 404;
  if (among(kForbidden)) return 403;
  if (among(kUnavailable)) return 503;  // 202 is our bound on queries at once: worth a retry.
  if (code == 48) return 501;
  if (code == 159) return 408;
  if (code == 194) return 401;
  if (code == 229) return 413;
  if (code == 381) return 411;
  if (code == 779) return 415;
  return 500;
}

}  // namespace polyhouse::engine
