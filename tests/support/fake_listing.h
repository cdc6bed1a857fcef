#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "flow/listing.h"

namespace polyhouse {

/// A listing of made-up markets with the cursors of the real API: it continues after the last id of
/// a page. Requests are kept for the test to look at.
class FakeListing final : public Listing {
 public:
  using Answer = Result<ListingPage>;

  /// The ids of each half of the listing; may change between requests, as in the real API.
  std::vector<std::uint64_t> open;
  std::vector<std::uint64_t> closed;
  std::size_t page_size = 2;
  /// Each takes the place of one answer, in order; it is given the right one.
  std::deque<std::function<Answer(ListingPage)>> replace;
  /// Called before each answer.
  std::function<void()> before_answer;

  Result<ListingPage> Fetch(const PageRequest& request, std::stop_token stop) override;
  Result<ListedRow> ReadRecord(std::string_view raw, std::uint64_t version) override;
  void OnUnknownField(std::function<void(std::string_view, std::uint64_t)> report) override {
    report_unknown_field = std::move(report);
  }

  /// What was asked, as "open asc", "closed desc after 7".
  std::vector<std::string> Asked() const;

  /// Puts an error in the place of the next answers.
  void FailNext(const Error& error, std::size_t times = 1);

  std::vector<PageRequest> requests;
  std::function<void(std::string_view, std::uint64_t)> report_unknown_field;
};

/// A row as a listing gives it: a market with this id.
ListedRow AListedRow(std::uint64_t id, std::uint64_t version = 1);

}  // namespace polyhouse
