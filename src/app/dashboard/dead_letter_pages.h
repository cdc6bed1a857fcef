#pragma once

#include <stop_token>
#include <string>

#include "app/environment.h"
#include "serve/web_message.h"

namespace polyhouse {

/// Dead letters as JSON: a list, one whole, and putting some back into their streams. Each opens
/// the streams anew. Thread-safe.
class DeadLetterPages {
 public:
  explicit DeadLetterPages(const Environment& environment) : environment_(environment) {}

  /// /api/dlq: `stream`, `reason` and `cursor` of the query count.
  WebAnswer List(const WebRequest& request, const std::stop_token& stop) const;
  WebAnswer Show(const std::string& stream,
                 const std::string& id,
                 const std::stop_token& stop) const;
  /// {"stream":…,"ids":[…]}, 1000 ids at most.
  WebAnswer Replay(const std::string& body, const std::stop_token& stop) const;

 private:
  const Environment environment_;
};

}  // namespace polyhouse
