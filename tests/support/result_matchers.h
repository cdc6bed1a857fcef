#pragma once

#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "base/result.h"

namespace polyhouse {

inline void PrintTo(const Error& error, std::ostream* out) {
  *out << ToString(error.kind) << " error: " << error.message;
}

template <class T>
void PrintTo(const Result<T>& result, std::ostream* out) {
  if (!result) {
    PrintTo(result.error(), out);
  } else if constexpr (std::is_void_v<T>) {
    *out << "success";
  } else {
    *out << "success with " << testing::PrintToString(*result);
  }
}

/// The value itself rather than a reference into a Result that may be gone, such as in the head of
/// a loop. Throws when there is none.
template <class T>
T ValueOf(Result<T> result) {
  return std::move(result).value();
}

/// EXPECT_THAT(status, IsOk()): a Result that holds a value, or a Status of success.
MATCHER(IsOk, negation ? "is an error" : "is a success") {
  if (arg) return true;
  *result_listener << arg.error().message;
  return false;
}

/// EXPECT_THAT(result, HasError(ErrorKind::kTransient)).
MATCHER_P(HasError, kind, "is a " + std::string(ToString(kind)) + " error") {
  return !arg && arg.error().kind == kind;
}

/// HasError with a part of the message as well.
MATCHER_P2(HasError,
           kind,
           part,
           "is a " + std::string(ToString(kind)) + " error with \"" + std::string(part) + "\"") {
  return !arg && arg.error().kind == kind && arg.error().message.find(part) != std::string::npos;
}

}  // namespace polyhouse
