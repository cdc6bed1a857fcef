#include "checks/row_check.h"

#include <algorithm>
#include <span>

namespace polyhouse {
namespace {

/// Ids in one query.
constexpr std::size_t kIdsAtOnce = 5'000;

std::uint64_t Milliseconds(std::chrono::milliseconds duration) {
  return static_cast<std::uint64_t>(duration.count());
}

}  // namespace

Status RowCheck::Check(const StateFields& known, Findings& findings, RowsToFetch& wanted) {
  if (auto status = ReadLedger(); !status) return status;
  RowJudge judge(listing_, ledger_, findings, wanted);
  if (auto status = CheckKnown(known, judge); !status) return status;
  if (auto status = CheckOpen(known, judge); !status) return status;
  return CheckHistory(judge, findings, wanted);
}

/// Versions are compared by hashes, which take a tenth of the memory.
Status RowCheck::CheckHistory(RowJudge& judge, Findings& findings, RowsToFetch& wanted) {
  const std::string table = listing_.Table();
  const auto lost =
      Ask(tables_,
          "SELECT id, newest, id IN (SELECT id FROM " + table +
              ") FROM (SELECT id, max(version) AS newest FROM " + table +
              "_versions GROUP BY id) WHERE cityHash64(id, newest) NOT IN (SELECT cityHash64(id, "
              "version) FROM " +
              table + ") LIMIT " + std::to_string(Findings::kKeptOfEach),
          stop_);
  if (!lost) return lost.error();
  for (const auto& row : *lost) judge.JudgeHistory(row[0], row[1], row[2] == "1");
  // Others work on: what they store while this is asked may be in the one table and not in the
  // other.
  const auto lacks =
      AskNumber(tables_,
                "SELECT count() FROM " + table +
                    " WHERE version <= " + std::to_string(drained_.time_since_epoch().count()) +
                    " AND cityHash64(id, version) NOT IN (SELECT cityHash64(id, version) FROM " +
                    table + "_versions)",
                stop_);
  if (!lacks) return lacks.error();
  if (*lacks == 0) return Ok();
  findings.AddWrong({"history lacks versions",
                     table + "_versions",
                     std::to_string(*lacks) + " versions of " + table + " are not in it",
                     "tables"});
  wanted.history_lacks = true;
  return Ok();
}

Status RowCheck::ReadLedger() {
  const std::string of_source =
      " FROM ingest_ledger_current WHERE source = " + Quoted(listing_.names().source);
  const auto ends = Ask(tables_, "SELECT max(version), min(version)" + of_source, stop_);
  if (!ends) return ends.error();
  ledger_.newest_page = NumberIn(ends->front()[0]);
  ledger_.oldest_page = NumberIn(ends->front()[1]);
  const auto marks = Ask(tables_,
                         "SELECT first_id, argMax(status, version)" + of_source +
                             " AND status IN ('gone', 'gave_up') GROUP BY first_id",
                         stop_);
  if (!marks) return marks.error();
  for (const auto& row : *marks) ledger_.marks[row[0]] = row[1];
  // How long the last walk that reached its end took: its end less the version it is named after.
  const auto walk = Ask(tables_,
                        "SELECT max(version), argMax(version - toUInt64OrZero(splitByChar('/', "
                        "walk)[-1]), version)" +
                            of_source + " AND lane = 'refresh' AND status = 'end'",
                        stop_);
  if (!walk) return walk.error();
  ledger_.has_refreshed = walk->front()[0] != "0";
  if (!ledger_.has_refreshed || listing_.refresh_interval.count() == 0) return Ok();
  const std::uint64_t allowed =
      2 * (Milliseconds(listing_.refresh_interval) + NumberIn(walk->front()[1]));
  if (ledger_.newest_page <= allowed) return Ok();
  ledger_.refreshed_since = ledger_.newest_page - allowed;
  return ReadRefreshedIds(ledger_.refreshed_since);
}

/// Each page of a refresh walk has passed the ids after the last of the page before, up to its own
/// last; the last page all that follow.
Status RowCheck::ReadRefreshedIds(std::uint64_t since) {
  const auto answer = Ask(
      tables_,
      "SELECT after, up_to FROM (SELECT version, toUInt64OrZero(lagInFrame(last_id) OVER pages) AS "
      "after, if(status = 'end', 18446744073709551615, toUInt64OrZero(last_id)) AS up_to FROM "
      "ingest_ledger_current WHERE source = " +
          Quoted(listing_.names().source) +
          " AND lane = 'refresh' AND status IN ('page', 'end') AND version > " +
          std::to_string(since - std::min(since, ledger_.newest_page - since)) +
          " WINDOW pages AS (PARTITION BY walk ORDER BY version ROWS BETWEEN 1 PRECEDING AND "
          "CURRENT ROW)) WHERE version > " +
          std::to_string(since) + " ORDER BY after, up_to",
      stop_);
  if (!answer) return answer.error();
  for (const auto& row : *answer) ledger_.AddRefreshed(NumberIn(row[0]), NumberIn(row[1]));
  return Ok();
}

Status RowCheck::CheckKnown(const StateFields& known, RowJudge& judge) {
  std::vector<std::string> ids;
  for (const auto& [id, text] : known) {
    ids.push_back(id);
    if (ids.size() < kIdsAtOnce) continue;
    if (auto status = CheckKnownPart(ids, known, judge); !status) return status;
    ids.clear();
  }
  return ids.empty() ? Ok() : CheckKnownPart(ids, known, judge);
}

Status RowCheck::CheckKnownPart(std::span<const std::string> ids,
                                const StateFields& known,
                                RowJudge& judge) {
  const auto answer = Ask(tables_,
                          "SELECT id, max(version) FROM " + listing_.Table() + " WHERE id IN " +
                              QuotedList(ids) + " GROUP BY id",
                          stop_);
  if (!answer) return answer.error();
  std::map<std::string, std::uint64_t> versions;
  for (const auto& row : *answer) versions[row[0]] = NumberIn(row[1]);
  for (const std::string& id : ids) {
    const auto stored = versions.find(id);
    judge.JudgeKnown(
        id, known.at(id), stored == versions.end() ? std::nullopt : std::optional(stored->second));
  }
  return Ok();
}

Status RowCheck::CheckOpen(const StateFields& known, RowJudge& judge) {
  for (std::string last;;) {
    const auto answer = Ask(tables_,
                            "SELECT id, version FROM " + listing_.Current() +
                                " WHERE NOT closed AND NOT archived AND id > " + Quoted(last) +
                                " ORDER BY id LIMIT 50000",
                            stop_);
    if (!answer) return answer.error();
    if (answer->empty()) return Ok();
    for (const auto& row : *answer) {
      judge.JudgeOpen({row[0], NumberIn(row[1])}, known.contains(row[0]));
    }
    last = answer->back()[0];
  }
}

}  // namespace polyhouse
