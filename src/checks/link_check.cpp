#include "checks/link_check.h"

#include <set>

namespace polyhouse {
namespace {

/// An event that last changed less than this before the newest market was created may wait for its
/// markets.
constexpr std::string_view kWellBefore = "INTERVAL 1 HOUR";

Status CheckEventsOfMarkets(TableReader& tables,
                            const ListingFacts& events,
                            Findings& findings,
                            LinkFaults& faults,
                            const std::stop_token& stop) {
  // Every version of a market first, which needs no merging; then whether it is still so.
  const auto answer = Ask(
      tables,
      "SELECT event_id, any(event_slug), count(), any(id) FROM markets_current WHERE event_id IN "
      "(SELECT DISTINCT event_id FROM markets WHERE event_id != '' AND event_id NOT IN (SELECT id "
      "FROM polymarket_events)) GROUP BY event_id ORDER BY event_id LIMIT " +
          std::to_string(Findings::kKeptOfEach),
      stop);
  if (!answer) return answer.error();
  std::vector<std::string> ids;
  for (const auto& row : *answer) ids.push_back(row[0]);
  const auto gone = Ask(tables,
                        "SELECT DISTINCT first_id FROM ingest_ledger WHERE source = " +
                            Quoted(kEventListing.names.source) +
                            " AND status = 'gone' AND first_id IN " + QuotedList(ids),
                        stop);
  if (!gone) return gone.error();
  std::set<std::string> gone_ids;
  for (const auto& row : *gone) gone_ids.insert(row[0]);
  for (const auto& row : *answer) {
    JudgeMissingEvent(
        {{row[0], row[1]}, row[2], row[3], gone_ids.contains(row[0])}, events, findings, faults);
  }
  return Ok();
}

Status CheckMarketsOfEvents(TableReader& tables,
                            const ListingFacts& markets,
                            Findings& findings,
                            LinkFaults& faults,
                            const std::stop_token& stop) {
  if (!markets.backfill_is_done) return Ok();
  const auto answer = Ask(
      tables,
      "SELECT id, slug, markets_count FROM polymarket_events_current WHERE markets_count > 0 AND "
      "id "
      "NOT IN (SELECT arrayJoin(event_ids) FROM markets) AND coalesce(greatest(ifNull(createdAt, "
      "updated_at), "
      "ifNull(updated_at, createdAt)), toDateTime64('1970-01-01 00:00:00', 3, 'UTC')) < (SELECT "
      "max(createdAt) FROM markets) - " +
          std::string(kWellBefore) + " ORDER BY id LIMIT " + std::to_string(Findings::kKeptOfEach),
      stop);
  if (!answer) return answer.error();
  for (const auto& row : *answer) {
    findings.AddWrong(
        {"event without markets",
         row[0],
         "the event " + row[1] + " had " + row[2] + " markets, and none of them is in the table",
         "tables"});
    faults.markets.push_back({row[0], row[1]});
  }
  return Ok();
}

/// A join by slug loses such markets; ours go by the event's id.
Status NoteEditedSlugs(TableReader& tables, Findings& findings, const std::stop_token& stop) {
  const auto answer = Ask(
      tables,
      "SELECT m.event_id, any(m.event_slug), any(e.slug), count() FROM markets_current AS m JOIN "
      "polymarket_events_current AS e ON m.event_id = e.id WHERE m.event_slug != e.slug GROUP BY "
      "m.event_id ORDER BY m.event_id LIMIT " +
          std::to_string(Findings::kKeptOfEach),
      stop);
  if (!answer) return answer.error();
  for (const auto& row : *answer) {
    findings.AddNote({"edited slug",
                      row[0],
                      "the slug of the event was edited: " + row[3] + " markets have " + row[1] +
                          ", the event has " + row[2] + "; join by event_id",
                      "tables"});
  }
  return Ok();
}

}  // namespace

void JudgeMissingEvent(const UnmetEvent& event,
                       const ListingFacts& events,
                       Findings& findings,
                       LinkFaults& faults) {
  const bool is_late = events.backfill_is_done && NumberIn(event.event.id) <= events.newest_id;
  Finding finding{"missing event",
                  event.event.id,
                  "the event " + event.event.slug + " of " + event.markets + " markets, such as " +
                      event.a_market + ", is not in the table",
                  "tables"};
  if (event.is_gone || !is_late) {
    finding.what +=
        event.is_gone ? "; the API does not know it" : "; it may not have been discovered yet";
    findings.AddNote(std::move(finding));
    return;
  }
  findings.AddWrong(std::move(finding));
  faults.events.push_back(event.event);
}

Status CheckLinks(TableReader& tables,
                  const ListingFacts& markets,
                  const ListingFacts& events,
                  Findings& findings,
                  LinkFaults& faults,
                  std::stop_token stop) {
  if (auto status = CheckEventsOfMarkets(tables, events, findings, faults, stop); !status) {
    return status;
  }
  if (auto status = CheckMarketsOfEvents(tables, markets, findings, faults, stop); !status) {
    return status;
  }
  return NoteEditedSlugs(tables, findings, stop);
}

}  // namespace polyhouse
