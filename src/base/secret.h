#pragma once

#include <string>
#include <utility>

namespace polyhouse {

/// A password or token. It has no stream operator, no formatter and no conversion, so it cannot be
/// printed by accident; `Reveal` is the one way out, for the line that hands it to a library.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  bool empty() const { return value_.empty(); }
  const std::string& Reveal() const { return value_; }

 private:
  std::string value_;
};

}  // namespace polyhouse
