#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/strong_type.h"

namespace polyhouse {

/// The name of a stream, such as "stream:markets".
using StreamName = StrongString<struct StreamNameTag>;
/// The set of consumers that share one position in a stream, such as "markets_writers".
using GroupName = StrongString<struct GroupNameTag>;
/// One member of a group, under a name that survives restarts.
using ConsumerName = StrongString<struct ConsumerNameTag>;

/// The name of a dead letter in its store: "17" in SQLite, "1700000000000-0" in Redis.
using DeadLetterId = StrongString<struct DeadLetterIdTag>;

/// Where an entry stands in its stream: ids only rise, and are never used twice.
struct EntryId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  auto operator<=>(const EntryId&) const = default;
};

/// "high-low", as Redis writes it.
std::string ToString(const EntryId& id);

/// One element of a stream, as it was read (docs/stream_format.md).
struct Entry {
  EntryId id;
  std::string data;        ///< The payload, whose format `version` names.
  std::string timestamp;   ///< When it was fetched, ISO 8601 UTC.
  int version = 0;         ///< Of the payload's format.
  std::uint32_t rows = 1;  ///< That it holds; what does not say so holds one.
  /// Another program has written it: it has no payload, and `data` is a JSON object of its fields.
  bool is_foreign = false;
};

/// What a dead letter holds.
enum class DeadLetterForm {
  kApiRecord,  ///< A record as the API sent it, which we could not read.
  kEntry,      ///< A stream entry's payload, which the table or we refused.
};

/// The kind of a dead letter whose record is in its table, without the fields that the reason
/// names.
inline constexpr std::string_view kFieldLetter = "field";

/// Every kind that a dead letter can have.
inline std::array<std::string_view, 3> DeadLetterKinds() {
  return {ToString(ErrorKind::kMalformed), ToString(ErrorKind::kRejected), kFieldLetter};
}

/// Something given up on, whole, with the reason.
struct DeadLetter {
  DeadLetterForm form = DeadLetterForm::kApiRecord;
  std::string data{};  ///< Byte for byte; may be anything.
  std::string kind{};  ///< An ErrorKind in words, or kFieldLetter.
  std::string reason{};
  std::uint32_t attempts = 1;
  Timestamp first_seen{};
  std::string timestamp{};  ///< Of the entry; empty for API records.
  int version = 1;          ///< Of the entry's payload.
};

}  // namespace polyhouse
