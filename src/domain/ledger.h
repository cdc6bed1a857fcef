#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace polyhouse {

/// What became of a page, or of an id; the field `status` of a ledger row.
inline constexpr std::string_view kLedgerPage = "page";
inline constexpr std::string_view kLedgerEnd = "end";  ///< The last page of its walk.
/// Blocks of the chain, `from` and `to` included; there is no next cursor.
inline constexpr std::string_view kLedgerBlocks = "blocks";
inline constexpr std::string_view kLedgerGone = "gone";  ///< `first_id` answers 404 everywhere.
inline constexpr std::string_view kLedgerGaveUp = "gave_up";  ///< Nobody asks for `first_id` again.
inline constexpr std::string_view kLedgerProof = "proof";     ///< Read to check, not to store.

/// One page that was fetched and stored, in the transaction of its records; so completeness is a
/// query. Each page's `from` is empty or the `to` of another page of the same walk, or there is a
/// hole.
struct LedgerRow {
  static constexpr std::string_view kStream = "stream:ingest_ledger";

  std::string source;  ///< "gamma/markets", "gamma/events", "clob/markets" or "polygon/fills".
  std::string lane;    ///< "backfill", "discover", "refresh", "settle" or "verify".
  std::string walk;    ///< Names one walk through a listing or a part of it.
  std::string from;    ///< The cursor it was asked with; empty on a walk's first page.
  std::string to;      ///< The next cursor; empty on the last page of a listing.
  std::string first_id;
  std::string last_id;        ///< As `first_id`, in the order of the page; empty on an empty page.
  std::uint64_t rows = 0;     ///< Records on the page, bad ones included.
  std::uint64_t changed = 0;  ///< Of them, those that differed and were put into the stream.
  std::uint64_t bad = 0;      ///< Of them, those that could not be read: dead letters.
  std::string content_hash;   ///< Of the records, 16 hex digits.
  std::string status;         ///< One of the words above.
  std::string endpoint;       ///< The host of the node that has answered; empty: the source's API.
  std::uint64_t took_ms = 0;  ///< From the request to the answer.
  std::optional<Timestamp> fetched_at;
  std::uint64_t version = 0;  ///< That of the page's rows: `fetched_at` in ms, rising.

  bool operator==(const LedgerRow&) const = default;
};

}  // namespace polyhouse
