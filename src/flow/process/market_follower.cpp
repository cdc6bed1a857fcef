#include "flow/process/market_follower.h"

#include <algorithm>

#include "flow/process/entry_rows.h"
#include "flow/process/table_rows.h"

namespace polyhouse {
namespace {

constexpr std::size_t kPageRows = 8'000;
constexpr std::size_t kStreamEntries = 2'000;
/// A row may be stored this long after it was fetched, behind rows that are newer.
constexpr std::uint64_t kLateMs = 600'000;
/// Between two looks at the tables at least so much longer than the look before took.
constexpr int kRestFactor = 20;

constexpr std::string_view kColumns =
    "SELECT id, condition_id, outcomes, tokens, position_ids, protocol, version FROM ";

}  // namespace

void MarketFollower::Add(const Market& market) {
  index_.Add(market);
  newest_version_ = std::max(newest_version_, market.version);
}

Result<std::size_t> MarketFollower::AddRows(const std::string& json_lines, TablePlace& last) {
  std::size_t rows = 0;
  Status status = Ok();
  EachTableRow(decoder_, json_lines, [&](const auto& market, std::string_view) {
    if (!market) {
      status = market.error();
      return;
    }
    Add(*market);
    last = {market->id.value(), market->version};
    ++rows;
  });
  if (!status) return std::move(status).error();
  return rows;
}

/// All rows that a SELECT has, page by page: `rows_after` is it behind a row that was read.
Status MarketFollower::LoadPages(TablePlace place,
                                 const std::function<std::string(const TablePlace&)>& rows_after,
                                 const std::stop_token& stop) {
  for (std::size_t rows = kPageRows; rows == kPageRows;) {
    const auto page = tables_.Fetch(std::string(kColumns) + rows_after(place) + " LIMIT " +
                                        std::to_string(kPageRows) + std::string(kAsEntries),
                                    stop);
    if (!page) return page.error();
    const auto added = AddRows(*page, place);
    if (!added) return added.error();
    rows = *added;
  }
  looked_at_tables_ = clock_.Steady();
  return Ok();
}

Status MarketFollower::Load(const std::stop_token& stop) {
  // What is in the stream now may leave it while the tables are read.
  if (auto status = FollowStream(); !status) return std::move(status).error();
  const auto by_id = [](const TablePlace& after) {
    return "markets_current WHERE id > '" + after.id + "' ORDER BY id";
  };
  return LoadPages({}, by_id, stop);
}

/// By version, from somewhat before the newest that was seen.
Status MarketFollower::LoadNewer(const std::stop_token& stop) {
  const SteadyTime begun = clock_.Steady();
  const auto by_version = [](const TablePlace& after) {
    return "markets WHERE (version, id) > (" + std::to_string(after.version) + ", '" + after.id +
           "') ORDER BY version, id";
  };
  const std::uint64_t from = newest_version_ - std::min(newest_version_, kLateMs);
  if (auto status = LoadPages({.id = "", .version = from}, by_version, stop); !status)
    return status;
  look_took_ = looked_at_tables_ - begun;
  return Ok();
}

Result<bool> MarketFollower::FollowStream() {
  bool any = false;
  while (true) {
    const auto entries =
        admin_.Range(StreamName(std::string(Market::kStream)), position_, kStreamEntries);
    if (!entries) return entries.error();
    for (const Entry& entry : *entries) {
      position_ = entry.id;
      for (const Market& market : EntryRows(decoder_, entry)) {
        Add(market);
        any = true;
      }
    }
    if (entries->size() < kStreamEntries) return any;
  }
}

Result<bool> MarketFollower::Follow(std::chrono::milliseconds tables, const std::stop_token& stop) {
  const auto any = FollowStream();
  // However much there is to look at, it is not done all the time.
  const auto pause = std::max<SteadyTime::duration>(tables, kRestFactor * look_took_);
  const bool is_due = tables.count() == 0 || clock_.Steady() - looked_at_tables_ >= pause;
  if (!any || !is_due) return any;
  if (auto status = LoadNewer(stop); !status) return std::move(status).error();
  return true;
}

}  // namespace polyhouse
