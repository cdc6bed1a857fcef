#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace polyhouse {

/// What the caller should do next; that is the only reason for a kind to exist.
enum class ErrorKind {
  kTransient,  ///< Retry later; honour `retry_after` when present.
  kRejected,   ///< The peer will never accept this input: dead-letter it, or stop this walk.
  kMalformed,  ///< We cannot read this input: dead-letter it.
  kConfig,     ///< The operator must act: stop with exit code 2.
  kStopping,   ///< Shutdown was requested: unwind quietly.
};

/// The kind as it is written in logs and dead letters, such as "malformed".
std::string_view ToString(ErrorKind kind);

/// Why something failed: a kind for the program, one sentence for a person. Never contains a
/// secret.
struct Error {
  ErrorKind kind = ErrorKind::kTransient;
  std::string message;
  /// How long the peer asked us to wait; empty when it did not say.
  std::optional<std::chrono::milliseconds> retry_after{};
  /// It was too much at once: less may be taken.
  bool too_much = false;

  /// Puts "context: " before the message, for the reader who sees only the last caller.
  [[nodiscard]] Error WithContext(std::string_view context) &&;
};

Error TransientError(std::string message);
Error RejectedError(std::string message);
Error MalformedError(std::string message);
Error ConfigError(std::string message);
Error StoppingError();

/// A value or the Error that took its place. `return SomeError("…")` works in any function that
/// returns one.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using Base = tl::expected<T, Error>;
  using Base::Base;
  // NOLINTNEXTLINE(google-explicit-constructor): returning an Error is what a Result is for.
  Result(Error error) : Base(tl::unexpect, std::move(error)) {}
};

/// A Result that carries nothing but success.
using Status = Result<void>;

/// Success, for the last line of a function that returns Status.
inline Status Ok() {
  return {};
}

}  // namespace polyhouse
