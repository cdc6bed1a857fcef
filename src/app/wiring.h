#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/data_dir.h"
#include "base/clock.h"
#include "config/config.h"
#include "flow/ingester.h"
#include "flow/table_writer.h"
#include "ports/http_client.h"
#include "ports/stream_admin.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// What every role is built from; all of it outlives the roles.
struct Environment {
  const Config& config;
  const DataDir& dir;
  telemetry::PipelineEvents& events;
  Clock& clock;
};

/// The kinds of listing that are ingested and written.
enum class ListingKind { kMarkets, kEvents };
const IngesterNames& NamesOf(ListingKind kind);

/// An ingester with its adapters. Run it on one thread.
class IngesterRole {
 public:
  static Result<std::unique_ptr<IngesterRole>> Make(ListingKind kind,
                                                    RunMode mode,
                                                    const Environment& environment);
  Status Run(std::stop_token stop) { return ingester_->Run(std::move(stop)); }

 private:
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<Listing> listing_;
  std::unique_ptr<StreamWriter> streams_;
  std::unique_ptr<PageStore> pages_;
  std::unique_ptr<Ingester> ingester_;
};

/// A table writer with its adapters. Run it on one thread.
class WriterRole {
 public:
  static Result<std::unique_ptr<WriterRole>> Make(ListingKind kind, const Environment& environment);
  Status Run(std::stop_token stop, std::stop_token drain) {
    return writer_->Run(std::move(stop), std::move(drain));
  }

 private:
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<TableSink> sink_;
  std::unique_ptr<StreamReader> reader_;
  std::unique_ptr<StreamAdmin> admin_;
  std::unique_ptr<TableWriter> writer_;
};

/// The listing of one kind, for reading dead letters again; it never asks the network.
std::unique_ptr<Listing> MakeOfflineListing(ListingKind kind, HttpClient& http);

Result<std::unique_ptr<StreamAdmin>> OpenStreamAdmin(const DataDir& dir);

}  // namespace polyhouse
