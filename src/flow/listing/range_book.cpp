#include "flow/listing/range_book.h"

#include <algorithm>

#include "base/number_text.h"
#include "flow/listing/half_trust.h"

namespace polyhouse {
namespace {

using std::chrono::sys_days;
using std::chrono::year;

/// Where the ranges of the start are cut: what is denser is split further while it is read. The
/// first markets are of 2020.
constexpr int kFirstCut = 2022;
constexpr int kLastCut = 2027;
/// What an open end counts as when a range is halved.
constexpr int kEarliest = 2020;
constexpr int kLatest = 2030;
/// A range is not split before its walker has read this much: it may be at its end.
constexpr std::uint32_t kPagesBeforeSplit = 2;
/// Nor when what is left is about this little, or this short.
constexpr double kPagesWorthASplit = 4;
constexpr std::chrono::hours kShortest{1};

Timestamp StartOf(int number) {
  return sys_days(year(number) / 1 / 1);
}

std::string TimeText(const std::optional<Timestamp>& time) {
  return time ? std::to_string(time->time_since_epoch().count()) : "-";
}

bool ReadTime(std::string_view text, std::optional<Timestamp>& time) {
  if (text == "-") return true;
  std::int64_t milliseconds = 0;
  if (!ReadNumber(text, milliseconds)) return false;
  time = Timestamp(std::chrono::milliseconds(milliseconds));
  return true;
}

std::string_view ToString(RangeKind kind) {
  if (kind == RangeKind::kWhole) return "whole";
  return kind == RangeKind::kDated ? "dated" : "undated";
}

}  // namespace

std::string Range::WalkName() const {
  return std::string(polyhouse::ToString(half)) + "/" + std::to_string(number) + "/" +
         std::to_string(begun);
}

/// The cursor comes last, because nobody knows what is in it.
std::string ToText(const Range& range) {
  std::string text = std::to_string(range.number) + " ";
  text.append(ToString(range.half)).append(" ").append(ToString(range.kind)).append(" ");
  text += TimeText(range.from) + " " + TimeText(range.to) + " " + TimeText(range.asked_to) + " " +
          TimeText(range.reached) + " ";
  text += std::to_string(range.begun) + (range.done ? " done " : " active ");
  return text + range.cursor;
}

std::optional<Range> ParseRange(std::string_view text) {
  constexpr std::size_t kWords = 9;
  std::vector<std::string_view> words;
  while (words.size() < kWords) {
    const auto space = text.find(' ');
    if (space == std::string_view::npos) return {};
    words.push_back(text.substr(0, space));
    text.remove_prefix(space + 1);
  }
  Range range;
  if (!ReadNumber(words[0], range.number)) return {};
  range.half = words[1] == "closed" ? OpenState::kClosed : OpenState::kOpen;
  if (words[2] == ToString(RangeKind::kDated)) range.kind = RangeKind::kDated;
  if (words[2] == ToString(RangeKind::kUndated)) range.kind = RangeKind::kUndated;
  if (!ReadTime(words[3], range.from) || !ReadTime(words[4], range.to) ||
      !ReadTime(words[5], range.asked_to) || !ReadTime(words[6], range.reached) ||
      !ReadNumber(words[7], range.begun)) {
    return {};
  }
  range.done = words[8] == "done";
  range.cursor = text;
  return range;
}

Status RangeBook::Load() {
  const std::lock_guard lock(mutex_);
  const auto position = source_.Get(kCursorState);
  if (!position) return position.error();
  const auto ignored = Ignored();
  if (!ignored) return ignored.error();
  done_ = *position == kDonePosition && ignored->empty();
  if (done_) return Ok();
  const auto read = source_.Get(kBackfilledState);
  if (!read) return read.error();
  records_ = IdNumber(*read);
  ranges_.clear();
  taken_.clear();
  if (position->empty()) return Begin();
  if (auto status = LoadRanges(*position); !status) return status;
  return ignored->empty() ? Ok() : ReadAnew(*ignored);
}

Result<std::vector<OpenState>> RangeBook::Ignored() {
  std::vector<OpenState> ignored;
  for (const OpenState half : {OpenState::kOpen, OpenState::kClosed}) {
    const auto since = source_.Get(IgnoredSuffix(half));
    if (!since) return since.error();
    if (!since->empty()) ignored.push_back(half);
  }
  return ignored;
}

Status RangeBook::ReadAnew(const std::vector<OpenState>& halves) {
  AppendTransaction append{.set = {{source_.Key(kCursorState), std::string(kRangesPosition)},
                                   {source_.Key(kProofState), ""}}};
  std::map<std::uint32_t, Range> ranges = ranges_;
  std::uint32_t number = ranges.empty() ? 0 : ranges.rbegin()->first;
  for (const OpenState half : halves) {
    append.set.emplace_back(source_.Key(IgnoredSuffix(half)), "");
    for (const auto& [old, range] : ranges_) {
      if (range.half != half) continue;
      append.fields.push_back({source_.Key(kRangesState), std::to_string(old), {}});
      ranges.erase(old);
    }
    for (Range& range : FirstRanges(half)) {
      range.number = ++number;
      append.fields.push_back(FieldOf(range));
      ranges[number] = std::move(range);
    }
  }
  if (auto status = source_.Append(append); !status) return status;
  ranges_ = std::move(ranges);
  return Ok();
}

Status RangeBook::LoadRanges(const std::string& position) {
  // Before there were ranges a backfill stood at "open CURSOR" or "closed CURSOR".
  if (const auto space = position.find(' '); space != std::string::npos) {
    const bool is_closed = position.starts_with("closed");
    Range open{.number = 1, .half = OpenState::kOpen, .done = is_closed};
    Range closed{.number = 2, .half = OpenState::kClosed};
    (is_closed ? closed : open).cursor = position.substr(space + 1);
    AppendTransaction append{.set = {{source_.Key(kCursorState), std::string(kRangesPosition)}}};
    append.fields = {FieldOf(open), FieldOf(closed)};
    if (auto status = source_.Append(append); !status) return status;
    ranges_ = {{1, open}, {2, closed}};
    return Ok();
  }
  const auto fields = source_.Fields(kRangesState);
  if (!fields) return fields.error();
  for (const auto& [number, text] : *fields) {
    if (const auto range = ParseRange(text)) ranges_[range->number] = *range;
  }
  return ranges_.empty() && position != kDonePosition ? Begin() : Ok();
}

std::vector<Range> RangeBook::FirstRanges(OpenState half) {
  std::vector<Range> ranges;
  if (shape_ == BackfillShape::kWhole) {
    ranges.push_back({.half = half});
    return ranges;
  }
  ranges.push_back({.half = half, .kind = RangeKind::kUndated});
  std::optional<Timestamp> from;
  for (int cut = kFirstCut; cut <= kLastCut; ++cut) {
    ranges.push_back({.half = half, .kind = RangeKind::kDated, .from = from, .to = StartOf(cut)});
    from = StartOf(cut);
  }
  ranges.push_back({.half = half, .kind = RangeKind::kDated, .from = from});
  return ranges;
}

Status RangeBook::Begin() {
  const auto old = source_.Fields(kRangesState);
  if (!old) return old.error();
  AppendTransaction append;
  append.set = {{source_.Key(kCursorState), std::string(kRangesPosition)},
                {source_.Key(kBackfilledState), "0"},
                {source_.Key(IgnoredSuffix(OpenState::kOpen)), ""},
                {source_.Key(IgnoredSuffix(OpenState::kClosed)), ""},
                {source_.Key(kProofState), ""}};
  for (const auto& [number, text] : *old) {
    append.fields.push_back({source_.Key(kRangesState), number, {}});
  }
  std::uint32_t number = 0;
  std::map<std::uint32_t, Range> ranges;
  for (const OpenState half : {OpenState::kOpen, OpenState::kClosed}) {
    for (Range& range : FirstRanges(half)) {
      range.number = ++number;
      append.fields.push_back(FieldOf(range));
      ranges[number] = std::move(range);
    }
  }
  if (auto status = save_anew_(std::move(append)); !status) return status;
  ranges_ = std::move(ranges);
  records_ = 0;
  return Ok();
}

FieldChange RangeBook::FieldOf(const Range& range) const {
  return {source_.Key(kRangesState), std::to_string(range.number), ToText(range)};
}

bool RangeBook::HalfIsDone(OpenState half) const {
  return std::all_of(ranges_.begin(), ranges_.end(), [half](const auto& range) {
    return range.second.half != half || range.second.done;
  });
}

bool RangeBook::IsDone() const {
  const std::lock_guard lock(mutex_);
  return done_;
}

Result<std::optional<Range>> RangeBook::Take() {
  const std::lock_guard lock(mutex_);
  if (done_) return std::optional<Range>();
  const OpenState half = HalfIsDone(OpenState::kOpen) ? OpenState::kClosed : OpenState::kOpen;
  if (HalfIsDone(half)) return Finish();
  for (auto& [number, range] : ranges_) {
    if (range.half != half || range.done || taken_[number]) continue;
    taken_[number] = true;
    return std::optional(range);
  }
  const auto split = Split();
  if (!split) return std::optional<Range>();
  // Nothing changes here before it is durable.
  auto status = source_.Append({.fields = {FieldOf(split->shortened), FieldOf(split->taken_over)}});
  if (!status) return std::move(status).error();
  const std::uint32_t number = split->taken_over.number;
  ranges_[split->shortened.number] = split->shortened;
  ranges_[number] = split->taken_over;
  taken_[number] = true;
  return std::optional(split->taken_over);
}

/// Not with the last page: which one that is, several walkers that end at once do not know.
Result<std::optional<Range>> RangeBook::Finish() {
  // What a lost stream held has been read again with everything else.
  AppendTransaction append{.set = {{source_.Key(kCursorState), std::string(kDonePosition)},
                                   {source_.Key(kLostState), ""}}};
  // A page of a range that was given up may have been stored after it, with its field.
  const auto fields = source_.Fields(kRangesState);
  if (!fields) return fields.error();
  for (const auto& [number, text] : *fields) {
    const auto range = ParseRange(text);
    if (range && ranges_.contains(range->number)) continue;
    append.fields.push_back({source_.Key(kRangesState), number, {}});
  }
  if (auto status = source_.Append(append); !status) return std::move(status).error();
  done_ = true;
  return std::optional<Range>();
}

/// Takes the later half of what is left of the range that has most left, by the pages it took so
/// far.
std::optional<RangeBook::Halves> RangeBook::Split() const {
  const Range* victim = nullptr;
  double most = kPagesWorthASplit;
  Timestamp middle{};
  for (const auto& [number, range] : ranges_) {
    const auto taken = taken_.find(number);
    if (taken == taken_.end() || !taken->second || range.done || range.kind != RangeKind::kDated ||
        !range.reached || range.pages < kPagesBeforeSplit) {
      continue;
    }
    const Timestamp from = range.from.value_or(StartOf(kEarliest));
    const Timestamp to = range.to.value_or(std::max(StartOf(kLatest), *range.reached));
    const auto read = std::max(*range.reached - from, std::chrono::milliseconds(1));
    const auto left = to - *range.reached;
    const double pages = static_cast<double>(range.pages) * static_cast<double>(left.count()) /
                         static_cast<double>(read.count());
    if (left < 2 * kShortest || pages < most) continue;
    most = pages;
    victim = &range;
    middle = std::chrono::floor<std::chrono::seconds>(*range.reached + left / 2);
  }
  if (victim == nullptr) return {};
  Halves halves{*victim,
                {.number = ranges_.rbegin()->first + 1,
                 .half = victim->half,
                 .kind = RangeKind::kDated,
                 .from = middle,
                 .to = victim->to}};
  halves.shortened.to = middle;
  halves.shortened.pages = 0;
  return halves;
}

AppendTransaction RangeBook::Advance(const Range& range) const {
  const std::lock_guard lock(mutex_);
  AppendTransaction append;
  Range next = range;
  const auto found = ranges_.find(range.number);
  if (found == ranges_.end()) return append;  // Given up meanwhile.
  next.to = found->second.to;
  append.fields.push_back(FieldOf(next));
  return append;
}

Range RangeBook::Accept(const Range& range, std::size_t records) {
  const std::lock_guard lock(mutex_);
  records_ += records;
  const auto found = ranges_.find(range.number);
  if (found == ranges_.end()) {
    Range gone = range;
    gone.done = true;
    return gone;
  }
  const auto to = found->second.to;
  found->second = range;
  found->second.to = to;
  if (range.done) taken_[range.number] = false;
  return found->second;
}

Status RangeBook::Restart(std::uint32_t number) {
  const std::lock_guard lock(mutex_);
  const auto found = ranges_.find(number);
  if (found == ranges_.end()) return Ok();
  Range range = found->second;
  range.cursor.clear();
  range.reached.reset();
  range.begun = 0;
  range.pages = 0;
  if (auto status = source_.Append({.fields = {FieldOf(range)}}); !status) return status;
  found->second = range;
  taken_[number] = false;
  return Ok();
}

Status RangeBook::FallBack() {
  const std::lock_guard lock(mutex_);
  AppendTransaction append;
  std::map<std::uint32_t, Range> ranges = ranges_;
  std::uint32_t number = ranges_.empty() ? 0 : ranges_.rbegin()->first;
  for (const OpenState half : {OpenState::kOpen, OpenState::kClosed}) {
    if (HalfIsDone(half)) continue;
    for (const auto& [old, range] : ranges_) {
      if (range.half != half) continue;
      if (range.kind == RangeKind::kWhole) return Ok();  // Somebody else was faster.
      append.fields.push_back({source_.Key(kRangesState), std::to_string(old), {}});
      ranges.erase(old);
    }
    Range range{.number = ++number, .half = half};
    append.fields.push_back(FieldOf(range));
    ranges[number] = range;
  }
  if (auto status = source_.Append(append); !status) return status;
  ranges_ = std::move(ranges);
  taken_.clear();
  return Ok();
}

std::uint64_t RangeBook::records() const {
  const std::lock_guard lock(mutex_);
  return records_;
}

std::size_t RangeBook::size() const {
  const std::lock_guard lock(mutex_);
  return ranges_.size();
}

std::size_t RangeBook::done() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(
      ranges_.begin(), ranges_.end(), [](const auto& range) { return range.second.done; }));
}

}  // namespace polyhouse
