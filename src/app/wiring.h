#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/environment.h"
#include "app/streams.h"
#include "flow/ingester.h"
#include "ports/http_client.h"
#include "ports/stream_admin.h"

namespace polyhouse {

/// The kinds of listing that are ingested. What writers write is flow/written_stream.h.
enum class ListingKind { kMarkets, kEvents };
const IngesterNames& NamesOf(ListingKind kind);

/// The name of the role of an ingester, of which one process at a time works: "ingest-markets".
std::string IngestRole(ListingKind kind);
/// The name of the role of a writer; each consumer name is played by one process at a time.
inline constexpr const char* kWriteRole = "write";

/// Plays the role of an ingester until it is done or stopped: claims it, works, and stands by again
/// when another process has taken it over.
Status RunIngester(ListingKind kind,
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

/// The HTTP client for Polymarket's APIs. The clock must outlive it.
std::unique_ptr<HttpClient> MakeApiHttp(const Config& config, Clock& clock);

/// The listing of one kind as these settings have it, over a connection of its own. The environment
/// must outlive it.
std::shared_ptr<Listing> OpenListing(ListingKind kind, const Environment& environment);

/// The listing of one kind, for reading dead letters again; it never asks the network.
std::unique_ptr<Listing> MakeOfflineListing(ListingKind kind, HttpClient& http);

}  // namespace polyhouse
