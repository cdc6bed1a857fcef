#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ports/entry.h"
#include "ports/stream_writer.h"

namespace polyhouse {

struct GroupOverview {
  GroupName group;
  std::uint64_t pending = 0;      ///< Delivered, not acknowledged.
  std::uint64_t undelivered = 0;  ///< Not yet read by anybody.
  std::uint64_t rows = 0;         ///< Of both, as StreamLoad::backlog counts them.
};

struct StreamOverview {
  StreamName stream;
  std::uint64_t length = 0;        ///< Entries held now, as XLEN.
  std::uint64_t added = 0;         ///< Entries ever appended, as XINFO's entries-added.
  std::uint64_t dead_letters = 0;  ///< Held in `<stream>:dlq`.
  std::uint64_t behind = 0;        ///< Rows, as StreamLoad::backlog.
  std::vector<GroupOverview> groups;
};

struct DeadLetterFilter {
  std::optional<StreamName> stream;   ///< Empty: all streams.
  std::optional<DeadLetterId> id;     ///< Empty: all ids.
  std::optional<std::string> reason;  ///< A part of the reason; empty: all.
  std::optional<std::string> kind;    ///< Empty: all kinds.
  std::size_t limit = 0;              ///< Zero: no limit.
};

struct StoredDeadLetter {
  DeadLetterId id;  ///< Unique in its stream; streams kept in Redis may have the same one.
  StreamName stream;
  DeadLetter letter;
};

/// Looks at streams and puts them right, for operators and for the loops' housekeeping. Used from
/// one thread.
class StreamAdmin {
 public:
  virtual ~StreamAdmin() = default;
  virtual Result<std::vector<StreamOverview>> Overview() = 0;
  /// All state keys that hold one value, with it.
  virtual Result<std::map<std::string, std::string>> States() = 0;
  /// All fields of a state map; empty when there are none.
  virtual Result<StateFields> Fields(const std::string& key) = 0;
  /// At most `most` entries after `after`, oldest first, whoever has read them; nothing is marked.
  virtual Result<std::vector<Entry>> Range(const StreamName& stream,
                                           EntryId after,
                                           std::size_t most) = 0;
  /// Removes the entries of a stream that every group has acknowledged, strictly below the first
  /// that one still needs; returns how many. A stream without groups is never trimmed.
  virtual Result<std::uint64_t> Trim(const StreamName& stream) = 0;
  /// The last id up to which the group has acknowledged everything: a group that begins after it
  /// misses nothing. Empty when there is no such group.
  virtual Result<std::optional<EntryId>> LowWaterMark(const StreamName& stream,
                                                      const GroupName& group) = 0;
  /// Ends a group: what it has not read or not acknowledged is kept for it no more. Nothing happens
  /// when there is no such group.
  virtual Status EndGroup(const StreamName& stream, const GroupName& group) = 0;
  /// The id that the stream gave out last, whether its entry is still there or not; zero: none yet.
  virtual Result<EntryId> LastId(const StreamName& stream) = 0;
  /// Oldest first.
  virtual Result<std::vector<StoredDeadLetter>> DeadLetters(const DeadLetterFilter& filter) = 0;
  /// Removes a dead letter and appends the entries that came of it, in one transaction. With no
  /// entries it is a drop. When it is not there any more nothing happens. Caches nothing.
  virtual Status Resolve(const StoredDeadLetter& letter, const AppendTransaction& replacement) = 0;
};

}  // namespace polyhouse
