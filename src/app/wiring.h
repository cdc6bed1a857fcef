#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/environment.h"
#include "app/ingested_listing.h"
#include "app/streams.h"
#include "flow/listing/ingester.h"
#include "ports/http_client.h"
#include "ports/stream_admin.h"

namespace polyhouse {

/// The name of the role of a writer; each consumer name is played by one process at a time.
inline constexpr const char* kWriteRole = "write";

/// Plays the role of an ingester until it is done or stopped: claims it, works, and stands by again
/// when another process has taken it over.
Status RunIngester(const IngestedListing& ingested,
                   RunMode mode,
                   const Environment& environment,
                   Streams& streams,
                   std::stop_token stop);

/// Plays the role of a writer, one thread for each stream, until it is stopped or has drained the
/// streams. Any number of writers share the streams.
Status RunWriters(const Environment& environment,
                  Streams& streams,
                  std::stop_token stop,
                  std::stop_token drain);

/// A part of Polymarket's APIs that has a limit of its own.
struct ApiRoute {
  std::string_view bucket;
  std::uint64_t Config::*rate;  ///< Requests in each rate.window.
};
ApiRoute RouteOf(const IngestedListing& ingested);
/// To the witness.
inline constexpr ApiRoute kClobRoute = {"clob/markets", &Config::rate_clob};

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

/// The pace that the settings allow for a listing, in requests a second; zero: no limit.
double AllowedPace(const IngestedListing& ingested, const Config& config);

/// How long after its close a settled record is looked at again; only the settle lane does, so
/// without it: never.
LookAgain LookAgainOf(const IngestedListing& ingested, const Config& config);

}  // namespace polyhouse
