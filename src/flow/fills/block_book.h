#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "flow/fills/block_range.h"

namespace polyhouse {

/// Which blocks are read, and who reads which just now. Several walkers take ranges from it, the
/// newest first. Not thread-safe: FillStore guards it.
class BlockBook {
 public:
  /// The text of ToText; kConfig when it is none.
  static Result<BlockBook> Parse(std::string_view text);
  /// The ranges that are read, "12-17,20-20"; empty when there are none.
  std::string ToText() const;
  /// As ToText, with one more range.
  std::string TextWith(const BlockRange& range) const;

  /// What is to be read in all.
  void Want(const BlockRange& all) { wanted_ = all; }

  /// The newest blocks that are wanted, not read and taken by nobody, at most `most`; empty when
  /// there are none. They are the caller's until Release.
  std::optional<BlockRange> Take(std::uint64_t most);
  void Release(const BlockRange& range);
  void MarkRead(const BlockRange& range);
  /// It is not read any more.
  void Forget(const BlockRange& range);

  /// What is read, the oldest first.
  std::vector<BlockRange> Read() const;
  bool IsRead(const BlockRange& range) const;
  /// Everything that is wanted is read.
  bool IsDone() const;
  /// Blocks that are wanted and not read.
  std::uint64_t Missing() const;
  /// What is wanted and not read, the oldest first.
  std::vector<BlockRange> Holes() const;

 private:
  using Intervals = std::map<std::uint64_t, std::uint64_t>;  ///< From first to last.

  static void Add(Intervals& intervals, BlockRange range);
  static std::string TextOf(const Intervals& intervals);

  BlockRange wanted_{1, 0};
  Intervals read_;
  std::vector<BlockRange> taken_;
};

}  // namespace polyhouse
