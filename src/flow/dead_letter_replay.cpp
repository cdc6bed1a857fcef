#include "flow/dead_letter_replay.h"

#include "codec/timestamp.h"

namespace polyhouse {
namespace {

/// The version is the time when the record was fetched, not now: newer rows of the same market must
/// win.
Result<NewEntry> ToEntry(const StoredDeadLetter& stored, Listing* listing) {
  const DeadLetter& letter = stored.letter;
  if (letter.form == DeadLetterForm::kEntry) return NewEntry{letter.data, letter.timestamp};
  if (listing == nullptr)
    return MalformedError("nobody here reads the stream " + stored.stream.value());
  const auto version = static_cast<std::uint64_t>(letter.first_seen.time_since_epoch().count());
  auto row = listing->ReadRecord(letter.data, version);
  if (!row) return std::move(row).error();
  return NewEntry{std::move(row->data), FormatTime(letter.first_seen)};
}

}  // namespace

Result<ReplayCounts> ReplayDeadLetters(
    StreamAdmin& admin,
    const DeadLetterFilter& filter,
    const std::function<Listing*(const StreamName&)>& listing_of) {
  ReplayCounts counts;
  const auto letters = admin.DeadLetters(filter);
  if (!letters) return letters.error();
  for (const StoredDeadLetter& stored : *letters) {
    auto entry = ToEntry(stored, listing_of(stored.stream));
    if (!entry) {
      ++counts.still_bad;
      continue;
    }
    AppendTransaction append{.stream = stored.stream};
    append.entries.push_back(std::move(*entry));
    if (auto status = admin.Resolve(stored, append); !status) return std::move(status).error();
    ++counts.replayed;
  }
  return counts;
}

}  // namespace polyhouse
