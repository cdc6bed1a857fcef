#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "ports/http_client.h"

namespace polyhouse {

/// Asks Gamma for single events. Used from one thread.
class EventLookup {
 public:
  /// `base_url` without a slash at the end; `http` must outlive it.
  EventLookup(std::string base_url, std::chrono::milliseconds request_timeout, HttpClient& http)
      : base_url_(std::move(base_url)), request_timeout_(request_timeout), http_(http) {}

  /// The ids of the markets that an event carries; of an unknown event none. The errors of
  /// Listing::Fetch.
  Result<std::vector<std::string>> MarketsOf(const std::string& event_id, std::stop_token stop);

 private:
  std::string base_url_;
  std::chrono::milliseconds request_timeout_;
  HttpClient& http_;
};

}  // namespace polyhouse
