#include "checks/node_witness.h"

#include <algorithm>
#include <map>
#include <set>

#include "domain/ledger.h"
#include "flow/fills/fill_store.h"

namespace polyhouse {
namespace {

/// Of a range of more fills only a part is compared.
constexpr std::uint64_t kMostFills = 5'000;

BlockRange PartOf(const BlockRange& range, std::uint64_t fills, std::uint64_t seed) {
  if (fills <= kMostFills) return range;
  const std::uint64_t blocks = std::max<std::uint64_t>(1, range.size() * kMostFills / fills);
  const std::uint64_t from = range.from + seed % (range.size() - blocks + 1);
  return {from, from + blocks - 1};
}

/// As the columns of InTable.
std::vector<std::string> ColumnsOf(const OrderFill& fill) {
  return {std::to_string(fill.block_number),
          std::to_string(fill.log_index),
          fill.transaction_hash,
          fill.exchange,
          fill.order_hash,
          fill.maker,
          fill.taker,
          fill.maker_asset_id.value(),
          fill.taker_asset_id.value(),
          ToDigits(fill.maker_amount),
          ToDigits(fill.taker_amount),
          ToDigits(fill.fee)};
}

using Rows = std::map<std::pair<std::uint64_t, std::uint64_t>, std::vector<std::string>>;

void Add(Rows& rows, std::vector<std::string> row) {
  const std::pair place(NumberIn(row[0]), NumberIn(row[1]));
  rows[place] = std::move(row);
}

}  // namespace

bool JudgeFills(const BlockRange& range,
                const std::string& node,
                const std::vector<OrderFill>& chain,
                const TableAnswer& table,
                Findings& findings) {
  Rows said;
  for (const OrderFill& fill : chain) Add(said, ColumnsOf(fill));
  Rows known;
  for (const auto& row : table) Add(known, row);
  std::size_t missing = 0;
  std::size_t different = 0;
  std::size_t surplus = 0;
  for (const auto& [place, row] : said) {
    const auto found = known.find(place);
    if (found == known.end()) ++missing;
    if (found != known.end() && found->second != row) ++different;
  }
  for (const auto& [place, row] : known) surplus += said.contains(place) ? 0U : 1U;
  if (missing + different + surplus == 0) return true;
  findings.AddWrong({std::string(kDifferentFillsFound),
                     "fills/" + ToText(range),
                     node + " has " + std::to_string(said.size()) + " fills of blocks " +
                         ToText(range) + ", order_fills " + std::to_string(known.size()) + ": " +
                         std::to_string(missing) + " are missing, " + std::to_string(different) +
                         " differ, " + std::to_string(surplus) + " are too many",
                     "node"});
  return false;
}

ChainEndpoint& NodeWitness::NodeBeside(const std::string& endpoint) {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    ChainEndpoint& node = *nodes_[(next_ + i) % nodes_.size()];
    if (node.host() == endpoint) continue;
    next_ = (next_ + i + 1) % nodes_.size();
    return node;
  }
  return *nodes_[next_++ % nodes_.size()];
}

Result<TableAnswer> NodeWitness::InTable(const BlockRange& range, const std::stop_token& stop) {
  return Ask(
      tables_,
      "SELECT block_number, log_index, transaction_hash, exchange, order_hash, maker, taker, "
      "maker_asset_id, taker_asset_id, maker_amount, taker_amount, fee FROM "
      "order_fills_current WHERE block_number BETWEEN " +
          std::to_string(range.from) + " AND " + std::to_string(range.to),
      stop);
}

Status NodeWitness::Compare(std::uint64_t ranges,
                            std::uint64_t seed,
                            Findings& findings,
                            std::vector<BlockRange>& again,
                            std::stop_token stop) {
  const auto sample =
      Ask(tables_,
          "SELECT `from`, `to`, endpoint, changed FROM ingest_ledger_current WHERE source = " +
              Quoted(FillNames().source) + " AND status = " + Quoted(kLedgerBlocks) +
              " ORDER BY cityHash64(`from`, `to`, " + std::to_string(seed) + ") LIMIT " +
              std::to_string(ranges),
          stop);
  if (!sample) return sample.error();
  std::uint64_t fills = 0;
  std::set<std::string> hosts;
  for (const auto& row : *sample) {
    const BlockRange range = PartOf({NumberIn(row[0]), NumberIn(row[1])}, NumberIn(row[3]), seed);
    ChainEndpoint& node = NodeBeside(row[2]);
    const auto fetched = retrier_.Do([&] { return node.Fetch(range, stop); }, stop);
    if (!fetched) return fetched.error();
    const auto known = InTable(range, stop);
    if (!known) return known.error();
    fills += fetched->fills.size();
    if (node.host() != row[2]) hosts.insert(node.host());
    if (!JudgeFills(range, node.host(), fetched->fills, *known, findings)) again.push_back(range);
  }
  findings.SetFact("ranges compared", sample->size());
  findings.SetFact("fills compared", fills);
  if (hosts.empty() && !sample->empty()) {
    findings.AddNote({"no second node",
                      "fills",
                      "the node that fills were read from was asked again: name another one in "
                      "--rpc-url for a true witness",
                      "node"});
  }
  return Ok();
}

}  // namespace polyhouse
