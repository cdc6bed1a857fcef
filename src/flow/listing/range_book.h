#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "flow/listing/listing.h"
#include "flow/source_state.h"

namespace polyhouse {

/// How a range of a listing is cut out of it.
enum class RangeKind {
  kWhole,    ///< The whole half, by id.
  kDated,    ///< Rows with an end date in [from, to), by end date.
  kUndated,  ///< Rows without an end date.
};

/// A part of one half of a listing that one walker reads, page by page. Together the ranges of a
/// half cover it, and no two share a row, except that a walker reads its last page to its end.
struct Range {
  std::uint32_t number = 0;
  OpenState half = OpenState::kOpen;
  RangeKind kind = RangeKind::kWhole;
  std::optional<Timestamp> from{};      ///< Of kDated; empty: everything before `to`.
  std::optional<Timestamp> to{};        ///< Of kDated; empty: everything after `from`.
  std::optional<Timestamp> asked_to{};  ///< `to` when it was begun: cursors go with their filters.
  std::optional<Timestamp> reached{};   ///< The end date of the last row read.
  std::uint64_t begun = 0;              ///< The version of its first page; zero: not begun.
  std::uint32_t pages = 0;              ///< Read so far, or since it was split last.
  bool done = false;
  std::string cursor;

  /// Its name in the ledger: "closed/7/1764000000000".
  std::string WalkName() const;
};

/// The value of its field in the state map `…_ranges`.
std::string ToText(const Range& range);
std::optional<Range> ParseRange(std::string_view text);

/// How the backfill reads a listing.
enum class BackfillShape {
  kRanges,  ///< By end date, in parallel.
  kWhole,   ///< Each half from its first to its last id.
};

/// The plan of a backfill, shared by its walkers: which ranges there are, who reads which, and how
/// far. First everything open, then everything closed: in this order nothing slips through, because
/// a market that closes while the open ones are read is met among the closed ones. A walker without
/// a range takes half of what another one has left, if that is much. Everything is kept in the
/// state map `…_ranges` and, when it is finished, in `…_cursor`; both are written with the pages
/// they speak of. Thread-safe.
class RangeBook {
 public:
  /// Saves the state of a listing that is read from its beginning.
  using SaveAnew = std::function<Status(AppendTransaction)>;

  RangeBook(SourceState& source, BackfillShape shape, SaveAnew save_anew)
      : source_(source), shape_(shape), save_anew_(std::move(save_anew)) {}

  /// What the last run left behind; made anew when there is nothing. A half that the API did not
  /// list then is read again.
  Status Load();
  bool IsDone() const;
  /// A range for a walker that has none; empty when there is nothing to do for it now. When all
  /// are read the backfill is done.
  Result<std::optional<Range>> Take();
  /// True once, for whoever asks first after the end.
  bool TellEnd() { return IsDone() && !told_.exchange(true); }
  /// What must become durable with a page of `range`, after which it stands as it does here.
  AppendTransaction Advance(const Range& range) const;
  /// To be told when it is durable. Returns the range as it is now: its end may have been taken
  /// over by another walker.
  Range Accept(const Range& range, std::size_t records);
  /// A range from its beginning again, by whoever takes it next.
  Status Restart(std::uint32_t number);
  /// The API does not give rows by end date: reads both halves, or what is left of them, whole.
  Status FallBack();
  /// Records read so far, by all runs.
  std::uint64_t records() const;
  /// The number of ranges, finished ones among them.
  std::size_t size() const;
  std::size_t done() const;

 private:
  std::vector<Range> FirstRanges(OpenState half);
  Status Begin();
  Status LoadRanges(const std::string& position);
  /// The halves that were read while the API ignored which one was wanted.
  Result<std::vector<OpenState>> Ignored();
  Status ReadAnew(const std::vector<OpenState>& halves);
  /// The two parts that a range is split into.
  struct Halves {
    Range shortened;
    Range taken_over;
  };
  std::optional<Halves> Split() const;
  Result<std::optional<Range>> Finish();
  FieldChange FieldOf(const Range& range) const;
  bool HalfIsDone(OpenState half) const;

  SourceState& source_;
  const BackfillShape shape_;
  const SaveAnew save_anew_;
  mutable std::mutex mutex_;
  bool done_ = false;
  std::uint64_t records_ = 0;
  std::atomic<bool> told_ = false;
  std::map<std::uint32_t, Range> ranges_;
  std::map<std::uint32_t, bool> taken_;
};

}  // namespace polyhouse
