#pragma once

#include <compare>
#include <string>
#include <utility>

namespace polyhouse {

/// A string with a meaning: two of them with different tags do not mix, and neither converts to or
/// from a plain string by itself. `Tag` is any incomplete struct.
template <class Tag>
class StrongString {
 public:
  StrongString() = default;
  explicit StrongString(std::string value) : value_(std::move(value)) {}

  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }

  auto operator<=>(const StrongString&) const = default;

 private:
  std::string value_;
};

}  // namespace polyhouse
