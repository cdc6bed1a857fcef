#include "checks/ledger_holes.h"

#include <algorithm>

#include "base/split.h"

namespace polyhouse {
namespace {

/// The lanes that go round for ever are kept for 60 days; of a walk at that edge the first pages
/// are gone.
constexpr std::string_view kIsKept =
    "(lane = 'backfill' OR version > toUnixTimestamp(now()) * 1000 - 59 * 86400000)";

/// Holes looked into at once.
constexpr std::size_t kMostHoles = 10'000;

std::string PagesOf(const CheckedListing& listing) {
  return "FROM ingest_ledger WHERE source = " + Quoted(listing.names().source) +
         " AND status IN ('page', 'end') AND ";
}

/// The pages that do not begin where the page before them ended. That alone is no hole: a page that
/// was read later may have filled it.
Result<std::vector<LedgerHole>> Suspects(TableReader& tables,
                                         const CheckedListing& listing,
                                         const std::stop_token& stop) {
  // A walk is named after the version of its first page, which may continue one of before there was
  // a ledger.
  const auto answer = Ask(
      tables,
      "SELECT lane, walk, before, `from`, first_id FROM (SELECT lane, walk, `from`, first_id, "
      "version, lagInFrame(`to`) OVER pages AS before, lagInFrame(version) OVER pages AS "
      "version_before " +
          PagesOf(listing) +
          "lane IN ('backfill', 'refresh', 'discover') WINDOW pages AS (PARTITION BY source, lane, "
          "walk ORDER BY version ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)) WHERE `from` != '' AND "
          "`from` != before AND (version_before != 0 OR (splitByChar('/', walk)[-1] != "
          "toString(version) AND " +
          std::string(kIsKept) + ")) LIMIT " + std::to_string(kMostHoles),
      stop);
  if (!answer) return answer.error();
  std::vector<LedgerHole> suspects;
  for (const auto& row : *answer) {
    suspects.push_back({.source = std::string(listing.names().source),
                        .lane = row[0],
                        .walk = row[1],
                        .after = row[2],
                        .before = row[3],
                        .first_id = row[4]});
  }
  return suspects;
}

/// Where the pages of these walks end, as far as a suspect begins there.
Result<PageEnds> EndsBefore(TableReader& tables,
                            const CheckedListing& listing,
                            const std::vector<LedgerHole>& suspects,
                            const std::stop_token& stop) {
  PageEnds ends;
  if (suspects.empty()) return ends;
  std::vector<std::string> walks;
  std::vector<std::string> cursors;
  for (const LedgerHole& hole : suspects) {
    walks.push_back(hole.walk);
    cursors.push_back(hole.before);
  }
  const auto answer = Ask(tables,
                          "SELECT DISTINCT lane, walk, `to` " + PagesOf(listing) + "walk IN " +
                              QuotedList(walks) + " AND `to` IN " + QuotedList(cursors),
                          stop);
  if (!answer) return answer.error();
  for (const auto& row : *answer) ends.emplace(row[0], row[1], row[2]);
  return ends;
}

Result<WalkEnds> BackfillWalks(TableReader& tables,
                               const CheckedListing& listing,
                               const std::stop_token& stop) {
  const auto answer = Ask(tables,
                          "SELECT walk, countIf(status = 'end'), argMax(`to`, version) " +
                              PagesOf(listing) + "lane = 'backfill' GROUP BY walk",
                          stop);
  if (!answer) return answer.error();
  WalkEnds walks;
  for (const auto& row : *answer) walks[row[0]] = {row[1] != "0", row[2]};
  return walks;
}

/// The walks that make up a backfill: those of its ranges; where there are none any more, the last
/// one of each number.
std::vector<std::string> WalksOf(const std::vector<Range>& ranges, const WalkEnds& walks) {
  std::vector<std::string> names;
  for (const Range& range : ranges) {
    if (range.begun != 0) names.push_back(range.WalkName());
  }
  if (!ranges.empty()) return names;
  std::map<std::string, std::pair<std::uint64_t, std::string>> newest;
  for (const auto& [walk, end] : walks) {
    const auto slash = walk.rfind('/');
    if (slash == std::string::npos) continue;
    auto& entry = newest[walk.substr(0, slash)];
    entry = std::max(entry, {NumberIn(std::string_view(walk).substr(slash + 1)), walk});
  }
  for (const auto& [prefix, entry] : newest) names.push_back(entry.second);
  return names;
}

}  // namespace

std::vector<LedgerHole> WithoutFilled(std::vector<LedgerHole> suspects, const PageEnds& ends) {
  std::erase_if(suspects, [&](const LedgerHole& hole) {
    return ends.contains({hole.lane, hole.walk, hole.before});
  });
  return suspects;
}

std::vector<LedgerHole> UnendedWalks(const std::vector<Range>& ranges,
                                     const WalkEnds& walks,
                                     const CheckedListing& listing) {
  std::vector<LedgerHole> holes;
  for (const std::string& name : WalksOf(ranges, walks)) {
    const auto found = walks.find(name);
    if (found != walks.end() && found->second.ended) continue;
    holes.push_back({.source = std::string(listing.names().source),
                     .lane = "backfill",
                     .walk = name,
                     .after = found == walks.end() ? "" : found->second.last_cursor});
  }
  return holes;
}

Result<std::vector<LedgerHole>> FindLedgerHoles(TableReader& tables,
                                                const ListingFacts& facts,
                                                const CheckedListing& listing,
                                                std::stop_token stop) {
  auto suspects = Suspects(tables, listing, stop);
  if (!suspects) return suspects;
  const auto ends = EndsBefore(tables, listing, *suspects, stop);
  if (!ends) return ends.error();
  auto holes = WithoutFilled(std::move(*suspects), *ends);
  if (!facts.backfill_is_done) return holes;
  const auto walks = BackfillWalks(tables, listing, stop);
  if (!walks) return walks.error();
  for (LedgerHole& hole : UnendedWalks(facts.ranges, *walks, listing)) {
    holes.push_back(std::move(hole));
  }
  return holes;
}

void ReportHoles(const std::vector<LedgerHole>& holes, Findings& findings) {
  for (const LedgerHole& hole : holes) {
    std::string what = hole.source + ", lane " + hole.lane + ": no page ";
    what += hole.after.empty() ? "at its beginning" : "at the cursor " + hole.after;
    what += hole.before.empty() ? ", and the walk has no end"
                                : ", the next one begins with record " + hole.first_id;
    findings.AddWrong({std::string(kHoleFound), hole.walk, std::move(what), "ledger"});
  }
}

}  // namespace polyhouse
