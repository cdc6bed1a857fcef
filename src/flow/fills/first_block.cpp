#include "flow/fills/first_block.h"

#include <algorithm>

namespace polyhouse {
namespace {

/// The time of a block that is there.
Result<Timestamp> TimeOf(std::uint64_t block, ChainSource& chain, const std::stop_token& stop) {
  const auto header = chain.Header(block, stop);
  if (!header) return header.error();
  if (!*header) return TransientError("no endpoint has block " + std::to_string(block));
  return Timestamp(std::chrono::seconds((*header)->time));
}

Timestamp TimeAt(const BlockPlace& place, Timestamp now) {
  const auto* age = std::get_if<std::chrono::milliseconds>(&place);
  return age != nullptr ? now - *age : std::get<Timestamp>(place);
}

/// The first block at or after a time; the newest when that is before it. Blocks come every two
/// seconds or so, so that the search begins near the newest one, with steps that grow.
Result<std::uint64_t> BlockAt(Timestamp time,
                              std::uint64_t newest,
                              ChainSource& chain,
                              const std::stop_token& stop) {
  std::uint64_t after = newest;  // Not before the time, as far as is known.
  std::uint64_t step = 1'024;
  std::uint64_t before = newest;
  while (before > 0) {
    before -= std::min(before, step);
    const auto at = TimeOf(before, chain, stop);
    if (!at) return at.error();
    if (*at < time) break;
    after = before;
    step *= 4;
  }
  while (before + 1 < after) {
    const std::uint64_t middle = before + (after - before) / 2;
    const auto at = TimeOf(middle, chain, stop);
    if (!at) return at.error();
    (*at < time ? before : after) = middle;
  }
  return after;
}

}  // namespace

Result<std::uint64_t> FirstBlockOf(const BlockPlace& from,
                                   std::uint64_t newest,
                                   Timestamp now,
                                   ChainSource& chain,
                                   const std::stop_token& stop) {
  if (const auto* block = std::get_if<std::uint64_t>(&from)) return std::min(*block, newest);
  const Timestamp time = TimeAt(from, now);
  if (time > now) {
    return ConfigError(
        "fills.from is a time that has not come yet: give one that is past, a block, "
        "or genesis.");
  }
  return BlockAt(time, newest, chain, stop);
}

Result<std::uint64_t> LastBlockOf(const BlockPlace& to,
                                  std::uint64_t newest,
                                  Timestamp now,
                                  ChainSource& chain,
                                  const std::stop_token& stop) {
  if (const auto* block = std::get_if<std::uint64_t>(&to)) return std::min(*block, newest);
  const Timestamp time = TimeAt(to, now);
  const auto last = TimeOf(newest, chain, stop);
  if (!last) return last.error();
  if (*last < time) return newest;
  const auto after = BlockAt(time, newest, chain, stop);
  if (!after) return after.error();
  return *after - std::min<std::uint64_t>(*after, 1);
}

}  // namespace polyhouse
