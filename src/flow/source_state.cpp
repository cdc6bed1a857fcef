#include "flow/source_state.h"

#include <algorithm>
#include <charconv>

#include "base/number_text.h"
#include "codec/entry_codec.h"
#include "codec/timestamp.h"

namespace polyhouse {

Timestamp TimeOfVersion(std::uint64_t version) {
  return Timestamp(std::chrono::milliseconds(version));
}

NewEntry LedgerEntry(const LedgerRow& row) {
  return {EncodeEntry(row), FormatTime(row.fetched_at.value_or(Timestamp{}))};
}

Status SourceState::Load() {
  const std::lock_guard lock(mutex_);
  const auto saved = Read(kVersionState);
  if (!saved) return saved.error();
  std::from_chars(saved->data(), saved->data() + saved->size(), last_version_);
  auto generation = Read(kGenerationState);
  if (!generation) return std::move(generation).error();
  generation_ = std::move(*generation);
  return LoadPut();
}

std::uint64_t SourceState::PeekVersionLocked() {
  const auto wall = static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count());
  return std::max(wall, last_version_ + 1);
}

std::uint64_t SourceState::PeekVersion() {
  const std::lock_guard lock(mutex_);
  return PeekVersionLocked();
}

std::uint64_t SourceState::NextVersion() {
  const std::lock_guard lock(mutex_);
  return last_version_ = PeekVersionLocked();
}

std::pair<std::string, std::string> SourceState::VersionState() {
  const std::lock_guard lock(mutex_);
  return {Key(kVersionState), std::to_string(last_version_)};
}

Result<std::string> SourceState::Get(std::string_view suffix) {
  const std::lock_guard lock(mutex_);
  return Read(suffix);
}

Result<std::string> SourceState::Read(std::string_view suffix) {
  auto value = streams_.State(Key(suffix));
  if (!value) return std::move(value).error();
  return value->value_or("");
}

Result<StateFields> SourceState::Fields(std::string_view suffix) {
  const std::lock_guard lock(mutex_);
  return streams_.Fields(Key(suffix));
}

Status SourceState::Append(AppendTransaction append, const StoredNote* note) {
  const std::lock_guard lock(mutex_);
  if (auto status = NoteAll(append, note); !status) return status;
  return AppendLocked(std::move(append));
}

/// In the order in which it is stored, as a replay needs it.
Status SourceState::NoteAll(const AppendTransaction& append, const StoredNote* page) {
  if (archive_ == nullptr) return Ok();
  for (const StreamEntries& other : append.others) {
    if (other.stream.value() != LedgerRow::kStream) continue;
    for (const NewEntry& entry : other.entries) {
      if (page != nullptr && entry.data == page->ledger) continue;
      auto status = archive_->Note({.ledger = entry.data, .timestamp = entry.timestamp});
      if (!status) return status;
    }
  }
  return page == nullptr ? Ok() : archive_->Note(*page);
}

Status SourceState::AppendLocked(AppendTransaction append) {
  append.stream = StreamName(std::string(names_.stream));
  append.expected = {Key(kGenerationState), generation_};
  std::map<std::string, std::uint64_t, std::less<>> put;
  put[std::string(names_.stream)] = append.entries.size();
  for (const StreamEntries& other : append.others) {
    put[other.stream.value()] += other.entries.size();
  }
  for (const auto& [stream, entries] : put) {
    if (entries > 0) append.add.emplace_back(PutKey(stream), static_cast<std::int64_t>(entries));
  }
  auto status = streams_.Append(append);
  if (status) {
    for (const auto& [stream, entries] : put) put_[stream] += entries;
  } else if (status.error().kind == ErrorKind::kStopping) {
    const auto generation = Read(kGenerationState);
    if (generation && *generation != generation_) set_back_.request_stop();
  }
  return status;
}

/// Where the number of entries stands that were put into a stream.
std::string SourceState::PutKey(std::string_view stream) const {
  return Key(stream == LedgerRow::kStream ? kPutLedgerState : kPutState);
}

Status SourceState::LoadPut() {
  for (const std::string_view stream : {names_.stream, LedgerRow::kStream}) {
    const auto number = streams_.State(PutKey(stream));
    if (!number) return number.error();
    std::uint64_t put = 0;
    if (*number && !ReadNumber(**number, put)) put = 0;
    put_[std::string(stream)] = put;
  }
  lost_streams_.clear();
  return Ok();
}

Status SourceState::SetBack(AppendTransaction with) {
  const std::lock_guard lock(mutex_);
  return SetBackLocked(std::move(with));
}

Status SourceState::SetBackLocked(AppendTransaction with) {
  last_version_ = PeekVersionLocked();
  const std::string next = std::to_string(last_version_);
  with.set.emplace_back(Key(kGenerationState), next);
  if (auto status = AppendLocked(std::move(with)); !status) return status;
  generation_ = next;
  set_back_.request_stop();
  return Ok();
}

Status SourceState::ReadAgain(const std::string& why) {
  const std::lock_guard lock(mutex_);
  AppendTransaction with{.set = {{Key(kLostState), why}}};
  for (const std::string_view position : names_.positions) with.set.emplace_back(Key(position), "");
  for (const std::string_view stream : {names_.stream, LedgerRow::kStream}) {
    const auto load = streams_.Load(StreamName(std::string(stream)));
    if (!load) return load.error();
    with.set.emplace_back(PutKey(stream), std::to_string(load->added));
  }
  return SetBackLocked(std::move(with));
}

Result<StreamLoad> SourceState::StoreLoad() {
  const std::lock_guard lock(mutex_);
  auto load = streams_.Load(StreamName(std::string(names_.stream)));
  if (!load) return load;
  NoteLoss(*load, names_.stream);
  const auto ledger = streams_.Load(StreamName(std::string(LedgerRow::kStream)));
  if (!ledger) return ledger;
  NoteLoss(*ledger, LedgerRow::kStream);
  load->backlog = std::max(load->backlog, ledger->backlog);
  return load;
}

void SourceState::NoteLoss(const StreamLoad& load, std::string_view stream) {
  const std::string name(stream);
  const bool is_noted =
      std::find(lost_streams_.begin(), lost_streams_.end(), name) != lost_streams_.end();
  if (load.added < put_[name] && !is_noted) lost_streams_.push_back(name);
}

std::vector<std::string> SourceState::LostStreams() {
  const std::lock_guard lock(mutex_);
  return lost_streams_;
}

}  // namespace polyhouse
