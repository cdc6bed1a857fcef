#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "fault_plan.h"

namespace polyhouse {

/// How one JSON-RPC endpoint differs from an honest one. Zero or empty: not at all.
struct EndpointSpec {
  std::uint64_t lag = 0;                 ///< Blocks it is behind.
  std::uint64_t back = 0;                ///< Blocks it falls back by, in one request of five.
  std::uint64_t lie = 0;                 ///< Blocks that it claims to have beyond its head.
  std::optional<std::uint64_t> range;    ///< The most blocks of one eth_getLogs.
  std::optional<std::uint64_t> results;  ///< The most logs of one.
  std::optional<std::uint64_t> size;     ///< The most bytes of an answer.
  std::uint64_t pruned = 0;              ///< The first block whose history it has.
  std::uint64_t chain = 137;
  std::optional<std::uint64_t> wording;  ///< Which provider's errors it gives; empty: all by turns.
  bool takes_batches = true;
  bool has_timestamps = true;  ///< Logs carry `blockTimestamp`.
  double drop = 0;             ///< The share of logs that it leaves out.
  double flaw = 0;             ///< The share of answers about addresses that are wrong in form.
  FaultPlan faults;

  /// Reads `lag=5,range=1000,429=0.1,batch=off`; empty is honest. kConfig names what is valid.
  static Result<EndpointSpec> Parse(std::string_view text, std::uint64_t seed);
};

/// The keys with a short explanation each, for the command's help.
std::string EndpointSpecHelp();

}  // namespace polyhouse
