#include "checks/cursor_check.h"

#include <optional>

namespace polyhouse {
namespace {

std::string OfSource(const CheckedListing& listing) {
  return " FROM ingest_ledger_current WHERE source = " + Quoted(listing.names().source);
}

/// One check of one listing.
class CursorCheck {
 public:
  CursorCheck(const CursorSources& sources,
              Findings& findings,
              CursorFaults& faults,
              std::stop_token stop)
      : sources_(sources), findings_(findings), faults_(faults), stop_(std::move(stop)) {}

  Status CheckNewestId(std::uint64_t discovered) {
    const auto newest = AskNumber(
        sources_.tables, "SELECT max(toUInt64OrZero(id)) FROM " + sources_.listing.Table(), stop_);
    if (!newest) return newest.error();
    if (discovered <= *newest) return Ok();
    Wrong(kNewestIdState,
          "everything up to " + std::to_string(discovered) +
              " counts as discovered, but the highest id stored is " + std::to_string(*newest));
    faults_.newest_id = *newest;
    return Ok();
  }

  Status CheckRanges(const std::vector<Range>& ranges) {
    for (const Range& range : ranges) {
      if (range.done || range.begun == 0 || range.cursor.empty()) continue;
      const auto pages =
          AskNumber(sources_.tables,
                    "SELECT count()" + OfSource(sources_.listing) +
                        " AND lane = 'backfill' AND walk = " + Quoted(range.WalkName()) +
                        " AND `to` = " + Quoted(range.cursor),
                    stop_);
      if (!pages) return pages.error();
      if (*pages > 0) continue;
      Wrong(kRangesState,
            "the backfill continues range " + range.WalkName() + " at the cursor " + range.cursor +
                ", where no page has ended");
      faults_.ranges.push_back(range);
    }
    return Ok();
  }

  /// Records read according to the ledger; empty where it has not been there since the start, or
  /// some of it has expired.
  Result<std::optional<std::uint64_t>> RecordsInLedger() {
    const auto answer =
        Ask(sources_.tables,
            "SELECT sum(rows), min(version) < toUnixTimestamp(now()) * 1000 - 59 * 86400000, "
            "countIf(lane = 'backfill'), countIf(lane = 'backfill' AND `from` != '' AND "
            "splitByChar('/', walk)[-1] = toString(version))" +
                OfSource(sources_.listing),
            stop_);
    if (!answer) return answer.error();
    const auto& row = answer->front();
    if (row[1] != "0" || row[2] == "0" || row[3] != "0") return std::optional<std::uint64_t>();
    return std::optional(NumberIn(row[0]));
  }

  void CheckOffset(std::uint64_t records, std::uint64_t before, std::uint64_t after) {
    const auto fault = OffsetFault(records, before, after);
    if (fault == 0) return;
    Wrong(kOffsetState,
          std::to_string(records - static_cast<std::uint64_t>(fault)) +
              " records count as read, but the pages of the ledger have " +
              std::to_string(records));
    faults_.offset = fault;
  }

 private:
  void Wrong(std::string_view suffix, std::string what) {
    findings_.AddWrong({"cursor", sources_.listing.Key(suffix), std::move(what), "streams"});
  }

  CursorSources sources_;
  Findings& findings_;
  CursorFaults& faults_;
  std::stop_token stop_;
};

}  // namespace

std::int64_t OffsetFault(std::uint64_t records, std::uint64_t before, std::uint64_t after) {
  if (records >= before && records <= after) return 0;
  return static_cast<std::int64_t>(records - (records < before ? before : after));
}

Status CheckCursors(const CursorSources& sources,
                    const ListingFacts& facts,
                    Findings& findings,
                    CursorFaults& faults,
                    std::stop_token stop) {
  CursorCheck check(sources, findings, faults, std::move(stop));
  if (auto status = check.CheckNewestId(facts.newest_id); !status) return status;
  if (auto status = check.CheckRanges(facts.ranges); !status) return status;
  const auto records = check.RecordsInLedger();
  if (!records) return records.error();
  // Pages were read since: the ledger may be anywhere between.
  const auto now = ReadListingFacts(sources.streams, sources.listing);
  if (!now) return now.error();
  if (*records && !facts.has_replayed) check.CheckOffset(**records, facts.offset, now->offset);
  return Ok();
}

}  // namespace polyhouse
