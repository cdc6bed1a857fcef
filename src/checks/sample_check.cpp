#include "checks/sample_check.h"

#include <algorithm>
#include <map>

#include "checks/filtered_pages.h"
#include "codec/entry_codec.h"

namespace polyhouse {
namespace {

/// What must not change any more once a record is settled, as SQL and of a row of the API.
struct FinalFacts {
  std::string_view is_settled;  ///< As SQL.
  std::string_view sql;
  std::string (*of)(std::string_view data);
};

std::string FactsOfMarket(std::string_view data) {
  const auto market = EntryDecoder<Market>().Decode(data);
  if (!market) return "";
  return std::string(market->closed ? "closed" : "open") + ", winner " +
         std::to_string(market->winner_index);
}

std::string FactsOfEvent(std::string_view data) {
  const auto event = EntryDecoder<Event>().Decode(data);
  if (!event) return "";
  return event->closed ? "closed" : "open";
}

constexpr FinalFacts kOfMarkets{
    "closed AND (resolution_status IN ('resolved', 'settled') OR resolution_status = '' AND "
    "winner_index >= 0)",
    "concat(if(closed, 'closed', 'open'), ', winner ', toString(winner_index))",
    &FactsOfMarket};
constexpr FinalFacts kOfEvents{"closed", "if(closed, 'closed', 'open')", &FactsOfEvent};
/// Nothing is final of another's records.
constexpr FinalFacts kOfOthers{"false", "''", nullptr};

const FinalFacts& FactsOf(const ListingType& type) {
  if (&type == &kMarketListing) return kOfMarkets;
  return &type == &kEventListing ? kOfEvents : kOfOthers;
}

}  // namespace

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
  findings.SetFact(std::string(listing.names().ingester) + " of the sample", looked_at_);
  return Ok();
}

Status SampleCheck::CheckWindow(const CheckedListing& listing,
                                std::uint64_t first_id,
                                Findings& findings,
                                RowsToFetch& wanted,
                                const std::stop_token& stop) {
  std::vector<std::string> ids;
  for (std::uint64_t i = 0; i < kIdsOfAWindow; ++i) ids.push_back(std::to_string(first_id + i));
  std::map<std::string, std::string> there;
  const PageRequest request{.ids = ids};
  const auto take = [&](const ListingPage& page, const PageRequest&) {
    for (const ListedRow& row : page.rows) there[row.id] = row.data;
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
  looked_at_ += there.size();
  const FinalFacts& facts = FactsOf(listing.type);
  const auto answer =
      Ask(tables_,
          "SELECT id, toBool(" + std::string(facts.is_settled) + "), " + std::string(facts.sql) +
              " FROM " + listing.Current() + " WHERE id IN " + QuotedList(ids),
          stop);
  if (!answer) return answer.error();
  const auto add = [&](const std::string& kind, const std::string& id, std::string what) {
    findings.AddWrong({kind, listing.Table() + "/" + id, std::move(what), "gamma"});
    wanted.ids.push_back(id);
  };
  for (const auto& row : *answer) {
    const auto found = there.extract(row[0]);
    if (found.empty() || row[1] != "true") continue;
    const std::string now = facts.of(found.mapped());
    if (now == row[2]) continue;
    add(std::string(kCorrectedFound),
        row[0],
        "it settled in the table as " + row[2] + ", and Gamma now says " + now);
  }
  for (const auto& [id, data] : there) {
    add(std::string(kMissingRecordFound), id, "Gamma has it, and the table does not");
  }
  return Ok();
}

}  // namespace polyhouse
