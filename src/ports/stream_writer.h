#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ports/entry.h"

namespace polyhouse {

struct NewEntry {
  std::string data;
  std::string timestamp;   ///< ISO 8601 UTC.
  int version = 1;         ///< Of the payload's format.
  std::uint32_t rows = 1;  ///< That the payload holds, one or more.
};

/// A change of one field of a state map: a state key that holds many small values.
struct FieldChange {
  std::string key;
  std::string field;
  std::optional<std::string> value;  ///< Empty: the field is removed.
};

/// The fields of a state map or of a cached record with their values.
using StateFields = std::map<std::string, std::string>;

/// What is kept for a while of something that is looked up often, such as an event, under a name
/// that may be edited. A thing has one record, under its newest name; one that has a record of this
/// version or a newer one keeps that.
struct CacheChange {
  std::string kind;                 ///< "event"; with the name it is the key, `event:<slug>`.
  std::string name;                 ///< "rain"
  std::string id;                   ///< Of the thing, which never changes.
  std::uint64_t version = 0;        ///< Of the row that the fields are from.
  StateFields fields{};             ///< Empty: they are forgotten, and older ones are kept out.
  std::chrono::milliseconds ttl{};  ///< How long it is kept.
};

/// A record of the cache.
struct CachedRecord {
  std::string id;
  std::uint64_t version = 0;
  /// The version with which the fields came to be what they are, as far as the cache remembers: no
  /// version between it and `version` had others.
  std::uint64_t since = 0;
  StateFields fields;

  bool operator==(const CachedRecord&) const = default;
};

/// A state key with the value that it must have, empty where it was never set.
struct ExpectedState {
  std::string key;
  std::string value;
};

/// Entries for one stream.
struct StreamEntries {
  StreamName stream;
  std::vector<NewEntry> entries;
};

/// Entries that were worked up, to be marked done for their group.
struct StreamAcks {
  StreamName stream;
  GroupName group;
  ConsumerName consumer;
  std::vector<EntryId> ids;  ///< Each must be pending for `consumer`, else nothing is written.
};

/// What becomes durable together or not at all: entries and dead letters of one stream, what is
/// noted about them in other streams, the state keys (cursors, counts, maps) that say how far the
/// source was read, what is cached of the rows, and the acknowledgements of the entries that all
/// this was made from. So a processor that reads one stream and writes another loses nothing and
/// doubles nothing, wherever it is killed.
struct AppendTransaction {
  StreamName stream{};
  std::vector<NewEntry> entries{};
  std::vector<StreamEntries> others{};  ///< Such as the ledger's.
  std::vector<DeadLetter> dead_letters{};
  std::vector<std::pair<std::string, std::string>> set{};  ///< State key, new value.
  std::vector<std::pair<std::string, std::int64_t>>
      add{};  ///< State key, what to add to its number.
  std::vector<FieldChange> fields{};
  std::vector<CacheChange> cached{};
  std::vector<StreamAcks> acks{};
  std::optional<ExpectedState> expected{};  ///< Else nothing is written.
};

/// How much a stream and its store have to carry.
struct StreamLoad {
  /// Rows of the entries that the slowest group has not acknowledged; all that there are while
  /// there is no group, since nobody has begun to read them. Where entries of several rows were
  /// acknowledged before older ones, it may be somewhat more.
  std::uint64_t backlog = 0;
  /// Used memory by the store's limit, 0 to 1 and a little more; zero when it has none.
  double memory_share = 0;
  /// Entries ever appended to the stream. Fewer than were appended: it is not the same stream any
  /// more, it was deleted or evicted.
  std::uint64_t added = 0;
};

/// Appends to streams. Used from one thread.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  /// When this returns success everything in the transaction is durable, else nothing is. Errors:
  /// kTransient (busy, disk full: try the same again), kConfig (the store cannot be used),
  /// kStopping (the right to write was lost to another process, or the expected state is not there:
  /// nothing was written), kRejected (an entry to be acknowledged is not pending for its consumer
  /// any more, because another one has taken it over or it is done: nothing was written; what is
  /// still ours is in StreamReader::Pending).
  virtual Status Append(const AppendTransaction& transaction) = 0;
  /// The value of a state key; empty optional when it was never set.
  virtual Result<std::optional<std::string>> State(const std::string& key) = 0;
  /// All fields of a state map; empty when there are none.
  virtual Result<StateFields> Fields(const std::string& key) = 0;
  /// The cached record of each of these names, in their order; empty where there is none, or none
  /// any more: a cache may forget at any time.
  virtual Result<std::vector<std::optional<CachedRecord>>> Cached(
      std::string_view kind, std::span<const std::string> names) = 0;
  virtual Result<StreamLoad> Load(const StreamName& stream) = 0;
};

}  // namespace polyhouse
