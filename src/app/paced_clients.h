#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "app/environment.h"
#include "app/ingested_listing.h"
#include "app/streams.h"
#include "flow/request_pacer.h"
#include "ports/http_client.h"

namespace polyhouse {

/// A part of Polymarket's APIs that has a limit of its own.
struct ApiRoute {
  std::string_view bucket;
  std::uint64_t Config::*rate;  ///< Requests in each rate.window.
};
ApiRoute RouteOf(const IngestedListing& ingested);
/// To the witness.
inline constexpr ApiRoute kClobRoute = {"clob/markets", &Config::rate_clob};

/// To the witness of trades.
inline constexpr ApiRoute kDataRoute = {"data/trades", &Config::rate_data};

/// An HTTP client that asks at the pace that all processes on `streams` keep together.
class PacedHttp {
 public:
  /// The environment must outlive it.
  static Result<std::unique_ptr<PacedHttp>> Open(ApiRoute route,
                                                 const Environment& environment,
                                                 Streams& streams);
  virtual ~PacedHttp() = default;
  virtual HttpClient& http() = 0;
};

/// A listing that is asked at the pace that all processes on `streams` keep together. What it is
/// answered is not archived: nobody stores it.
class PacedListing {
 public:
  /// The environment must outlive it.
  static Result<std::unique_ptr<PacedListing>> Open(const IngestedListing& ingested,
                                                    const Environment& environment,
                                                    Streams& streams);
  virtual ~PacedListing() = default;
  virtual Listing& listing() = 0;
};

/// The pacer of a listing's ingester, which all of its connections share. The environment and
/// `rates` must outlive it.
std::unique_ptr<RequestPacer> MakePacer(const IngestedListing& ingested,
                                        const Environment& environment,
                                        RateStore& rates);

/// A listing with a connection of its own, for one lane of an ingester. `pacer` and `archive` must
/// outlive it; a null archive keeps nothing.
std::shared_ptr<Listing> OpenListing(const ListingType& type,
                                     const Environment& environment,
                                     RequestPacer& pacer,
                                     PageArchive* archive);

/// The pacer of a node, which all connections to it share; `bucket` names it. The environment and
/// `rates` must outlive it.
std::unique_ptr<RequestPacer> MakeNodePacer(const std::string& bucket,
                                            const Environment& environment,
                                            RateStore& rates);
/// A connection that keeps the pace. `pacer` must outlive it.
std::shared_ptr<HttpClient> OpenPacedHttp(const Environment& environment, RequestPacer& pacer);

/// The pace that the settings allow for a listing, in requests a second; zero: no limit.
double AllowedPace(const IngestedListing& ingested, const Config& config);

}  // namespace polyhouse
