#include "checks/fill_check.h"

#include <algorithm>

#include "base/number_text.h"
#include "checks/fill_judge.h"
#include "domain/ledger.h"
#include "flow/fills/block_book.h"
#include "flow/fills/fill_store.h"

namespace polyhouse {
namespace {

/// Blocks that are looked at at once: about twelve days.
constexpr std::uint64_t kAtOnce = 500'000;
/// No range is longer: fills.blocks may be no more.
constexpr std::uint64_t kLongestRange = 100'000;

std::string Between(std::string_view column, const BlockRange& range) {
  return std::string(column) + " BETWEEN " + std::to_string(range.from) + " AND " +
         std::to_string(range.to);
}

Result<std::vector<LedgerBlocks>> ReadLedger(TableReader& tables,
                                             const ChainTable& of,
                                             const BlockRange& range,
                                             const std::stop_token& stop) {
  const std::uint64_t before = range.from - std::min(range.from, kLongestRange);
  const auto answer =
      Ask(tables,
          "SELECT `from`, `to`, changed FROM ingest_ledger_current WHERE source = " +
              Quoted(of.names().source) + " AND status = " + Quoted(kLedgerBlocks) + " AND " +
              Between("toUInt64OrZero(`from`)", {before, range.to}) +
              " AND toUInt64OrZero(`to`) >= " + std::to_string(range.from) + " ORDER BY version",
          stop);
  if (!answer) return answer.error();
  std::vector<LedgerBlocks> ledger;
  for (const auto& row : *answer) {
    ledger.push_back({{NumberIn(row[0]), NumberIn(row[1])}, NumberIn(row[2])});
  }
  return ledger;
}

Result<std::vector<BlockRows>> CountRows(TableReader& tables,
                                         const std::string& source,
                                         const std::stop_token& stop) {
  const auto answer = Ask(tables,
                          "SELECT block_number, count() FROM " + source +
                              " GROUP BY block_number ORDER BY block_number",
                          stop);
  if (!answer) return answer.error();
  std::vector<BlockRows> rows;
  for (const auto& row : *answer) rows.push_back({NumberIn(row[0]), NumberIn(row[1])});
  return rows;
}

Result<BlockFacts> ReadBlockFacts(TableReader& tables,
                                  const BlockRange& blocks,
                                  const FillFacts& known,
                                  const std::stop_token& stop) {
  BlockFacts facts{
      .of = known.of, .blocks = blocks, .read = known.read, .has_fills = known.are_kept};
  auto ledger = ReadLedger(tables, known.of, blocks, stop);
  if (!ledger) return std::move(ledger).error();
  facts.ledger = std::move(*ledger);
  BlockRange reached = blocks;
  for (const LedgerBlocks& each : facts.ledger) reached.to = std::max(reached.to, each.range.to);
  const std::string wanted = " WHERE " + Between("block_number", reached);
  std::string of_time;
  if (known.are_kept) {
    auto fills = CountRows(tables, std::string(known.of.table) + "_current" + wanted, stop);
    if (!fills) return std::move(fills).error();
    facts.fills = std::move(*fills);
    if (!known.of.has_trades) return facts;
    // Trades are kept by month, not by block.
    const std::string times = "FROM order_fills" + wanted + ")";
    of_time = " AND timestamp >= (SELECT min(block_time) " + times +
              " AND timestamp <= (SELECT max(block_time) " + times;
  }
  auto trades = CountRows(tables, "trades_current" + wanted + of_time, stop);
  if (!trades) return std::move(trades).error();
  facts.trades = std::move(*trades);
  return facts;
}

}  // namespace

Result<FillFacts> FillFactsOf(const std::map<std::string, std::string>& states,
                              const ChainTable& of) {
  const auto state = [&](std::string_view suffix) {
    const auto found = states.find(of.names().Key(suffix));
    return found == states.end() ? std::string() : found->second;
  };
  auto book = BlockBook::Parse(state(kBlocksState));
  if (!book) return std::move(book).error();
  FillFacts facts{.read = book->Read(), .of = of};
  if (facts.read.empty()) return facts;
  const std::uint64_t first = facts.read.front().from;
  book->Want(
      {std::min(FirstBlockIn(state(kFromState)).value_or(first), first), facts.read.back().to});
  facts.unread = book->Missing();
  return facts;
}

Status CheckFills(TableReader& tables,
                  const FillFacts& facts,
                  Findings& findings,
                  std::vector<BlockRange>& again,
                  std::stop_token stop) {
  again.clear();
  if (facts.read.empty()) return Ok();
  const std::uint64_t first = facts.read.front().from;
  const std::uint64_t last = facts.read.back().to;
  std::uint64_t blocks = 0;
  std::uint64_t fills = 0;
  for (const BlockRange& range : facts.read) blocks += range.size();
  for (std::uint64_t from = first; from <= last; from += kAtOnce) {
    const BlockRange range{from, std::min(last, from + kAtOnce - 1)};
    const auto known = ReadBlockFacts(tables, range, facts, stop);
    if (!known) return known.error();
    for (const BlockRows& each : facts.are_kept ? known->fills : known->trades)
      fills += range.to >= each.block ? each.rows : 0;
    JudgeBlocks(*known, findings, again);
  }
  const std::string what = facts.of.what();
  findings.SetFact(facts.of.has_trades ? "blocks read" : "blocks read for " + what, blocks);
  findings.SetFact(what, fills);
  if (facts.unread > 0) {
    findings.AddNote({"not read yet",
                      what,
                      std::to_string(facts.unread) + " blocks up to " + std::to_string(last) +
                          (facts.of.has_trades
                               ? " are not read yet: polyhouse up or backfill run fills reads them"
                               : " are not read for actions yet: polyhouse up --actions-enabled "
                                 "or ingest actions reads them"),
                      "streams"});
  }
  return Ok();
}

}  // namespace polyhouse
