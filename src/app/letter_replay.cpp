#include "app/letter_replay.h"

#include <map>
#include <memory>
#include <string>

#include "adapters/http/curl_http_client.h"
#include "flow/listing/listings.h"

namespace polyhouse {

Result<ReplayCounts> ReplayLetters(StreamAdmin& admin,
                                   const DeadLetterFilter& filter,
                                   Clock& clock) {
  const auto http = MakeCurlHttpClient({}, clock);
  std::map<std::string, std::unique_ptr<Listing>, std::less<>> listings;
  // They never ask the network: what they are given is read again.
  for (const ListingType* type : Listings()) {
    listings.emplace(type->names.stream, type->Make({}, *http));
  }
  const auto listing_of = [&](const StreamName& stream) -> Listing* {
    const auto found = listings.find(stream.value());
    return found == listings.end() ? nullptr : found->second.get();
  };
  return ReplayDeadLetters(admin, filter, listing_of);
}

}  // namespace polyhouse
