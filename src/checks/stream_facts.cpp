#include "checks/stream_facts.h"

#include <algorithm>

#include "codec/record_type.h"
#include "domain/ledger.h"

namespace polyhouse {

Result<ListingFacts> ReadListingFacts(StreamAdmin& admin, const CheckedListing& listing) {
  ListingFacts facts;
  const auto states = admin.States();
  if (!states) return states.error();
  const auto state_of = [&](std::string_view suffix) -> std::string {
    const auto found = states->find(listing.Key(suffix));
    return found == states->end() ? "" : found->second;
  };
  facts.has_begun = !state_of(kCursorState).empty();
  facts.backfill_is_done = state_of(kCursorState) == kDonePosition;
  facts.newest_id = IdNumber(state_of(kNewestIdState));
  facts.offset = IdNumber(state_of(kOffsetState));
  facts.put = IdNumber(state_of(kPutState));
  facts.put_ledger = IdNumber(state_of(kPutLedgerState));
  facts.lost = state_of(kLostState);
  facts.field_letters = IdNumber(state_of(kFieldLettersState));
  const auto replayed = admin.Fields(listing.Key(kReplayedLedgerState));
  if (!replayed) return replayed.error();
  facts.has_replayed = !replayed->empty();
  const auto ranges = admin.Fields(listing.Key(kRangesState));
  if (!ranges) return ranges.error();
  for (const auto& [number, text] : *ranges) {
    if (auto range = ParseRange(text)) facts.ranges.push_back(std::move(*range));
  }
  auto rows = admin.Fields(listing.Key(kRowsState));
  if (!rows) return std::move(rows).error();
  facts.rows = std::move(*rows);
  return facts;
}

std::uint64_t EntriesBehind(const std::vector<StreamOverview>& then,
                            const std::vector<StreamOverview>& now) {
  std::uint64_t all = 0;
  for (const StreamOverview& stream : now) {
    // Others' streams are not ours to write.
    if (RecordTypeOf(stream.stream.value()) == nullptr) continue;
    std::uint64_t behind = stream.groups.empty() ? stream.length : 0;
    for (const GroupOverview& group : stream.groups) {
      behind = std::max(behind, group.pending + group.undelivered);
    }
    const auto before = std::find_if(then.begin(), then.end(), [&](const StreamOverview& each) {
      return each.stream == stream.stream;
    });
    const std::uint64_t added = before == then.end() ? 0 : before->added;
    const std::uint64_t added_since = stream.added - std::min(stream.added, added);
    all += behind - std::min(behind, added_since);
  }
  return all;
}

std::string CheckLostStreams(const CheckedListing& listing,
                             const ListingFacts& facts,
                             const std::vector<StreamOverview>& streams,
                             Findings& findings) {
  const auto added = [&](std::string_view name) -> std::uint64_t {
    const auto found = std::find_if(streams.begin(), streams.end(), [&](const auto& stream) {
      return stream.stream.value() == name;
    });
    return found == streams.end() ? 0 : found->added;
  };
  const auto wrong = [&](std::string_view id, std::string what) {
    findings.AddWrong({std::string(kLostStreamFound), std::string(id), std::move(what), "streams"});
  };
  std::string why;
  for (const auto& [stream, put] :
       {std::pair(listing.names().stream, facts.put),
        std::pair(std::string_view(LedgerRow::kStream), facts.put_ledger)}) {
    if (added(stream) >= put) continue;
    wrong(stream,
          std::to_string(put) + " entries were put into it and it has had " +
              std::to_string(added(stream)) +
              ": it was deleted or evicted, and what no writer had stored may be missing; --repair "
              "makes the ingester read the listing again");
    why += (why.empty() ? "found by verify: " : " ") + std::string(stream);
  }
  if (why.empty() && !facts.lost.empty()) {
    wrong(listing.names().stream,
          "lost (" + facts.lost +
              "): rows may be missing until its ingester has read the listing "
              "again to its end, for which " +
              std::string(listing.names().ingester) + ".backfill must be on");
  }
  return why;
}

std::string InNoTable(std::string_view stream) {
  return "records of " + std::string(stream) + " in no table";
}

void CheckDeadLetters(const std::vector<StreamOverview>& streams,
                      const std::map<std::string_view, std::uint64_t>& field_letters,
                      Findings& findings) {
  for (const StreamOverview& stream : streams) {
    const auto counted = field_letters.find(stream.stream.value());
    const std::uint64_t of_fields =
        counted == field_letters.end() ? 0 : std::min(counted->second, stream.dead_letters);
    if (of_fields > 0) {
      findings.AddNote({"odd rows",
                        stream.stream.value(),
                        std::to_string(of_fields) +
                            " rows are stored without a field that could not be read; polyhouse "
                            "dlq list --kind field says which",
                        "streams"});
    }
    const std::uint64_t records = stream.dead_letters - of_fields;
    if (records == 0) continue;
    findings.SetFact(InNoTable(stream.stream.value()), records);
    findings.AddWrong(
        {std::string(kDeadLettersFound),
         stream.stream.value(),
         std::to_string(records) + " records are in no table; polyhouse dlq list says why",
         "streams"});
  }
}

}  // namespace polyhouse
