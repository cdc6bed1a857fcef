#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "truth_log.h"

namespace polyhouse {

/// How the bytes of a response reach the client.
enum class Delivery {
  kWhole,
  kCut,    ///< Half of what Content-Length announces, then the end.
  kStall,  ///< Half, then silence until the client gives up.
  kSlow,   ///< All of it, over about a second.
  kReset,  ///< Nothing: the connection is reset.
};

/// What a route answers.
struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};
  Delivery delivery = Delivery::kWhole;
  /// What the truth learns once the response has gone out whole; empty for responses that do not
  /// count.
  std::optional<ServedPage> served{};
  /// When set, the body comes from here instead: appends the next part, false when there is no more
  /// after it.
  std::function<bool(std::string&)> more{};
};

/// `{"type":…,"error":…}` as the API's errors look.
Response ErrorResponse(unsigned status, std::string_view type, std::string_view message);

}  // namespace polyhouse
