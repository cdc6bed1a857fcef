#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "codec/witness_page.h"
#include "ports/http_client.h"

namespace polyhouse {

/// The CLOB's listing of markets, page by page, a thousand a page. Used from one thread.
class ClobListing {
 public:
  /// `base_url` without a slash at the end; `http` must outlive it.
  ClobListing(std::string base_url, std::chrono::milliseconds request_timeout, HttpClient& http)
      : base_url_(std::move(base_url)), request_timeout_(request_timeout), http_(http) {}

  /// The page at a cursor, empty for the first. The errors of Listing::Fetch.
  Result<WitnessPage> Fetch(const std::string& cursor, std::uint64_t version, std::stop_token stop);

 private:
  std::string base_url_;
  std::chrono::milliseconds request_timeout_;
  HttpClient& http_;
  WitnessPageParser parser_;
};

}  // namespace polyhouse
