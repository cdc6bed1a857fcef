#include "flow/write/batch.h"

#include <xxhash.h>

#include <cstdio>

#include "codec/entry_codec.h"

namespace polyhouse {

namespace {

/// Why none of an entry's payload can be read here; empty: it can.
std::optional<Error> WhyUnreadable(const Entry& entry) {
  if (entry.is_foreign) {
    return MalformedError(
        "another program has put this into the stream: it has no field \"data\"; its fields are "
        "kept here");
  }
  if (entry.version >= kPayloadVersion && entry.version <= kNewestVersion) return {};
  return MalformedError("payload version " + std::to_string(entry.version) +
                        " is not known here (these are " + std::to_string(kPayloadVersion) +
                        " to " + std::to_string(kNewestVersion) +
                        "): update polyhouse, then polyhouse dlq replay");
}

}  // namespace

bool IsReadable(const Entry& entry) {
  return !WhyUnreadable(entry);
}

std::vector<Error> Batch::Add(const Entry& entry, Timestamp now) {
  ids_.push_back(entry.id);
  std::vector<Error> errors;
  const auto bury = [&](std::string_view data, Error error) {
    buried_.push_back(Bury({&entry, data}, error, now));
    errors.push_back(std::move(error));
  };
  if (auto error = WhyUnreadable(entry)) {
    bury(entry.data, std::move(*error));
    return errors;
  }
  if (entry.version == kBlockVersion) {
    if (auto status = block_->AddBlock(entry.data); !status) {
      bury(entry.data, std::move(status).error());
    }
    return errors;
  }
  RowTexts rows(entry.data, entry.version);
  for (std::string_view row; rows.Next(row);) {
    if (auto status = block_->Add(row); !status) bury(row, std::move(status).error());
  }
  return errors;
}

void Batch::Clear() {
  block_->Clear();
  ids_.clear();
  buried_.clear();
}

std::string BatchToken(const StreamName& stream,
                       std::span<const EntryId> ids,
                       std::span<const std::string_view> block) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                       &XXH3_freeState);
  XXH3_128bits_reset(state.get());
  XXH3_128bits_update(state.get(), ids.data(), ids.size_bytes());
  for (const auto piece : block) XXH3_128bits_update(state.get(), piece.data(), piece.size());
  const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
  char digits[33];
  (void)std::snprintf(digits,
                      sizeof(digits),
                      "%016llx%016llx",
                      static_cast<unsigned long long>(hash.high64),
                      static_cast<unsigned long long>(hash.low64));
  return stream.value() + "/" + ToString(ids.front()) + "/" + ToString(ids.back()) + "/" + digits;
}

std::string BatchBoundary(std::span<const EntryId> ids) {
  return ToString(ids.front()) + " " + ToString(ids.back()) + " " + std::to_string(ids.size());
}

std::optional<NotedBoundary> ParseBoundary(const std::string& note) {
  unsigned long long first[2];
  unsigned long long last[2];
  unsigned long long count = 0;
  // NOLINTNEXTLINE(cert-err34-c): our own text; a wrong one is refused by the count of fields.
  if (std::sscanf(note.c_str(),
                  "%llu-%llu %llu-%llu %llu",
                  &first[0],
                  &first[1],
                  &last[0],
                  &last[1],
                  &count) != 5) {
    return {};
  }
  return NotedBoundary{{last[0], last[1]}, count};
}

BuriedEntry Bury(const EntryPart& part, const Error& error, Timestamp now, std::uint32_t attempts) {
  const bool is_whole = part.data == part.entry->data && !part.entry->is_foreign;
  return {part.entry->id,
          {.form = DeadLetterForm::kEntry,
           .data = std::string(part.data),
           .kind = std::string(ToString(error.kind)),
           .reason = error.message,
           .attempts = attempts,
           .first_seen = now,
           .timestamp = part.entry->timestamp,
           .version = is_whole ? part.entry->version : kPayloadVersion}};
}

}  // namespace polyhouse
