#include "flow/batch.h"

#include <xxhash.h>

#include <cstdio>

namespace polyhouse {

template <class Row>
Status Batch<Row>::Add(const Entry& entry, Timestamp now) {
  ids_.push_back(entry.id);
  if (entry.is_foreign) {
    Error error = MalformedError(
        "another program has put this into the stream: it has no field \"data\"; its fields are "
        "kept here");
    buried_.push_back(Bury(entry, error, now));
    return error;
  }
  if (entry.version != kPayloadVersion) {
    Error error =
        MalformedError("payload version " + std::to_string(entry.version) +
                       " is not known here (this is version " + std::to_string(kPayloadVersion) +
                       "): update polyhouse, then polyhouse dlq replay");
    buried_.push_back(Bury(entry, error, now));
    return error;
  }
  const auto row = decoder_.Decode(entry.data);
  if (!row) {
    buried_.push_back(Bury(entry, row.error(), now));
    return row.error();
  }
  block_.Append(*row);
  return Ok();
}

template <class Row>
void Batch<Row>::Clear() {
  block_.Clear();
  ids_.clear();
  buried_.clear();
}

template class Batch<Market>;
template class Batch<Event>;
template class Batch<LedgerRow>;

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

BuriedEntry Bury(const Entry& entry, const Error& error, Timestamp now, std::uint32_t attempts) {
  return {entry.id,
          {.form = DeadLetterForm::kEntry,
           .data = entry.data,
           .kind = std::string(ToString(error.kind)),
           .reason = error.message,
           .attempts = attempts,
           .first_seen = now,
           .timestamp = entry.timestamp}};
}

}  // namespace polyhouse
