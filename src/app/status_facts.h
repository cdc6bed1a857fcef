#pragma once

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "app/environment.h"
#include "flow/source_state.h"
#include "ports/presence_store.h"
#include "ports/stream_admin.h"

namespace polyhouse {

/// What there is to say about how far ingesters and writers are and what the tables hold.
struct StatusFacts {
  std::map<std::string, std::string> states;
  std::map<std::string, StateFields> ranges;  ///< Of the backfill, by ingester.
  std::vector<StreamOverview> streams;
  std::vector<RolePresence> roles;                          ///< Who left a sign of life.
  std::vector<std::pair<std::string, std::string>> tables;  ///< Name, rows shown by its view.
};

/// Asks streams and tables. Errors are theirs.
Result<StatusFacts> GatherStatus(const Environment& environment, std::stop_token stop);

/// When the last round of a lane of an ingester ended; empty when it has had none.
std::string LastRound(const StatusFacts& facts, const IngesterNames& names, std::string_view lane);

/// For people, several lines.
std::string StatusText(const StatusFacts& facts);
/// One JSON object.
std::string StatusJson(const StatusFacts& facts);

}  // namespace polyhouse
