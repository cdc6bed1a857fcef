#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "flow/listing/id_set.h"
#include "flow/listing/listing.h"
#include "ports/stream_writer.h"

namespace polyhouse {

/// Where a record that may still change stands in its life.
enum class RowPhase {
  kOpen,     ///< In the open half when it was last met.
  kMissing,  ///< Was open, and is not in the open half any more: it is to be looked up.
  kClosed,   ///< Closed, not resolved yet.
  kSettled,  ///< Closed and resolved, and looked at again a few times, in case that is corrected.
};
std::string_view ToString(RowPhase phase);

/// What an ingester knows of one record that may still change.
struct KnownRow {
  std::uint64_t hash = 0;     ///< ListedRow::hash of what the stream got last.
  std::uint64_t version = 0;  ///< Of the fetch that brought it.
  RowPhase phase = RowPhase::kOpen;
  Timestamp over{};       ///< When it closed, or, while open, is due to; zero: nobody knows.
                          ///< Settled: from when on the looks again are counted.
  Timestamp since{};      ///< When it came into this phase, by our clock.
  std::uint64_t odd = 0;  ///< Hash of what could not be read of it; zero: nothing.
  // Not kept beyond the process:
  SteadyTime until{};       ///< When the answer that brought it had come, or it was missed.
  SteadyTime next_ask{};    ///< Not to be looked up before this.
  std::uint8_t absent = 0;  ///< Lookups in a row that did not find it.
};

/// The value of its field in the state map `…_rows`: "HASH VERSION PHASE OVER_MS SINCE_MS", and
/// " ODD" where there is something odd.
std::string ToText(const KnownRow& row);
std::optional<KnownRow> ParseKnownRow(std::string_view text);

/// When records that may change are looked up again.
struct SettleTimes {
  std::chrono::milliseconds interval{60'000};
  std::chrono::milliseconds give_up{30 * 86'400'000LL};  ///< In one phase; zero: never.
};

/// When a walk began, among versions and on the steady clock.
struct WalkBegin {
  std::uint64_t version = 0;
  SteadyTime at{};
};

/// How long after its close a settled record is looked at again, rising; empty: never.
using LookAgain = std::vector<std::chrono::milliseconds>;

/// All records of a listing that may still change, and the last few that no longer do. It answers
/// what a fetched row changes. About 100 bytes for each open record. Not thread-safe: PageStore
/// guards it.
class RowIndex {
 public:
  explicit RowIndex(LookAgain look_again = {}) : look_again_(std::move(look_again)) {}

  void Load(const StateFields& fields, SteadyTime steady, Timestamp now);
  void Clear() { *this = RowIndex(std::move(look_again_)); }

  /// The request that brought a row.
  struct Fetch {
    std::uint64_t version = 0;
    SteadyTime asked{};
    SteadyTime answered{};
    Timestamp stamp{};  ///< When it was answered, by the wall clock.
    Timestamp now{};    ///< As `stamp`, for telling ages (AgeClock).
  };
  /// What is to be done with a row that was fetched.
  struct Verdict {
    bool store = true;                ///< It is not what the stream has.
    std::optional<KnownRow> known{};  ///< What is known from now on; empty: it is settled.
    bool was_known = false;           ///< There is a field of it.
    bool is_odd_anew = false;  ///< Something of it cannot be read, and it was not known so before.
  };
  Verdict Judge(const ListedRow& row, const Fetch& fetch) const;
  /// To be told when it is durable.
  void Accept(const ListedRow& row, const Verdict& verdict, const Fetch& fetch);

  /// The open records that a walk of the whole open half did not meet, though they were known
  /// before it began.
  std::vector<std::string> NotIn(const IdSet& seen, const WalkBegin& begun) const;
  /// Empty when there is none.
  const KnownRow* Find(const std::string& id) const;
  void Set(const std::string& id, const KnownRow& row);
  void Forget(const std::string& id);

  /// At most `most` records that are due for a lookup now: those that went missing first.
  std::vector<std::string> Due(SteadyTime now, std::size_t most) const;
  /// True when a record went missing that nobody has looked up since.
  bool HasUrgent() const { return urgent_ > 0; }
  /// How long a record is left alone whose lookup was fruitless now.
  std::chrono::milliseconds WaitUntilAsk(const KnownRow& row,
                                         Timestamp now,
                                         const SettleTimes& times) const;

  /// Whether the record has been in its phase for longer than `give_up`. Not by our clock alone,
  /// which may be wrong since before this process began: the API's must have gone on too.
  bool HasWaitedTooLong(const KnownRow& row,
                        Timestamp now,
                        std::chrono::milliseconds give_up) const;

  std::size_t size() const { return rows_.size(); }
  std::size_t CountOf(RowPhase phase) const;

 private:
  struct SettledRow {
    std::uint64_t hash = 0;
    std::uint64_t version = 0;
    SteadyTime until{};
  };

  static bool IsUrgent(const KnownRow& row);
  /// From when on the looks again at a settled record are counted; empty: it is done with.
  std::optional<Timestamp> WatchedFrom(const ListedRow& row,
                                       const KnownRow* known,
                                       const Fetch& fetch) const;
  /// How long it is to the next look; zero when there is none left but one that was missed.
  std::chrono::milliseconds WaitUntilLook(Timestamp from, Timestamp now) const;
  void RememberSettled(const std::string& id, const SettledRow& row);

  LookAgain look_again_;
  std::map<std::string, KnownRow, std::less<>> rows_;
  std::unordered_map<std::string, SettledRow> settled_;  ///< The last ones met.
  std::deque<std::string> settled_order_;
  std::size_t urgent_ = 0;
  /// The newest change that the API reported: its time, which need not be ours.
  Timestamp api_now_{};
};

}  // namespace polyhouse
