#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "codec/api_page.h"
#include "ports/http_client.h"
#include "ports/page_archive.h"
#include "ports/stream_writer.h"

namespace polyhouse {

/// Which half of a listing: the API hides closed rows unless asked for them, so there are always
/// two walks.
enum class OpenState { kOpen, kClosed };
std::string_view ToString(OpenState state);

enum class ListingOrder {
  kOldestFirst,     ///< By rising id.
  kNewestFirst,     ///< By falling id.
  kEndDateRising,   ///< By end date; rows without one come last.
  kEndDateFalling,  ///< Rows without an end date come first.
};

struct PageRequest {
  OpenState state = OpenState::kOpen;
  ListingOrder order = ListingOrder::kOldestFirst;
  std::string cursor;  ///< Where to continue; empty for the first page.
  /// Of the rows: the time of this fetch, ms since 1970. It makes every URL unlike any before,
  /// because the CDN answers a repeated one from a cache of 5 minutes.
  std::uint64_t version = 0;
  std::optional<Timestamp> end_from{};   ///< Only rows whose end date is this or later.
  std::optional<Timestamp> end_until{};  ///< Only rows whose end date is this or earlier.
  std::vector<std::string> ids{};        ///< Only these rows, at most a page of them; empty: all.
  std::vector<std::string> condition_ids{};  ///< Only markets with one of these; empty: all.
  std::vector<std::string> token_ids{};      ///< Only markets with one of these; empty: all.
  std::vector<std::string> slugs{};          ///< Only rows with one of these; empty: all.
  std::size_t limit = 0;                     ///< Records asked for; zero: as the listing was told.
  bool either_half = false;                  ///< Leave `state` out: the API decides.
};

/// One record, ready for its stream, and what the lanes must know of it.
struct ListedRow {
  std::string id;
  std::string data;
  std::uint64_t hash = 0;  ///< Of the content: of all columns but the version.
  bool closed = false;
  bool settled = false;  ///< Nothing more is expected of it: closed and resolved, or archived and
                         ///< in no listing.
  std::optional<Timestamp> end{};  ///< The nominal deadline.
  std::optional<Timestamp> closed_at{};
  std::optional<Timestamp> touched{};  ///< When the API last changed it, or created it.
  std::string unreadable{};            ///< Fields that could not be read and why; empty: all could.
  std::string raw{};  ///< The record byte for byte, when `unreadable` says something.
  std::optional<CacheChange>
      cached{};  ///< What is to be cached of it; its time to live is not set.
};

/// An id as the number it is; ids rise with creation. Zero for anything else, which then counts as
/// old.
std::uint64_t IdNumber(std::string_view id);

struct ListingPage {
  std::vector<ListedRow> rows;
  std::vector<BadRecord> bad;
  std::string next_cursor;  ///< Empty: the listing ends here.
  /// Fields that are not known here, with how many records of this page had them.
  std::map<std::string, std::uint64_t> unknown_fields{};
  std::uint64_t epoch_times = 0;  ///< Times that were numbers, which today's are not.

  std::size_t records() const { return rows.size() + bad.size(); }
};

/// A listing of the Gamma API, page by page. Used from one thread. The three outcomes are a page;
/// kTransient: ask again
/// (`retry_after` says when); any other kind: asking again will not help.
class Listing {
 public:
  virtual ~Listing() = default;
  virtual Result<ListingPage> Fetch(const PageRequest& request, std::stop_token stop) = 0;
  /// One record by its id, open, closed or archived; an empty page when the API has none.
  virtual Result<ListingPage> Lookup(const std::string& id,
                                     std::uint64_t version,
                                     std::stop_token stop) = 0;
  /// One record on its own, such as a dead letter. kMalformed when it still cannot be read.
  virtual Result<ListedRow> ReadRecord(std::string_view raw, std::uint64_t version) = 0;
  /// Is told, after each page, the fields that are not known here and how often they came.
  virtual void OnUnknownField(std::function<void(std::string_view, std::uint64_t)> report) = 0;
};

struct ListingOptions {
  std::string base_url;         ///< Without a slash at the end.
  std::size_t page_size = 100;  ///< The API clamps it silently to 100 (since 2026-05-14).
  std::chrono::milliseconds request_timeout{60'000};
  bool legacy_offset =
      false;  ///< The old listing with `offset`, for servers that replay old recordings.
  PageArchive* archive = nullptr;  ///< Keeps every answer, and outlives the listing; null: none.
};

/// Of the rows of POLYHOUSE_EACH_API_ROW. `http` must outlive the listing. An answer that cannot be
/// archived is kTransient: it is asked for again.
template <class Row>
std::unique_ptr<Listing> MakeGammaListing(std::string_view path,
                                          ListingOptions options,
                                          HttpClient& http);

}  // namespace polyhouse
