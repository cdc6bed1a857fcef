#include "flow/fills/block_book.h"

#include <algorithm>

#include "base/split.h"

namespace polyhouse {

Result<BlockBook> BlockBook::Parse(std::string_view text) {
  BlockBook book;
  for (const std::string& part : Split(text, ',')) {
    const auto range = ParseBlockRange(part);
    if (!range) {
      return ConfigError("the state says that the blocks \"" + part +
                         "\" are read, which is no range of blocks");
    }
    Add(book.read_, *range);
  }
  return book;
}

/// Ranges that touch become one.
void BlockBook::Add(Intervals& intervals, BlockRange range) {
  auto next = intervals.upper_bound(range.from);
  if (next != intervals.begin()) {
    const auto before = std::prev(next);
    if (before->second + 1 >= range.from) {
      range = {before->first, std::max(before->second, range.to)};
      next = intervals.erase(before);
    }
  }
  while (next != intervals.end() && next->first <= range.to + 1) {
    range.to = std::max(range.to, next->second);
    next = intervals.erase(next);
  }
  intervals[range.from] = range.to;
}

std::string BlockBook::TextOf(const Intervals& intervals) {
  std::string text;
  for (const auto& [from, to] : intervals) {
    if (!text.empty()) text += ',';
    text += polyhouse::ToText(BlockRange{from, to});
  }
  return text;
}

std::string BlockBook::ToText() const {
  return TextOf(read_);
}

std::string BlockBook::TextWith(const BlockRange& range) const {
  Intervals intervals = read_;
  Add(intervals, range);
  return TextOf(intervals);
}

std::optional<BlockRange> BlockBook::Take(std::uint64_t most) {
  Intervals busy = read_;
  for (const BlockRange& range : taken_) Add(busy, range);
  if (wanted_.from > wanted_.to || most == 0) return std::nullopt;
  std::uint64_t to = wanted_.to;
  const auto above = busy.upper_bound(to);
  std::uint64_t floor = wanted_.from;
  if (above != busy.begin()) {
    const auto below = std::prev(above);
    if (below->second >= to) {
      if (below->first <= wanted_.from) return std::nullopt;
      to = below->first - 1;
      if (below != busy.begin()) floor = std::max(floor, std::prev(below)->second + 1);
    } else {
      floor = std::max(floor, below->second + 1);
    }
  }
  const BlockRange range{to - std::min(most - 1, to - floor), to};
  taken_.push_back(range);
  return range;
}

void BlockBook::Release(const BlockRange& range) {
  std::erase(taken_, range);
}

void BlockBook::MarkRead(const BlockRange& range) {
  Add(read_, range);
}

void BlockBook::Forget(const BlockRange& range) {
  Intervals rest;
  for (const auto& [from, to] : read_) {
    if (from < range.from) rest[from] = std::min(to, range.from - 1);
    if (to > range.to) rest[std::max(from, range.to + 1)] = to;
  }
  read_ = std::move(rest);
}

std::vector<BlockRange> BlockBook::Read() const {
  std::vector<BlockRange> ranges;
  for (const auto& [from, to] : read_) ranges.push_back({from, to});
  return ranges;
}

bool BlockBook::IsRead(const BlockRange& range) const {
  const auto after = read_.upper_bound(range.from);
  return after != read_.begin() && std::prev(after)->second >= range.to;
}

bool BlockBook::IsDone() const {
  return wanted_.from > wanted_.to || IsRead(wanted_);
}

std::vector<BlockRange> BlockBook::Holes() const {
  std::vector<BlockRange> holes;
  std::uint64_t next = wanted_.from;
  for (const auto& [from, to] : read_) {
    if (to < next) continue;
    if (from > wanted_.to) break;
    if (from > next) holes.push_back({next, from - 1});
    next = to + 1;
  }
  if (next <= wanted_.to) holes.push_back({next, wanted_.to});
  return holes;
}

std::uint64_t BlockBook::Missing() const {
  std::uint64_t missing = 0;
  for (const BlockRange& hole : Holes()) missing += hole.size();
  return missing;
}

}  // namespace polyhouse
