#include "checks/row_check.h"

#include <algorithm>
#include <span>

#include "domain/ledger.h"

namespace polyhouse {
namespace {

/// Ids in one query.
constexpr std::size_t kIdsAtOnce = 5'000;

constexpr std::string_view kStale = "stale row";

std::uint64_t Milliseconds(std::chrono::milliseconds duration) {
  return static_cast<std::uint64_t>(duration.count());
}

}  // namespace

void RowCheck::Wrong(std::string_view kind,
                     const std::string& id,
                     std::string what,
                     std::string_view says) {
  if (!found_.insert(id).second) return;
  findings_->AddWrong(
      {std::string(kind), listing_.Table() + "/" + id, std::move(what), std::string(says)});
  wanted_->ids.push_back(id);
}

Status RowCheck::Check(const StateFields& known, Findings& findings, RowsToFetch& wanted) {
  findings_ = &findings;
  wanted_ = &wanted;
  if (auto status = ReadLedger(); !status) return status;
  if (auto status = CheckKnown(known); !status) return status;
  if (auto status = CheckOpen(known); !status) return status;
  return CheckHistory();
}

/// Versions are compared by hashes, which take a tenth of the memory.
Status RowCheck::CheckHistory() {
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
  for (const auto& row : *lost) {
    const bool stale = row[2] == "1";
    Wrong(stale ? kStale : kLostRowFound,
          row[0],
          "the history has it at version " + row[1] +
              (stale ? ", the table only at an older one" : ", the table does not have it"),
          "history");
  }
  const auto lacks =
      AskNumber(tables_,
                "SELECT count() FROM " + table +
                    " WHERE cityHash64(id, version) NOT IN (SELECT cityHash64(id, version) FROM " +
                    table + "_versions)",
                stop_);
  if (!lacks) return lacks.error();
  if (*lacks == 0) return Ok();
  findings_->AddWrong({"history lacks versions",
                       table + "_versions",
                       std::to_string(*lacks) + " versions of " + table + " are not in it",
                       "tables"});
  wanted_->history_lacks = true;
  return Ok();
}

Status RowCheck::ReadLedger() {
  const std::string of_source =
      " FROM ingest_ledger_current WHERE source = " + Quoted(listing_.names().source);
  const auto ends = Ask(tables_, "SELECT max(version), min(version)" + of_source, stop_);
  if (!ends) return ends.error();
  newest_page_ = NumberIn(ends->front()[0]);
  oldest_page_ = NumberIn(ends->front()[1]);
  const auto marks = Ask(tables_,
                         "SELECT first_id, argMax(status, version)" + of_source +
                             " AND status IN ('gone', 'gave_up') GROUP BY first_id",
                         stop_);
  if (!marks) return marks.error();
  for (const auto& row : *marks) marks_[row[0]] = row[1];
  // How long the last walk that reached its end took: its end less the version it is named after.
  const auto walk = Ask(tables_,
                        "SELECT max(version), argMax(version - toUInt64OrZero(splitByChar('/', "
                        "walk)[-1]), version)" +
                            of_source + " AND lane = 'refresh' AND status = 'end'",
                        stop_);
  if (!walk) return walk.error();
  has_refreshed_ = walk->front()[0] != "0";
  if (!has_refreshed_ || listing_.refresh_interval.count() == 0) return Ok();
  const std::uint64_t allowed =
      2 * (Milliseconds(listing_.refresh_interval) + NumberIn(walk->front()[1]));
  if (newest_page_ <= allowed) return Ok();
  refreshed_since_ = newest_page_ - allowed;
  return ReadRefreshedIds(refreshed_since_);
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
          std::to_string(since - std::min(since, newest_page_ - since)) +
          " WINDOW pages AS (PARTITION BY walk ORDER BY version ROWS BETWEEN 1 PRECEDING AND "
          "CURRENT ROW)) WHERE version > " +
          std::to_string(since) + " ORDER BY after, up_to",
      stop_);
  if (!answer) return answer.error();
  for (const auto& row : *answer) {
    const std::uint64_t after = NumberIn(row[0]);
    const std::uint64_t up_to = NumberIn(row[1]);
    if (!refreshed_ids_.empty() && after <= refreshed_ids_.back().second) {
      refreshed_ids_.back().second = std::max(refreshed_ids_.back().second, up_to);
    } else {
      refreshed_ids_.emplace_back(after, up_to);
    }
  }
  return Ok();
}

bool RowCheck::WasRefreshed(std::uint64_t id) const {
  return std::any_of(refreshed_ids_.begin(), refreshed_ids_.end(), [id](const auto& ids) {
    return ids.first < id && id <= ids.second;
  });
}

Status RowCheck::CheckKnown(const StateFields& known) {
  std::vector<std::string> ids;
  for (const auto& [id, text] : known) {
    ids.push_back(id);
    if (ids.size() < kIdsAtOnce) continue;
    if (auto status = CheckKnownPart(ids, known); !status) return status;
    ids.clear();
  }
  return ids.empty() ? Ok() : CheckKnownPart(ids, known);
}

Status RowCheck::CheckKnownPart(std::span<const std::string> ids, const StateFields& known) {
  const auto answer = Ask(tables_,
                          "SELECT id, max(version) FROM " + listing_.Table() + " WHERE id IN " +
                              QuotedList(ids) + " GROUP BY id",
                          stop_);
  if (!answer) return answer.error();
  std::map<std::string, std::uint64_t> versions;
  for (const auto& row : *answer) versions[row[0]] = NumberIn(row[1]);
  for (const std::string& id : ids) {
    const auto row = ParseKnownRow(known.at(id));
    if (!row) {
      findings_->AddWrong({"unreadable state",
                           listing_.Key(kRowsState),
                           "what is known of record " + id + " cannot be read: " + known.at(id),
                           "streams"});
      continue;
    }
    const auto stored = versions.find(id);
    if (stored == versions.end()) {
      Wrong(kLostRowFound, id, "it was fetched, and the table does not have it", "streams");
    } else if (stored->second < row->version) {
      Wrong(kStale,
            id,
            "the table shows version " + std::to_string(stored->second) + ", but " +
                std::to_string(row->version) + " was fetched",
            "streams");
    } else {
      CheckPhase(id, *row);
    }
  }
  return Ok();
}

void RowCheck::CheckPhase(const std::string& id, const KnownRow& row) {
  if (row.phase != RowPhase::kMissing || listing_.give_up.count() == 0) return;
  const Timestamp now{std::chrono::milliseconds(newest_page_)};
  if (now - row.since <= listing_.give_up) return;
  Wrong(kStale,
        id,
        "it left the open half long ago, and nobody has found out what became of it",
        "streams");
}

Status RowCheck::CheckOpen(const StateFields& known) {
  for (std::string last;;) {
    const auto answer = Ask(tables_,
                            "SELECT id, version FROM " + listing_.Current() +
                                " WHERE NOT closed AND NOT archived AND id > " + Quoted(last) +
                                " ORDER BY id LIMIT 50000",
                            stop_);
    if (!answer) return answer.error();
    if (answer->empty()) return Ok();
    for (const auto& row : *answer) CheckOpenRow({row[0], NumberIn(row[1])}, known);
    last = answer->back()[0];
  }
}

void RowCheck::CheckOpenRow(const OpenRow& row, const StateFields& known) {
  const auto mark = marks_.find(row.id);
  if (mark != marks_.end()) {
    const bool gone = mark->second == kLedgerGone;
    findings_->AddNote({gone ? "gone" : "given up",
                        listing_.Table() + "/" + row.id,
                        gone ? "the API does not know it any more; its last row is kept"
                             : "it did not change for so long that it is not asked for any more",
                        "ledger"});
    return;
  }
  if (!known.contains(row.id)) {
    // Rows of before there was a ledger are taken up by the first refresh walk.
    if (!has_refreshed_ && row.version < oldest_page_) return;
    Wrong(kStale, row.id, "open in the table, but settled or unknown to the ingester", "streams");
    return;
  }
  if (refreshed_since_ == 0 || row.version > refreshed_since_) return;
  if (!WasRefreshed(NumberIn(row.id))) {
    Wrong(kStale, row.id, "open, and no refresh walk has passed it for two intervals", "ledger");
  }
}

}  // namespace polyhouse
