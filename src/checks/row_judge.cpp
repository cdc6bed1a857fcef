#include "checks/row_judge.h"

#include <algorithm>

#include "checks/table_answer.h"
#include "domain/ledger.h"

namespace polyhouse {
namespace {

constexpr std::string_view kStale = "stale row";

}  // namespace

void LedgerWitness::AddRefreshed(std::uint64_t after, std::uint64_t up_to) {
  if (!refreshed_ids.empty() && after <= refreshed_ids.back().second) {
    refreshed_ids.back().second = std::max(refreshed_ids.back().second, up_to);
  } else {
    refreshed_ids.emplace_back(after, up_to);
  }
}

bool LedgerWitness::WasRefreshed(std::uint64_t id) const {
  return std::any_of(refreshed_ids.begin(), refreshed_ids.end(), [id](const auto& ids) {
    return ids.first < id && id <= ids.second;
  });
}

void RowJudge::Wrong(std::string_view kind,
                     const std::string& id,
                     std::string what,
                     std::string_view says) {
  if (!found_.insert(id).second) return;
  findings_.AddWrong(
      {std::string(kind), listing_.Table() + "/" + id, std::move(what), std::string(says)});
  wanted_.ids.push_back(id);
}

void RowJudge::JudgeKnown(const std::string& id,
                          const std::string& known,
                          std::optional<std::uint64_t> stored) {
  const auto row = ParseKnownRow(known);
  if (!row) {
    findings_.AddWrong({"unreadable state",
                        listing_.Key(kRowsState),
                        "what is known of record " + id + " cannot be read: " + known,
                        "streams"});
  } else if (!stored) {
    Wrong(kLostRowFound, id, "it was fetched, and the table does not have it", "streams");
  } else if (*stored < row->version) {
    Wrong(kStale,
          id,
          "the table shows version " + std::to_string(*stored) + ", but " +
              std::to_string(row->version) + " was fetched",
          "streams");
  } else {
    JudgePhase(id, *row);
  }
}

void RowJudge::JudgePhase(const std::string& id, const KnownRow& row) {
  if (row.phase != RowPhase::kMissing || listing_.give_up.count() == 0) return;
  const Timestamp now{std::chrono::milliseconds(ledger_.newest_page)};
  if (now - row.since <= listing_.give_up) return;
  Wrong(kStale,
        id,
        "it left the open half long ago, and nobody has found out what became of it",
        "streams");
}

void RowJudge::JudgeOpen(const OpenRow& row, bool is_known) {
  const auto mark = ledger_.marks.find(row.id);
  if (mark != ledger_.marks.end()) {
    const bool gone = mark->second == kLedgerGone;
    findings_.AddNote({gone ? "gone" : "given up",
                       listing_.Table() + "/" + row.id,
                       gone ? "the API does not know it any more; its last row is kept"
                            : "it did not change for so long that it is not asked for any more",
                       "ledger"});
    return;
  }
  if (!is_known) {
    // Rows of before there was a ledger are taken up by the first refresh walk.
    if (!ledger_.has_refreshed && row.version < ledger_.oldest_page) return;
    Wrong(kStale, row.id, "open in the table, but settled or unknown to the ingester", "streams");
    return;
  }
  if (ledger_.refreshed_since == 0 || row.version > ledger_.refreshed_since) return;
  if (!ledger_.WasRefreshed(NumberIn(row.id))) {
    Wrong(kStale, row.id, "open, and no refresh walk has passed it for two intervals", "ledger");
  }
}

void RowJudge::JudgeHistory(const std::string& id, const std::string& version, bool is_in_table) {
  Wrong(is_in_table ? kStale : kLostRowFound,
        id,
        "the history has it at version " + version +
            (is_in_table ? ", the table only at an older one" : ", the table does not have it"),
        "history");
}

}  // namespace polyhouse
