#include "flow/page_store.h"

#include <algorithm>
#include <charconv>

#include "codec/timestamp.h"

namespace polyhouse {

Status PageStore::Load() {
  const auto saved = State("_version");
  if (!saved) return saved.error();
  std::from_chars(saved->data(), saved->data() + saved->size(), last_version_);
  const auto bad = State("_bad");
  if (!bad) return bad.error();
  known_bad_ = KnownBad(*bad);
  return KeepForeignOffset(*saved);
}

/// Under the request's name stands the offset of an older pipeline, counted otherwise, when there
/// is one and no version of ours: it is read this once and kept aside.
Status PageStore::KeepForeignOffset(const std::string& version) {
  const auto offset = State("_offset");
  if (!offset) return offset.error();
  if (offset->empty() || !version.empty()) return Ok();
  return Save({{Key("_offset_before"), *offset}, {Key("_offset"), "0"}, {Key("_version"), "0"}});
}

std::uint64_t PageStore::NextVersion() {
  const auto now = static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count());
  last_version_ = std::max(now, last_version_ + 1);
  return last_version_;
}

Status PageStore::Store(const ListingPage& page, std::uint64_t version, StateChanges state) {
  const Timestamp fetched{std::chrono::milliseconds(version)};
  const std::string timestamp = FormatTime(fetched);
  AppendTransaction append{.stream = StreamName(std::string(names_.stream)),
                           .set = std::move(state)};
  for (const ListedRow& row : page.rows) append.entries.push_back({row.data, timestamp});
  KnownBad known_bad = known_bad_;
  for (const BadRecord& bad : page.bad) {
    if (!known_bad.Insert(bad.raw)) continue;
    append.dead_letters.push_back({.form = DeadLetterForm::kApiRecord,
                                   .data = bad.raw,
                                   .kind = std::string(ToString(bad.error.kind)),
                                   .reason = bad.error.message,
                                   .first_seen = fetched});
  }
  if (!append.dead_letters.empty()) append.set.emplace_back(Key("_bad"), known_bad.Text());
  append.set.emplace_back(Key("_version"), std::to_string(version));
  append.add.emplace_back(Key("_offset"), static_cast<std::int64_t>(page.records()));
  auto status = streams_.Append(append);
  if (status && !append.dead_letters.empty()) known_bad_ = std::move(known_bad);
  return status;
}

Status PageStore::Save(StateChanges state) {
  return streams_.Append(
      {.stream = StreamName(std::string(names_.stream)), .set = std::move(state)});
}

Result<std::string> PageStore::State(std::string_view suffix) {
  auto value = streams_.State(Key(suffix));
  if (!value) return std::move(value).error();
  return value->value_or("");
}

}  // namespace polyhouse
