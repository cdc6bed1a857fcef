#include "checks/sample_check.h"

#include <algorithm>
#include <set>

#include "checks/filtered_pages.h"

namespace polyhouse {

Status SampleCheck::Check(const CheckedListing& listing,
                          std::uint64_t newest_id,
                          std::uint64_t windows,
                          Findings& findings,
                          RowsToFetch& wanted,
                          std::stop_token stop) {
  if (newest_id == 0) return Ok();
  looked_at_ = 0;
  const std::uint64_t last = newest_id > kIdsOfAWindow ? newest_id - kIdsOfAWindow + 1 : 1;
  std::uniform_int_distribution<std::uint64_t> places(1, last);
  for (std::uint64_t window = 0; window < windows; ++window) {
    if (auto status = CheckWindow(listing, places(random_), findings, wanted, stop); !status) {
      return status;
    }
  }
  findings.SetFact(std::string(listing.names.ingester) + " of the sample", looked_at_);
  return Ok();
}

Status SampleCheck::CheckWindow(const CheckedListing& listing,
                                std::uint64_t first_id,
                                Findings& findings,
                                RowsToFetch& wanted,
                                const std::stop_token& stop) {
  std::vector<std::string> ids;
  for (std::uint64_t i = 0; i < kIdsOfAWindow; ++i) ids.push_back(std::to_string(first_id + i));
  std::set<std::string> there;
  const PageRequest request{.ids = ids};
  const auto take = [&](const ListingPage& page, const PageRequest&) {
    for (const ListedRow& row : page.rows) there.insert(row.id);
    return Ok();
  };
  if (auto status = ForEachFilteredPage(
          {gamma_,
           retrier_,
           [&] { return static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count()); }},
          request,
          take,
          stop);
      !status) {
    return status;
  }
  const auto answer = Ask(
      tables_,
      "SELECT DISTINCT id FROM " + std::string(listing.table) + " WHERE id IN " + QuotedList(ids),
      stop);
  if (!answer) return answer.error();
  looked_at_ += there.size();
  for (const auto& row : *answer) there.erase(row[0]);
  for (const std::string& id : there) {
    findings.AddWrong({std::string(kMissingRecordFound),
                       std::string(listing.table) + "/" + id,
                       "Gamma has it, and the table does not",
                       "gamma"});
    wanted.ids.push_back(id);
  }
  return Ok();
}

}  // namespace polyhouse
