#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record_type.h"
#include "ports/entry.h"
#include "ports/stream_reader.h"

namespace polyhouse {

/// The entries of one insert: their rows as a block, their ids, and the dead letters for what holds
/// no row.
class Batch {
 public:
  explicit Batch(const RecordType& type) : block_(type.make_block()) {}

  /// Takes one entry in: its rows go into the block, and each that cannot be read becomes a dead
  /// letter. Returns the reasons of those.
  std::vector<Error> Add(const Entry& entry, Timestamp now);
  void Clear();

  bool empty() const { return ids_.empty(); }
  RowBlock& block() { return *block_; }
  const RowBlock& block() const { return *block_; }
  const std::vector<EntryId>& ids() const { return ids_; }
  const std::vector<BuriedEntry>& buried() const { return buried_; }

 private:
  std::unique_ptr<RowBlock> block_;
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

/// One row of an entry, or the whole of its payload.
struct EntryPart {
  const Entry* entry = nullptr;
  std::string_view data;
};

/// Whether it is known here how its payload is to be read.
bool IsReadable(const Entry& entry);

/// What is given up on, for the reason of `error`, after it was sent `attempts` times.
BuriedEntry Bury(const EntryPart& part,
                 const Error& error,
                 Timestamp now,
                 std::uint32_t attempts = 1);

}  // namespace polyhouse
