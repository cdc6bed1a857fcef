#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace polyhouse {

/// One HTTP request as the routes see it.
struct Request {
  std::string method;
  std::string target;                                       ///< As it was sent.
  std::string path;                                         ///< Decoded, without the query.
  std::vector<std::pair<std::string, std::string>> params;  ///< Decoded, in the order sent.
  std::string body{};                                       ///< Empty for most.

  /// The last value of a parameter, empty when it was not sent.
  std::optional<std::string_view> Param(std::string_view name) const;
  /// Every value of a repeated parameter.
  std::vector<std::string> Params(std::string_view name) const;
};

/// Takes apart a request target such as `/markets?id=1&id=2`. Percent escapes that are none stay as
/// they are.
Request ParseTarget(std::string_view method, std::string_view target);

}  // namespace polyhouse
