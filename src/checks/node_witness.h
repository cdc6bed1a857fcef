#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "checks/findings.h"
#include "checks/table_answer.h"
#include "flow/fills/chain_endpoint.h"
#include "flow/retrier.h"

namespace polyhouse {

/// One node of those that may bear witness; it must outlive the comparison.
using WitnessNodes = std::vector<ChainEndpoint*>;

/// Compares what a node has of some blocks with the rows of the table, each with its block and its
/// log's index first, fill by fill. Returns whether they are the same; else a finding says how many
/// are not.
bool JudgeFills(const BlockRange& range,
                const std::string& node,
                const std::vector<OrderFill>& chain,
                const TableAnswer& table,
                Findings& findings);

/// Other nodes as witnesses of `order_fills`. All references must outlive it.
class NodeWitness {
 public:
  NodeWitness(WitnessNodes nodes, TableReader& tables, Retrier& retrier)
      : nodes_(std::move(nodes)), tables_(tables), retrier_(retrier) {}

  /// Asks for this many of the ranges in the ledger, taken by `seed`, of each for about 5,000 fills
  /// at most, a node that is another one than the ledger names, where there is one. `again` gets
  /// the blocks of what is wrong.
  Status Compare(std::uint64_t ranges,
                 std::uint64_t seed,
                 Findings& findings,
                 std::vector<BlockRange>& again,
                 std::stop_token stop);

 private:
  ChainEndpoint& NodeBeside(const std::string& endpoint);
  Result<TableAnswer> InTable(const BlockRange& range, const std::stop_token& stop);

  WitnessNodes nodes_;
  TableReader& tables_;
  Retrier& retrier_;
  std::size_t next_ = 0;
};

}  // namespace polyhouse
