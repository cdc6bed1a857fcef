#include "checks/reconciliation.h"

#include <algorithm>

#include "checks/clob_walk.h"
#include "codec/native_block.h"

namespace polyhouse {
namespace {

/// Rows of the witness in one insert, and differences looked at together.
constexpr std::size_t kInsertRows = 10'000;
constexpr std::size_t kDifferencesAtOnce = 5'000;

std::string Said(bool closed, const std::string& winner) {
  if (!closed) return "open";
  return winner.empty() ? "closed without a winner" : "closed with the winner \"" + winner + "\"";
}

/// Rows of the witness on their way into their table.
class WitnessInsert {
 public:
  WitnessInsert(TableSink& sink, Retrier& retrier, std::uint64_t version)
      : sink_(sink), retrier_(retrier), version_(version) {}

  Status Add(const WitnessPage& page, const std::stop_token& stop) {
    for (const WitnessMarket& market : page.rows) block_.Append(market);
    return block_.rows() < kInsertRows ? Ok() : Flush(stop);
  }
  Status Flush(const std::stop_token& stop) {
    if (block_.rows() == 0) return Ok();
    const auto pieces = block_.Pieces();
    const std::string token =
        "reconcile/" + std::to_string(version_) + "/" + std::to_string(++batches_);
    const TableBatch batch{.table = TableSpecOf<WitnessMarket>().table,
                           .columns = columns_,
                           .token = token,
                           .native = pieces,
                           .rows = block_.rows()};
    auto status = retrier_.Do([&] { return sink_.Insert(batch, stop); }, stop);
    block_.Clear();
    return status;
  }

 private:
  TableSink& sink_;
  Retrier& retrier_;
  std::uint64_t version_;
  std::uint64_t batches_ = 0;
  std::string columns_ = ColumnList(TableSpecOf<WitnessMarket>());
  NativeBlock<WitnessMarket> block_;
};

}  // namespace

Status Reconciliation::ReadWitness(std::uint64_t version,
                                   Findings& findings,
                                   std::stop_token stop) {
  WitnessInsert insert(tools_.sink, tools_.retrier, version);
  ClobWalk walk(tools_.clob, tools_.retrier);
  const auto counts = walk.Run(
      version, [&](const WitnessPage& page) { return insert.Add(page, stop); }, stop);
  if (!counts) return counts.error();
  if (auto status = insert.Flush(stop); !status) return status;
  findings.SetFact("markets on the clob", counts->markets);
  if (counts->without_id > 0) findings.SetFact("clob records without id", counts->without_id);
  if (counts->bad > 0) {
    findings.AddNote({"unreadable record",
                      "",
                      std::to_string(counts->bad) +
                          " records of the CLOB could not be read and were not compared",
                      "clob"});
  }
  return Ok();
}

Status Reconciliation::Compare(std::uint64_t version, Findings& findings, std::stop_token stop) {
  const auto newest = AskNumber(tools_.tables, "SELECT max(version) FROM markets", stop);
  if (!newest) return newest.error();
  newest_version_ = *newest;
  const auto rows = AskNumber(
      tools_.tables, "SELECT count() FROM markets_current WHERE condition_id != ''", stop);
  if (!rows) return rows.error();
  findings.SetFact("markets here", *rows);
  if (auto status = CompareMissing(version, findings, stop); !status) return status;
  if (auto status = CompareStored(version, findings, stop); !status) return status;
  return CompareConditions(findings, stop);
}

/// Ids are compared by hashes: sets of two million texts would not fit into a small database.
Status Reconciliation::CompareMissing(std::uint64_t version,
                                      Findings& findings,
                                      std::stop_token stop) {
  for (std::string last;;) {
    const auto answer = Ask(
        tools_.tables,
        "SELECT condition_id, market_slug, closed, winner FROM clob_markets_current WHERE version "
        "= " +
            std::to_string(version) + " AND condition_id > " + Quoted(last) +
            " AND cityHash64(condition_id) NOT IN (SELECT cityHash64(condition_id) FROM markets) "
            "ORDER BY condition_id LIMIT " +
            std::to_string(kDifferencesAtOnce),
        stop);
    if (!answer) return answer.error();
    if (answer->empty()) return Ok();
    std::vector<Difference> differences;
    for (const auto& row : *answer) {
      differences.push_back({.condition_id = row[0],
                             .slug = row[1],
                             .witness = Difference::Witness{row[2] == "true", row[3]}});
    }
    if (auto status = Arbitrate(differences, findings, stop); !status) return status;
    last = differences.back().condition_id;
  }
}

Status Reconciliation::CompareStored(std::uint64_t version,
                                     Findings& findings,
                                     std::stop_token stop) {
  for (std::string last;;) {
    const auto answer = Ask(
        tools_.tables,
        "SELECT id, condition_id, market_slug, closed, winner FROM markets_current WHERE "
        "condition_id != '' AND id > " +
            Quoted(last) +
            " AND cityHash64(condition_id, closed, winner) NOT IN (SELECT "
            "cityHash64(condition_id, closed, winner) FROM clob_markets WHERE version = " +
            std::to_string(version) + ") ORDER BY id LIMIT " + std::to_string(kDifferencesAtOnce),
        stop);
    if (!answer) return answer.error();
    if (answer->empty()) return Ok();
    std::vector<Difference> differences;
    for (const auto& row : *answer) {
      differences.push_back({.condition_id = row[1],
                             .slug = row[2],
                             .id = row[0],
                             .closed = row[3] == "true",
                             .winner = row[4]});
    }
    if (auto status = AddWitness(version, differences, stop); !status) return status;
    if (auto status = Arbitrate(differences, findings, stop); !status) return status;
    last = differences.back().id;
  }
}

Status Reconciliation::AddWitness(std::uint64_t version,
                                  std::vector<Difference>& differences,
                                  const std::stop_token& stop) {
  std::vector<std::string> ids;
  for (const Difference& difference : differences) ids.push_back(difference.condition_id);
  const auto answer =
      Ask(tools_.tables,
          "SELECT condition_id, closed, winner FROM clob_markets_current WHERE version = " +
              std::to_string(version) + " AND condition_id IN " + QuotedList(ids),
          stop);
  if (!answer) return answer.error();
  std::map<std::string, Difference::Witness> witnesses;
  for (const auto& row : *answer) witnesses[row[0]] = {row[1] == "true", row[2]};
  for (Difference& difference : differences) {
    const auto found = witnesses.find(difference.condition_id);
    if (found != witnesses.end()) difference.witness = found->second;
  }
  return Ok();
}

Status Reconciliation::Arbitrate(const std::vector<Difference>& differences,
                                 Findings& findings,
                                 const std::stop_token& stop) {
  for (std::size_t begin = 0; begin < differences.size(); begin += MarketLookup::kAtOnce) {
    const std::size_t end = std::min(differences.size(), begin + MarketLookup::kAtOnce);
    std::vector<std::string> ids;
    for (std::size_t i = begin; i < end; ++i) ids.push_back(differences[i].condition_id);
    const auto known = tools_.gamma.ByConditionId(ids, stop);
    if (!known) return known.error();
    for (std::size_t i = begin; i < end; ++i) {
      const auto found = known->find(differences[i].condition_id);
      Judge(
          differences[i], found == known->end() ? std::vector<Market>() : found->second, findings);
    }
  }
  return Ok();
}

/// The API's clock need not be ours; what it dates after our newest row is not on its way.
bool Reconciliation::IsOnItsWay(const Market& market) const {
  const auto changed =
      std::max(market.closed_time.value_or(Timestamp{}), market.updated_at.value_or(Timestamp{}));
  const Timestamp newest{std::chrono::milliseconds(newest_version_)};
  return changed > newest - options_.lag && changed <= newest + options_.lag;
}

void Reconciliation::Judge(const Difference& difference,
                           const std::vector<Market>& known,
                           Findings& findings) const {
  if (difference.id.empty()) return JudgeMissing(difference, known, findings);
  const auto here = std::find_if(known.begin(), known.end(), [&](const Market& market) {
    return market.id.value() == difference.id;
  });
  const std::string ours = "here it is " + Said(difference.closed, difference.winner);
  const std::string witness =
      difference.witness
          ? "the CLOB has it " + Said(difference.witness->closed, difference.witness->winner)
          : std::string("the CLOB does not list it");
  const bool closed_differs = difference.witness && difference.witness->closed != difference.closed;
  const std::string kind(!difference.witness ? kNoWitness : closed_differs ? kClosed : kWinner);
  if (here == known.end()) {
    findings.AddNote(
        {kind, difference.id, ours + ", " + witness + ", Gamma does not show it", "clob"});
    return;
  }
  const std::string gamma = "Gamma has it " + Said(here->closed, here->winner);
  if (here->closed == difference.closed && here->winner == difference.winner) {
    findings.AddNote({kind,
                      difference.id,
                      witness + ", " + gamma + " as it is here: the sources differ",
                      "clob"});
  } else if (IsOnItsWay(*here)) {
    findings.AddNote({kind, difference.id, ours + ", " + gamma + " since a moment ago", "gamma"});
  } else {
    findings.AddWrong({std::string(here->closed != difference.closed ? kClosed : kWinner),
                       difference.id,
                       ours + ", " + gamma + ", " + witness,
                       "gamma"});
  }
}

void Reconciliation::JudgeMissing(const Difference& difference,
                                  const std::vector<Market>& known,
                                  Findings& findings) const {
  const std::string kind(kMissingMarketFound);
  const std::string where = "the CLOB lists it as " + difference.slug;
  if (known.empty()) {
    findings.AddNote({kind,
                      difference.condition_id,
                      where + ", no listing of Gamma has it (it may be archived)",
                      "clob"});
    return;
  }
  for (const Market& market : known) {
    if (IdNumber(market.id.value()) > options_.newest_id) {
      findings.AddNote({kind,
                        difference.condition_id,
                        where + ", Gamma as " + market.id.value() +
                            ", which is newer than anything discovered so far",
                        "gamma"});
    } else {
      findings.AddWrong({kind,
                         difference.condition_id,
                         where + ", Gamma as market " + market.id.value() + "; it is not here",
                         "gamma"});
    }
  }
}

Status Reconciliation::CompareConditions(Findings& findings, std::stop_token stop) {
  const auto answer =
      Ask(tools_.tables,
          "SELECT condition_id, arrayStringConcat(arraySort(groupArray(id)), ',') FROM "
          "markets_current WHERE condition_id != '' AND cityHash64(condition_id) IN (SELECT "
          "cityHash64(condition_id) AS hash FROM markets_current WHERE condition_id != '' GROUP BY "
          "hash HAVING count() > 1) GROUP BY condition_id HAVING count() > 1 ORDER BY condition_id "
          "LIMIT " +
              std::to_string(Findings::kKeptOfEach),
          stop);
  if (!answer) return answer.error();
  for (std::size_t begin = 0; begin < answer->size(); begin += MarketLookup::kAtOnce) {
    const std::size_t end = std::min(answer->size(), begin + MarketLookup::kAtOnce);
    std::vector<std::string> ids;
    for (std::size_t i = begin; i < end; ++i) ids.push_back((*answer)[i][0]);
    const auto known = tools_.gamma.ByConditionId(ids, stop);
    if (!known) return known.error();
    for (std::size_t i = begin; i < end; ++i) {
      const std::string& condition_id = (*answer)[i][0];
      const auto found = known->find(condition_id);
      Finding finding{std::string(kSameCondition),
                      condition_id,
                      "markets " + (*answer)[i][1] + " have one condition id",
                      "gamma"};
      if (found != known->end() && found->second.size() > 1) {
        finding.what += ", and so they have at Gamma";
        findings.AddNote(std::move(finding));
      } else {
        finding.what += ", at Gamma one market has it or none";
        findings.AddWrong(std::move(finding));
      }
    }
  }
  return Ok();
}

}  // namespace polyhouse
