#pragma once

#include <memory>
#include <span>
#include <stop_token>

#include "app/environment.h"
#include "app/paced_clients.h"
#include "app/streams.h"
#include "checks/repair.h"
#include "flow/fills/block_range.h"

namespace polyhouse {

/// A repair with its adapters: listings over connections of their own, and a tool's way into the
/// streams.
class RepairSession {
 public:
  /// All references must outlive it.
  static Result<std::unique_ptr<RepairSession>> Open(const Environment& environment,
                                                     Streams& streams,
                                                     Retrier& retrier);

  Repair& repair() { return *repair_; }
  /// What was done, for a person.
  std::string Summary() const;

 private:
  std::unique_ptr<StreamWriter> writer_;
  std::unique_ptr<PacedListing> markets_;
  std::unique_ptr<PacedListing> events_;
  std::unique_ptr<PacedHttp> http_;
  std::unique_ptr<EventLookup> event_lookup_;
  std::unique_ptr<PageStore> market_pages_;
  std::unique_ptr<PageStore> event_pages_;
  std::unique_ptr<Repair> repair_;
};

/// Makes the ingester read these blocks again: the one that runs, or, where none does, one that
/// runs here until they are in the tables, which must be reachable meanwhile. Of nothing nothing.
Status ReadFillsAgain(std::span<const BlockRange> ranges,
                      const Environment& environment,
                      Streams& streams,
                      const std::stop_token& stop);
/// The same of the ingester of actions.
Status ReadActionsAgain(std::span<const BlockRange> ranges,
                        const Environment& environment,
                        Streams& streams,
                        const std::stop_token& stop);

/// Writes what is in the streams into the tables, and what processors make of it where any have
/// read them, unless another process on this data directory does so already. The tables must be
/// reachable meanwhile.
Status WriteStreams(const Environment& environment, std::stop_token stop);

}  // namespace polyhouse
