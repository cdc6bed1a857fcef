#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flow/listing/listing.h"

namespace polyhouse {

/// A listing of made-up markets with the cursors of the real API: it continues after the last id of
/// a page. Requests are kept for the test to look at. Safe to use from several threads.
class FakeListing final : public Listing {
 public:
  using Answer = Result<ListingPage>;

  /// The ids of each half of the listing; may change between requests, as in the real API.
  std::vector<std::uint64_t> open;
  std::vector<std::uint64_t> closed;
  std::size_t page_size = 2;
  /// End dates by id, in ms; the others have none.
  std::map<std::uint64_t, std::int64_t> ends;
  std::optional<Timestamp> touched;  ///< `ListedRow::touched` of every record.
  /// Other contents than that of every market, by id.
  std::map<std::uint64_t, std::string> questions;
  std::vector<std::uint64_t> resolved;  ///< Of the closed ones.
  std::vector<std::uint64_t> archived;  ///< In neither half; a lookup finds them.
  bool order_ignored = false;           ///< Rows come by rising id, whatever is asked for.
  bool ids_ignored = false;             ///< `PageRequest::ids` changes nothing.
  std::string unreadable;               ///< Of every record that ReadRecord reads.
  /// Each takes the place of one answer, in order; it is given the right one.
  std::deque<std::function<Answer(ListingPage)>> replace;
  /// Called before each answer.
  std::function<void()> before_answer;

  Result<ListingPage> Fetch(const PageRequest& request, std::stop_token stop) override;
  Result<ListingPage> Lookup(const std::string& id,
                             std::uint64_t version,
                             std::stop_token stop) override;
  Result<ListedRow> ReadRecord(std::string_view raw, std::uint64_t version) override;
  void OnUnknownField(std::function<void(std::string_view, std::uint64_t)> report) override {
    report_unknown_field = std::move(report);
  }

  /// What was asked, as "open asc", "closed desc after 7".
  std::vector<std::string> Asked() const;

  /// Puts an error in the place of the next answers.
  void FailNext(const Error& error, std::size_t times = 1);

  std::vector<PageRequest> requests;
  std::vector<std::string> lookups;
  std::function<void(std::string_view, std::uint64_t)> report_unknown_field;

 private:
  ListedRow RowOf(std::uint64_t id, bool is_closed, std::uint64_t version) const;
  std::vector<std::uint64_t> Wanted(const PageRequest& request) const;

  std::mutex mutex_;
};

/// The token of a market that such a listing has.
TokenId TokenOf(std::uint64_t market);

/// A row as a listing gives it: a market with this id.
ListedRow AListedRow(std::uint64_t id, std::uint64_t version = 1);

}  // namespace polyhouse
