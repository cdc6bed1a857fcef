#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/environment.h"
#include "app/ingested_listing.h"
#include "app/streams.h"
#include "flow/listing/ingester.h"

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

/// How a listing's pages are stored; `archive` may be null.
PageStoreOptions PageOptionsOf(const IngestedListing& ingested,
                               const Config& config,
                               PageArchive* archive);

}  // namespace polyhouse
