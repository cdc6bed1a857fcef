#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "ports/entry.h"

namespace polyhouse {

/// How much one read may return: it ends at whichever limit comes first, but holds at least one
/// entry if there is one. Bytes and rows may be exceeded where entries differ much in size.
struct ReadLimit {
  std::size_t entries = 1000;
  std::size_t bytes = 8UL << 20U;
  std::size_t rows = SIZE_MAX;
};

/// An entry that is given up on, and the dead letter that keeps it.
struct BuriedEntry {
  EntryId id;
  DeadLetter letter;
};

/// Reads one stream as one consumer of one consumer group. Used from one thread. Errors: kTransient
/// (try again), kConfig (the store cannot be used), kStopping.
class StreamReader {
 public:
  virtual ~StreamReader() = default;
  /// Waits up to `wait`, returns new entries, oldest first; they are pending until acknowledged.
  /// Empty means nothing arrived, not failure.
  virtual Result<std::vector<Entry>> Read(ReadLimit limit,
                                          std::chrono::milliseconds wait,
                                          std::stop_token stop) = 0;
  /// This consumer's own pending entries after `after`, oldest first: what a predecessor of the
  /// same name read and did not finish. Pass the last id on to advance; empty means there are no
  /// more.
  virtual Result<std::vector<Entry>> Pending(EntryId after, ReadLimit limit) = 0;
  /// Takes over at most `max` entries that another consumer has left pending for `idle` or longer.
  virtual Result<std::vector<Entry>> Claim(std::size_t max, std::chrono::milliseconds idle) = 0;
  /// Marks entries done for the whole group, and puts the dead letters of those that are `buried`
  /// beside them, in one transaction. Call only after the other rows are stored. An entry that is
  /// not pending any more, because it was marked done before or by another consumer, gets no dead
  /// letter: so repeating it is harmless.
  virtual Status Ack(std::span<const EntryId> ids, std::span<const BuriedEntry> buried) = 0;
  /// A note of this consumer that survives it: the boundary of the batch it is about to insert.
  /// Empty when none was saved.
  virtual Result<std::string> Note() = 0;
  virtual Status SaveNote(const std::string& note) = 0;
};

}  // namespace polyhouse
