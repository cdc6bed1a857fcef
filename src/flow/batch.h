#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/entry_codec.h"
#include "codec/native_block.h"
#include "ports/entry.h"
#include "ports/stream_reader.h"

namespace polyhouse {

/// The entries of one insert: their rows as a block, their ids, and the dead letters for those that
/// hold no row.
template <class Row>
class Batch {
 public:
  /// Takes one entry in: its row goes into the block, or, if it cannot be decoded, a dead letter.
  /// Returns the reason then.
  Status Add(const Entry& entry, Timestamp now);
  void Clear();

  bool empty() const { return ids_.empty(); }
  NativeBlock<Row>& block() { return block_; }
  const NativeBlock<Row>& block() const { return block_; }
  const std::vector<EntryId>& ids() const { return ids_; }
  const std::vector<BuriedEntry>& buried() const { return buried_; }

 private:
  EntryDecoder<Row> decoder_;
  NativeBlock<Row> block_;
  std::vector<EntryId> ids_;
  std::vector<BuriedEntry> buried_;
};

/// The identity of an insert, made from the stream, the entries in it and what they hold: the same
/// batch has the same token after a crash, and two different batches have different ones. The ids
/// alone would not do: a stream that was lost gives them out again, for other rows.
std::string BatchToken(const StreamName& stream,
                       std::span<const EntryId> ids,
                       std::span<const std::string_view> block);

/// "first last count": what a writer notes before it inserts.
std::string BatchBoundary(std::span<const EntryId> ids);

/// The last id and the count of a noted boundary; empty for any other text.
struct NotedBoundary {
  EntryId last;
  std::size_t count = 0;
};
std::optional<NotedBoundary> ParseBoundary(const std::string& note);

/// An entry that is given up on, for the reason of `error`, after it was sent `attempts` times.
BuriedEntry Bury(const Entry& entry, const Error& error, Timestamp now, std::uint32_t attempts = 1);

}  // namespace polyhouse
