#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <variant>

#include "base/clock.h"
#include "flow/fills/chain_source.h"

namespace polyhouse {

/// A place on the chain: a block, a time, or how long ago.
using BlockPlace = std::variant<std::uint64_t, Timestamp, std::chrono::milliseconds>;

/// The first block that is not before it, at most `newest`. A time is looked for in the chain, by
/// halving.
Result<std::uint64_t> FirstBlockOf(const BlockPlace& from,
                                   std::uint64_t newest,
                                   Timestamp now,
                                   ChainSource& chain,
                                   const std::stop_token& stop);
/// The block itself, or the last one before a time; at most `newest`.
Result<std::uint64_t> LastBlockOf(const BlockPlace& to,
                                  std::uint64_t newest,
                                  Timestamp now,
                                  ChainSource& chain,
                                  const std::stop_token& stop);

}  // namespace polyhouse
