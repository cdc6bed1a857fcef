#include "support/fake_listing.h"

#include <algorithm>
#include <limits>

#include "codec/entry_codec.h"

namespace polyhouse {
namespace {

constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();

bool Has(const std::vector<std::uint64_t>& ids, std::uint64_t id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

std::uint64_t HashOf(const Market& market) {
  Market content = market;
  content.version = 0;
  return std::hash<std::string>()(EncodeEntry(content));
}

}  // namespace

TokenId TokenOf(std::uint64_t market) {
  return TokenId("7" + std::to_string(market));
}

ListedRow AListedRow(std::uint64_t id, std::uint64_t version) {
  Market market;
  market.id = MarketId(std::to_string(id));
  market.version = version;
  return {.id = market.id.value(), .data = EncodeEntry(market), .hash = HashOf(market)};
}

ListedRow FakeListing::RowOf(std::uint64_t id, bool is_closed, std::uint64_t version) const {
  Market market;
  market.id = MarketId(std::to_string(id));
  market.version = version;
  market.closed = is_closed;
  market.tokens = {TokenOf(id)};
  market.archived = Has(archived, id);
  if (Has(resolved, id)) market.resolution_status = "resolved";
  if (const auto found = questions.find(id); found != questions.end()) {
    market.question = found->second;
  }
  if (const auto found = ends.find(id); found != ends.end()) {
    market.end_date = Timestamp(std::chrono::milliseconds(found->second));
  }
  return {.id = market.id.value(),
          .data = EncodeEntry(market),
          .hash = HashOf(market),
          .closed = is_closed,
          .settled = market.archived || IsSettled(market),
          .end = market.end_date,
          .touched = touched};
}

std::vector<std::uint64_t> FakeListing::Wanted(const PageRequest& request) const {
  std::vector<std::uint64_t> ids = request.state == OpenState::kOpen ? open : closed;
  const auto end_of = [&](std::uint64_t id) {
    const auto found = ends.find(id);
    return found == ends.end() ? kNoEnd : found->second;
  };
  const ListingOrder order = order_ignored ? ListingOrder::kOldestFirst : request.order;
  const bool by_end =
      order == ListingOrder::kEndDateRising || order == ListingOrder::kEndDateFalling;
  std::sort(ids.begin(), ids.end(), [&](std::uint64_t a, std::uint64_t b) {
    if (by_end && end_of(a) != end_of(b)) return end_of(a) < end_of(b);
    return a < b;
  });
  if (order == ListingOrder::kNewestFirst || order == ListingOrder::kEndDateFalling) {
    std::reverse(ids.begin(), ids.end());
  }
  if (request.end_from) {
    const auto from = request.end_from->time_since_epoch().count();
    std::erase_if(ids, [&](std::uint64_t id) { return end_of(id) == kNoEnd || end_of(id) < from; });
  }
  if (request.end_until) {
    const auto until = request.end_until->time_since_epoch().count();
    std::erase_if(ids, [&](std::uint64_t id) { return end_of(id) > until; });
  }
  if (!request.ids.empty() && !ids_ignored) {
    std::erase_if(ids, [&](std::uint64_t id) {
      return std::find(request.ids.begin(), request.ids.end(), std::to_string(id)) ==
             request.ids.end();
    });
  }
  if (!request.token_ids.empty()) {
    std::erase_if(ids, [&](std::uint64_t id) {
      return std::find(request.token_ids.begin(), request.token_ids.end(), TokenOf(id).value()) ==
             request.token_ids.end();
    });
  }
  if (request.cursor.empty()) return ids;
  const std::uint64_t after = IdNumber(request.cursor);
  const auto at = std::find(ids.begin(), ids.end(), after);
  if (by_end) {
    ids.erase(ids.begin(), at == ids.end() ? at : at + 1);
  } else {
    std::erase_if(ids, [&](std::uint64_t id) {
      return order == ListingOrder::kOldestFirst ? id <= after : id >= after;
    });
  }
  return ids;
}

Result<ListingPage> FakeListing::Fetch(const PageRequest& request, std::stop_token stop) {
  if (stop.stop_requested()) return StoppingError();
  const std::lock_guard lock(mutex_);
  requests.push_back(request);
  if (before_answer) before_answer();
  const auto ids = Wanted(request);
  ListingPage page;
  for (std::size_t i = 0; i < std::min(page_size, ids.size()); ++i) {
    page.rows.push_back(RowOf(ids[i], request.state == OpenState::kClosed, request.version));
  }
  if (ids.size() > page_size) page.next_cursor = page.rows.back().id;
  if (replace.empty()) return page;
  const auto answer = std::move(replace.front());
  replace.pop_front();
  return answer(std::move(page));
}

Result<ListingPage> FakeListing::Lookup(const std::string& id,
                                        std::uint64_t version,
                                        std::stop_token stop) {
  if (stop.stop_requested()) return StoppingError();
  const std::lock_guard lock(mutex_);
  lookups.push_back(id);
  const std::uint64_t number = IdNumber(id);
  ListingPage page;
  if (Has(open, number) || Has(closed, number) || Has(archived, number)) {
    page.rows.push_back(RowOf(number, Has(closed, number), version));
  }
  return page;
}

Result<ListedRow> FakeListing::ReadRecord(std::string_view raw, std::uint64_t version) {
  if (IdNumber(raw) == 0) return MalformedError("still not a record");
  auto row = AListedRow(IdNumber(raw), version);
  row.unreadable = unreadable;
  return row;
}

std::vector<std::string> FakeListing::Asked() const {
  std::vector<std::string> asked;
  for (const PageRequest& request : requests) {
    std::string text(ToString(request.state));
    switch (request.order) {
      case ListingOrder::kOldestFirst:
        text += " asc";
        break;
      case ListingOrder::kNewestFirst:
        text += " desc";
        break;
      case ListingOrder::kEndDateRising:
        text += " by end";
        break;
      case ListingOrder::kEndDateFalling:
        text += " by end desc";
        break;
    }
    if (!request.cursor.empty()) text += " after " + request.cursor;
    asked.push_back(std::move(text));
  }
  return asked;
}

void FakeListing::FailNext(const Error& error, std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) {
    replace.push_back([error](const ListingPage&) -> Answer { return error; });
  }
}

}  // namespace polyhouse
