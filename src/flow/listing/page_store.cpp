#include "flow/listing/page_store.h"

#include <xxhash.h>

#include <algorithm>
#include <unordered_map>

#include "base/number_text.h"
#include "codec/timestamp.h"
#include "flow/event_cache.h"

namespace polyhouse {
namespace {

/// Lookups in a row that must find nothing before a record counts as gone.
constexpr std::uint8_t kAbsentIsGone = 2;

std::string HashOf(const ListingPage& page) {
  std::string hashes;
  for (const ListedRow& row : page.rows) hashes += std::to_string(row.hash) + " ";
  for (const BadRecord& bad : page.bad) hashes += bad.raw;
  return HexText(XXH3_64bits(hashes.data(), hashes.size()));
}

}  // namespace

Status PageStore::Load() {
  const std::lock_guard lock(mutex_);
  if (auto status = source_.Load(); !status) return status;
  const auto bad = source_.Get(kBadState);
  if (!bad) return bad.error();
  known_bad_ = KnownBad(*bad);
  if (auto status = KeepForeignOffset(); !status) return status;
  const auto fields = source_.Fields(kRowsState);
  if (!fields) return fields.error();
  rows_.Clear();
  rows_.Load(*fields, clock_.Steady(), ages_.Now());
  urgent_ = rows_.HasUrgent();
  return Ok();
}

/// Under the request's name stands the offset of an older pipeline, counted otherwise, when there
/// is one and no version of ours: it is read this once and kept aside.
Status PageStore::KeepForeignOffset() {
  const auto version = source_.Get(kVersionState);
  if (!version) return version.error();
  const auto offset = source_.Get(kOffsetState);
  if (!offset) return offset.error();
  if (offset->empty() || !version->empty()) return Ok();
  return source_.Append({.set = {{source_.Key(kOffsetBeforeState), *offset},
                                 {source_.Key(kOffsetState), "0"},
                                 {source_.Key(kVersionState), "0"}}});
}

Status PageStore::SaveAnew(AppendTransaction with) {
  const std::lock_guard lock(mutex_);
  const auto fields = source_.Fields(kRowsState);
  if (!fields) return fields.error();
  for (const auto& [id, text] : *fields) with.fields.push_back(FieldOf(id, {}));
  if (auto status = source_.Append(std::move(with)); !status) return status;
  rows_.Clear();
  urgent_ = false;
  return Ok();
}

WalkBegin PageStore::BeginWalk() {
  return {.version = source_.PeekVersion(), .at = clock_.Steady()};
}

/// A page on its way into the stream.
struct PageStore::Draft {
  AppendTransaction append;
  StoredNote note;
  std::vector<RowIndex::Verdict> verdicts;
  KnownBad known_bad;
  StoredPage stored;
  Timestamp fetched;
  std::string timestamp;
};

void PageStore::AddRows(const ListingPage& page,
                        const PageOrigin& origin,
                        const RowIndex::Fetch& fetch,
                        Draft& draft) {
  draft.verdicts.reserve(page.rows.size());
  std::unordered_map<std::string_view, std::uint64_t> on_page;
  for (const ListedRow& row : page.rows) {
    auto& verdict = draft.verdicts.emplace_back(rows_.Judge(row, fetch));
    // The API has had pages with one record twice.
    const auto [before, is_first] = on_page.emplace(row.id, row.hash);
    if (!is_first && before->second == row.hash) {
      verdict.store = verdict.is_odd_anew = false;
      continue;
    }
    if (verdict.store || origin.anew) {
      draft.append.entries.push_back({row.data, draft.timestamp});
      draft.note.ids.push_back(row.id);
      CacheRow(row, draft.append);
    }
    const KnownRow* known = verdict.was_known ? rows_.Find(row.id) : nullptr;
    const bool is_other = known != nullptr && verdict.known
                              ? ToText(*known) != ToText(*verdict.known)
                              : verdict.was_known || verdict.known;
    if (is_other) draft.append.fields.push_back(FieldOf(row.id, verdict.known));
  }
  draft.stored.changed = draft.append.entries.size();
}

/// That a record is not cached any more is remembered for as long as an older page may be on its
/// way.
void PageStore::CacheRow(const ListedRow& row, AppendTransaction& append) const {
  if (!row.cached || cache_ttl_.count() == 0) return;
  append.cached.push_back(*row.cached);
  append.cached.back().ttl =
      row.cached->fields.empty() ? std::min(cache_ttl_, kForgottenTtl) : cache_ttl_;
}

LedgerRow PageStore::LedgerRowOf(const ListingPage& page,
                                 const PageOrigin& origin,
                                 std::size_t changed) {
  LedgerRow ledger{.source = std::string(names().source),
                   .lane = std::string(origin.lane),
                   .walk = origin.walk,
                   .from = origin.from,
                   .to = page.next_cursor,
                   .rows = page.records(),
                   .changed = changed,
                   .bad = page.bad.size(),
                   .content_hash = HashOf(page),
                   .status = std::string(origin.ends ? kLedgerEnd : kLedgerPage),
                   .fetched_at = TimeOfVersion(origin.version),
                   .version = origin.version};
  ledger.took_ms = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(origin.took).count());
  if (!page.rows.empty()) {
    ledger.first_id = page.rows.front().id;
    ledger.last_id = page.rows.back().id;
  }
  return ledger;
}

Result<StoredPage> PageStore::Store(const ListingPage& page,
                                    const PageOrigin& origin,
                                    AppendTransaction with) {
  const std::lock_guard lock(mutex_);
  const RowIndex::Fetch fetch{.version = origin.version,
                              .asked = origin.asked,
                              .answered = clock_.Steady(),
                              .stamp = clock_.Now(),
                              .now = ages_.Now()};
  Draft draft{.append = std::move(with),
              .note = {.version = origin.version},
              .known_bad = known_bad_,
              .fetched = TimeOfVersion(origin.version),
              .timestamp = FormatTime(TimeOfVersion(origin.version))};
  draft.note.timestamp = draft.timestamp;
  AddRows(page, origin, fetch, draft);
  draft.stored.letters = AddPageLetters(
      page,
      {names(), draft.fetched},
      draft.known_bad,
      [&](std::size_t i) { return draft.verdicts[i].is_odd_anew; },
      draft.append);
  const LedgerRow ledger = LedgerRowOf(page, origin, draft.stored.changed);
  draft.append.others.push_back(
      {StreamName(std::string(LedgerRow::kStream)), {LedgerEntry(ledger)}});
  draft.note.ledger = draft.append.others.back().entries.front().data;
  // Versions are given out in one order and become durable in another.
  draft.append.set.push_back(source_.VersionState());
  draft.append.add.emplace_back(source_.Key(kOffsetState),
                                static_cast<std::int64_t>(page.records()));
  auto status = source_.Append(std::move(draft.append), &draft.note);
  if (!status) return std::move(status).error();
  known_bad_ = std::move(draft.known_bad);
  for (std::size_t i = 0; i < page.rows.size(); ++i) {
    rows_.Accept(page.rows[i], draft.verdicts[i], fetch);
  }
  urgent_ = rows_.HasUrgent();
  return std::move(draft.stored);
}

FieldChange PageStore::FieldOf(const std::string& id, const std::optional<KnownRow>& row) const {
  return {source_.Key(kRowsState), id, row ? std::optional(ToText(*row)) : std::nullopt};
}

/// What the ledger says of one record instead of a page.
LedgerRow PageStore::MarkOf(const std::string& id, std::string_view status) {
  LedgerRow row{.source = std::string(names().source),
                .lane = "settle",
                .walk = "id/" + id,
                .first_id = id,
                .last_id = id,
                .status = std::string(status),
                .version = source_.NextVersion()};
  row.fetched_at = TimeOfVersion(row.version);
  return row;
}

Result<std::size_t> PageStore::MarkMissing(const IdSet& seen, const WalkBegin& begun) {
  const std::lock_guard lock(mutex_);
  const auto ids = rows_.NotIn(seen, begun);
  if (ids.empty()) return ids.size();
  AppendTransaction append;
  std::vector<KnownRow> rows;
  for (const std::string& id : ids) {
    KnownRow row = *rows_.Find(id);
    row.phase = RowPhase::kMissing;
    row.since = clock_.Now();
    row.until = clock_.Steady();
    row.next_ask = SteadyTime{};
    append.fields.push_back(FieldOf(id, row));
    rows.push_back(row);
  }
  if (auto status = source_.Append(append); !status) return std::move(status).error();
  for (std::size_t i = 0; i < ids.size(); ++i) rows_.Set(ids[i], rows[i]);
  urgent_ = rows_.HasUrgent();
  return ids.size();
}

std::vector<std::string> PageStore::Due(std::size_t most) {
  const std::lock_guard lock(mutex_);
  return rows_.Due(clock_.Steady(), most);
}

bool PageStore::IsSought(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const KnownRow* row = rows_.Find(id);
  return row != nullptr && (row->phase == RowPhase::kMissing || row->phase == RowPhase::kSettled);
}

Result<std::size_t> PageStore::NoteAsked(const std::vector<std::string>& ids,
                                         const SettleTimes& times) {
  const std::lock_guard lock(mutex_);
  const Timestamp now = ages_.Now();
  AppendTransaction append;
  std::vector<std::string> given_up;
  StreamEntries ledger{StreamName(std::string(LedgerRow::kStream)), {}};
  for (const std::string& id : ids) {
    const KnownRow* known = rows_.Find(id);
    if (known == nullptr) continue;
    const bool waits = known->phase == RowPhase::kMissing || known->phase == RowPhase::kClosed;
    if (waits && times.give_up.count() > 0 && rows_.HasWaitedTooLong(*known, now, times.give_up)) {
      given_up.push_back(id);
      append.fields.push_back(FieldOf(id, {}));
      ledger.entries.push_back(LedgerEntry(MarkOf(id, kLedgerGaveUp)));
      continue;
    }
    KnownRow row = *known;
    row.next_ask = clock_.Steady() + rows_.WaitUntilAsk(row, now, times);
    rows_.Set(id, row);
  }
  if (!given_up.empty()) {
    append.others.push_back(std::move(ledger));
    append.add.emplace_back(source_.Key(kGaveUpState), static_cast<std::int64_t>(given_up.size()));
    if (auto status = source_.Append(append); !status) return std::move(status).error();
    for (const std::string& id : given_up) rows_.Forget(id);
  }
  urgent_ = rows_.HasUrgent();
  return given_up.size();
}

Result<bool> PageStore::NoteAbsent(const std::string& id, const SettleTimes& times) {
  const std::lock_guard lock(mutex_);
  const KnownRow* known = rows_.Find(id);
  if (known == nullptr) return false;
  if (known->absent + 1 < kAbsentIsGone) {
    KnownRow row = *known;
    ++row.absent;
    row.next_ask = clock_.Steady() + times.interval;
    rows_.Set(id, row);
    urgent_ = rows_.HasUrgent();
    return false;
  }
  if (auto status = MarkGone(id); !status) return std::move(status).error();
  return true;
}

Status PageStore::NoteGone(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return MarkGone(id);
}

Status PageStore::MarkGone(const std::string& id) {
  AppendTransaction append;
  append.fields.push_back(FieldOf(id, {}));
  append.others.push_back(
      {StreamName(std::string(LedgerRow::kStream)), {LedgerEntry(MarkOf(id, kLedgerGone))}});
  append.add.emplace_back(source_.Key(kGoneState), 1);
  if (auto status = source_.Append(append); !status) return status;
  rows_.Forget(id);
  urgent_ = rows_.HasUrgent();
  return Ok();
}

std::size_t PageStore::CountOf(RowPhase phase) {
  const std::lock_guard lock(mutex_);
  return rows_.CountOf(phase);
}

}  // namespace polyhouse
