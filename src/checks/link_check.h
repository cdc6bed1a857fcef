#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "checks/findings.h"
#include "checks/stream_facts.h"
#include "checks/table_answer.h"

namespace polyhouse {

/// An event that markets name and the table does not have.
struct MissingEvent {
  std::string id;
  std::string slug;  ///< As its markets have it; may be empty.
};

/// An event whose markets the table does not have.
struct MissingMarkets {
  std::string event_id;
  std::string event_slug;
};

/// What does not fit together between markets and events.
struct LinkFaults {
  std::vector<MissingEvent> events;
  std::vector<MissingMarkets> markets;
};

/// An event that markets name and that is not in the table.
struct UnmetEvent {
  MissingEvent event;
  std::string markets;   ///< How many name it.
  std::string a_market;  ///< The id of one.
  bool is_gone = false;  ///< A repair has found that the API does not know it.
};
/// It is wrong only if it must have been read by now.
void JudgeMissingEvent(const UnmetEvent& event,
                       const ListingFacts& events,
                       Findings& findings,
                       LinkFaults& faults);

/// Finds markets whose event is missing, where the event must have been read by now, and events
/// without any market though they had some. `markets` and `events`: what was known before
/// everything that it speaks of was drained.
Status CheckLinks(TableReader& tables,
                  const ListingFacts& markets,
                  const ListingFacts& events,
                  Findings& findings,
                  LinkFaults& faults,
                  std::stop_token stop);

}  // namespace polyhouse
