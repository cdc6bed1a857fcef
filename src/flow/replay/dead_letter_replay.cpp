#include "flow/replay/dead_letter_replay.h"

#include <algorithm>
#include <array>

#include "codec/timestamp.h"
#include "flow/listing/listings.h"

namespace polyhouse {
namespace {

/// Empty for a stream that is no listing's.
std::string FieldLettersKeyOf(const StreamName& stream) {
  const ListingType* listing = ListingOfStream(stream.value());
  return listing == nullptr ? "" : listing->names.Key(kFieldLettersState);
}

/// The version is the time when the record was fetched, not now: newer rows of the same market must
/// win. Of a row that is stored, without what could not be read then, the better one is the next
/// version: one version has one content.
Status AddRecord(const StoredDeadLetter& stored, Listing* listing, AppendTransaction& append) {
  const DeadLetter& letter = stored.letter;
  if (listing == nullptr)
    return MalformedError("nobody here reads the stream " + stored.stream.value());
  const bool is_stored = letter.kind == kFieldLetter;
  const auto version = static_cast<std::uint64_t>(letter.first_seen.time_since_epoch().count()) +
                       (is_stored ? 1U : 0U);
  auto row = listing->ReadRecord(letter.data, version);
  if (!row) return std::move(row).error();
  if (!row->unreadable.empty()) {
    if (is_stored) return MalformedError(row->unreadable);
    DeadLetter of_fields = letter;
    of_fields.kind = kFieldLetter;
    of_fields.reason = row->unreadable;
    append.dead_letters.push_back(std::move(of_fields));
    append.add.emplace_back(FieldLettersKeyOf(stored.stream), 1);
  }
  append.entries.push_back({std::move(row->data), FormatTime(letter.first_seen)});
  return Ok();
}

}  // namespace

Status ResolveDeadLetter(StreamAdmin& admin,
                         const StoredDeadLetter& letter,
                         AppendTransaction replacement) {
  replacement.stream = letter.stream;
  if (const auto key = FieldLettersKeyOf(letter.stream);
      letter.letter.kind == kFieldLetter && !key.empty()) {
    replacement.add.emplace_back(key, -1);
  }
  return admin.Resolve(letter, replacement);
}

Result<ReplayCounts> ReplayDeadLetters(
    StreamAdmin& admin,
    const DeadLetterFilter& filter,
    const std::function<Listing*(const StreamName&)>& listing_of) {
  ReplayCounts counts;
  const auto letters = admin.DeadLetters(filter);
  if (!letters) return letters.error();
  for (const StoredDeadLetter& stored : *letters) {
    AppendTransaction append;
    if (stored.letter.form == DeadLetterForm::kEntry) {
      append.entries.push_back(
          {stored.letter.data, stored.letter.timestamp, stored.letter.version});
    } else if (!AddRecord(stored, listing_of(stored.stream), append)) {
      ++counts.still_bad;
      continue;
    }
    if (auto status = ResolveDeadLetter(admin, stored, std::move(append)); !status) {
      return std::move(status).error();
    }
    ++counts.replayed;
  }
  return counts;
}

}  // namespace polyhouse
