#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace polyhouse::engine {

/// ClickHouse's error codes that we raise ourselves; everything else comes from the engine.
enum class EngineCode {
  kTooLargeCompressed = 12,
  kCannotReadAllData = 33,
  kBadArguments = 36,
  kChecksumDoesntMatch = 40,
  kNotImplemented = 48,
  kSyntaxError = 62,
  kUnknownCompressionMethod = 89,
  kUnknownSetting = 115,
  kReadonly = 164,
  kTooManyQueries = 202,
  kQueryIsTooLarge = 229,
  kCannotDecompress = 271,
  kZlibFailed = 354,
  kZstdFailed = 433,
  kAccessDenied = 497,
  kAuthenticationFailed = 516,
  kLz4Failed = 582,
  kUnknown = 1002,
};

/// Why the engine did not do what a request asked.
struct EngineError {
  int code = 0;      ///< ClickHouse's number, such as 60.
  std::string text;  ///< "Code: 60. DB::Exception: … (UNKNOWN_TABLE)", without the version.
};

/// A value, or the engine's error in its place.
template <class T>
using EngineResult = tl::expected<T, EngineError>;

/// An error of our own, worded as the engine words its errors.
tl::unexpected<EngineError> FailWith(EngineCode code, std::string_view sentence);

/// Reads code and text out of an engine message. The engine repeats code, name and version when an
/// exception passed several of its layers; they are reduced to one.
EngineError ParseEngineError(std::string_view message);

/// The HTTP status which ClickHouse answers with for one of its error codes; 500 unless it has one.
unsigned HttpStatusOf(int code);

}  // namespace polyhouse::engine
