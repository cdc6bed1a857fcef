#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "flow/listing/listings.h"

namespace polyhouse {

/// Reads answers that were kept, as the listing that asked for them did. Used from one thread.
class RecordedAnswers {
 public:
  /// The type must outlive it.
  explicit RecordedAnswers(const ListingType& type);

  /// An answer with status 200 to a request for `url`; the errors are those of Listing.
  Result<ListingPage> Read(std::string_view url, std::string body, std::uint64_t version);
  /// As of Listing.
  void OnUnknownField(const std::function<void(std::string_view, std::uint64_t)>& report);

 private:
  /// Answers with what it was given.
  class Feed final : public HttpClient {
   public:
    Result<HttpResponse> Send(const HttpRequest& request, std::stop_token stop) override;
    std::string body;
  };

  const ListingType& type_;
  Feed feed_;
  std::unique_ptr<Listing> listing_;
  std::unique_ptr<Listing> by_offset_;
};

}  // namespace polyhouse
