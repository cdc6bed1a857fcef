#include "flow/listing/row_index.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/number_text.h"
#include "base/split.h"

namespace polyhouse {
namespace {

/// How many settled records are remembered: more than the lanes meet again and again.
constexpr std::size_t kSettledKept = 20'000;
/// A record is looked up about this often in each doubling of its age.
constexpr int kAsksPerAge = 8;
constexpr std::chrono::hours kLongestWait{6};
/// By how much the API's clock may be ahead of ours, which may have been set.
constexpr std::chrono::hours kClocksDiffer{24};

/// In the order in which they are looked up.
constexpr std::array kPhases = {
    RowPhase::kMissing, RowPhase::kClosed, RowPhase::kOpen, RowPhase::kSettled};

std::int64_t Milliseconds(Timestamp time) {
  return time.time_since_epoch().count();
}

std::optional<RowPhase> ParsePhase(std::string_view text) {
  for (const RowPhase phase : kPhases) {
    if (text == ToString(phase)) return phase;
  }
  return {};
}

}  // namespace

std::string_view ToString(RowPhase phase) {
  switch (phase) {
    case RowPhase::kOpen:
      return "open";
    case RowPhase::kMissing:
      return "missing";
    case RowPhase::kClosed:
      return "closed";
    case RowPhase::kSettled:
      return "settled";
  }
  return "";
}

std::uint64_t OddHash(const ListedRow& row) {
  if (row.unreadable.empty()) return 0;
  return XXH3_64bits(row.unreadable.data(), row.unreadable.size());
}

std::string ToText(const KnownRow& row) {
  std::array<char, 128> text{};
  (void)std::snprintf(text.data(),
                      text.size(),
                      "%016llx %llu %s %lld %lld",
                      static_cast<unsigned long long>(row.hash),
                      static_cast<unsigned long long>(row.version),
                      std::string(ToString(row.phase)).c_str(),
                      static_cast<long long>(Milliseconds(row.over)),
                      static_cast<long long>(Milliseconds(row.since)));
  return text.data() + (row.odd == 0 ? std::string() : " " + HexText(row.odd));
}

std::optional<KnownRow> ParseKnownRow(std::string_view text) {
  const auto words = Split(text, ' ');
  if (words.size() != 5 && words.size() != 6) return {};
  KnownRow row;
  std::int64_t over = 0;
  std::int64_t since = 0;
  const auto phase = ParsePhase(words[2]);
  if (!ReadNumber(words[0], row.hash, 16) || !ReadNumber(words[1], row.version) || !phase ||
      !ReadNumber(words[3], over) || !ReadNumber(words[4], since) ||
      (words.size() == 6 && !ReadNumber(words[5], row.odd, 16))) {
    return {};
  }
  row.phase = *phase;
  row.over = Timestamp(std::chrono::milliseconds(over));
  row.since = Timestamp(std::chrono::milliseconds(since));
  return row;
}

void RowIndex::Load(const StateFields& fields, SteadyTime steady, Timestamp now) {
  for (const auto& [id, text] : fields) {
    auto row = ParseKnownRow(text);
    if (!row) continue;
    if (row->phase == RowPhase::kSettled) row->next_ask = steady + WaitUntilLook(row->over, now);
    Set(id, *row);
  }
}

RowIndex::Verdict RowIndex::Judge(const ListedRow& row, const Fetch& fetch) const {
  Verdict verdict;
  const KnownRow* known = Find(row.id);
  const auto settled = settled_.find(row.id);
  const bool is_settled = known == nullptr && settled != settled_.end();
  verdict.was_known = known != nullptr;
  std::uint64_t known_hash = 0;
  std::uint64_t known_version = 0;
  SteadyTime known_until{};
  if (known != nullptr) {
    known_hash = known->hash;
    known_version = known->version;
    known_until = known->until;
  } else if (is_settled) {
    known_hash = settled->second.hash;
    known_version = settled->second.version;
    known_until = settled->second.until;
  }
  const bool is_same = (verdict.was_known || is_settled) && known_hash == row.hash;
  verdict.store = !is_same;
  const std::uint64_t odd = OddHash(row);
  verdict.is_odd_anew = odd != 0 && (known == nullptr || known->odd != odd);
  // Two answers that were under way at once and differ: nobody knows which of them is newer. Both
  // are stored, and the record is looked up again; only what is asked for later ends the doubt.
  const bool was_missing = known != nullptr && known->phase == RowPhase::kMissing;
  const bool is_doubtful =
      (!is_same && known_until >= fetch.asked) || (was_missing && known_until >= fetch.asked);
  const auto watched_from = WatchedFrom(row, known, fetch);
  if (row.settled && !is_doubtful && !watched_from) return verdict;

  KnownRow next{.hash = row.hash, .version = fetch.version, .odd = odd};
  if (is_doubtful) {
    next.phase = RowPhase::kMissing;
  } else if (row.settled) {
    next.phase = RowPhase::kSettled;
  } else {
    next.phase = row.closed ? RowPhase::kClosed : RowPhase::kOpen;
  }
  if (fetch.version < known_version) {
    next.hash = known_hash;  // What the tables show.
    next.version = known_version;
  } else if (is_same) {
    next.version = known_version;
  }
  if (row.closed) {
    next.over = row.closed_at.value_or(row.end.value_or(Timestamp{}));
  } else {
    next.over = row.end.value_or(Timestamp{});
  }
  const bool same_phase = known != nullptr && known->phase == next.phase;
  next.since = same_phase ? known->since : fetch.stamp;
  if (same_phase && is_same && !is_doubtful) next.next_ask = known->next_ask;
  if (next.phase == RowPhase::kSettled) {
    next.over = *watched_from;
    next.next_ask = fetch.answered + WaitUntilLook(next.over, fetch.now);
  }
  next.until = fetch.answered;
  verdict.known = next;
  return verdict;
}

std::optional<Timestamp> RowIndex::WatchedFrom(const ListedRow& row,
                                               const KnownRow* known,
                                               const Fetch& fetch) const {
  if (!row.settled || look_again_.empty()) return {};
  Timestamp from = fetch.stamp;
  if (known != nullptr && known->phase == RowPhase::kSettled) {
    from = known->over;
  } else if (row.closed_at && *row.closed_at < fetch.stamp) {
    from = *row.closed_at;
  } else if (known == nullptr && !row.closed_at) {
    return {};
  }
  // A clock that was set back must not make a record be watched for longer.
  from = std::min(from, fetch.stamp);
  if (fetch.now - from >= look_again_.back()) return {};
  return from;
}

std::chrono::milliseconds RowIndex::WaitUntilLook(Timestamp from, Timestamp now) const {
  for (const auto after : look_again_) {
    if (std::min(from, now) + after > now) return std::min(from, now) + after - now;
  }
  return std::chrono::milliseconds(0);
}

void RowIndex::Accept(const ListedRow& row, const Verdict& verdict, const Fetch& fetch) {
  if (row.touched && *row.touched <= fetch.stamp + kClocksDiffer)
    api_now_ = std::max(api_now_, *row.touched);
  if (verdict.known) {
    Set(row.id, *verdict.known);
    settled_.erase(row.id);
    return;
  }
  Forget(row.id);
  RememberSettled(row.id, {row.hash, fetch.version, fetch.answered});
}

void RowIndex::RememberSettled(const std::string& id, const SettledRow& row) {
  if (settled_.insert_or_assign(id, row).second) settled_order_.push_back(id);
  while (settled_order_.size() > kSettledKept) {
    settled_.erase(settled_order_.front());
    settled_order_.pop_front();
  }
}

std::vector<std::string> RowIndex::NotIn(const IdSet& seen, const WalkBegin& begun) const {
  std::vector<std::string> ids;
  for (const auto& [id, row] : rows_) {
    if (row.phase == RowPhase::kOpen && row.version < begun.version && row.until < begun.at &&
        !seen.Contains(id)) {
      ids.push_back(id);
    }
  }
  return ids;
}

const KnownRow* RowIndex::Find(const std::string& id) const {
  const auto found = rows_.find(id);
  return found == rows_.end() ? nullptr : &found->second;
}

/// Went missing, and was not looked up since.
bool RowIndex::IsUrgent(const KnownRow& row) {
  return row.phase == RowPhase::kMissing && row.next_ask == SteadyTime{};
}

void RowIndex::Set(const std::string& id, const KnownRow& row) {
  auto& known = rows_[id];
  urgent_ -= IsUrgent(known) ? 1U : 0U;
  known = row;
  urgent_ += IsUrgent(known) ? 1U : 0U;
}

void RowIndex::Forget(const std::string& id) {
  const auto found = rows_.find(id);
  if (found == rows_.end()) return;
  urgent_ -= IsUrgent(found->second) ? 1U : 0U;
  rows_.erase(found);
}

std::vector<std::string> RowIndex::Due(SteadyTime now, std::size_t most) const {
  std::vector<std::string> ids;
  for (const RowPhase phase : kPhases) {
    for (const auto& [id, row] : rows_) {
      if (ids.size() == most) return ids;
      if (row.phase != phase || row.next_ask > now) continue;
      if (phase == RowPhase::kOpen && (row.over == Timestamp{} || row.over > api_now_)) continue;
      ids.push_back(id);
    }
  }
  return ids;
}

std::chrono::milliseconds RowIndex::WaitUntilAsk(const KnownRow& row,
                                                 Timestamp now,
                                                 const SettleTimes& times) const {
  if (row.phase == RowPhase::kSettled) {
    // One that was not found at its last look is looked for once more, by its id.
    const auto wait = WaitUntilLook(row.over, now);
    return wait.count() > 0 ? wait : times.interval;
  }
  // Its age by the API's own time, which in a simulated or replayed world is not ours.
  const Timestamp reference = row.over == Timestamp{} ? row.since : row.over;
  const Timestamp clock = row.over == Timestamp{} ? now : api_now_;
  return std::clamp<std::chrono::milliseconds>(
      (clock - reference) / kAsksPerAge,
      times.interval,
      std::max<std::chrono::milliseconds>(times.interval, kLongestWait));
}

bool RowIndex::HasWaitedTooLong(const KnownRow& row,
                                Timestamp now,
                                std::chrono::milliseconds give_up) const {
  const bool knows_api_time = api_now_ != Timestamp{};
  return (knows_api_time ? std::min(now, api_now_ + kClocksDiffer) : now) - row.since > give_up;
}

std::size_t RowIndex::CountOf(RowPhase phase) const {
  return static_cast<std::size_t>(std::count_if(
      rows_.begin(), rows_.end(), [phase](const auto& row) { return row.second.phase == phase; }));
}

}  // namespace polyhouse
