#include "checks/repair.h"

#include <algorithm>
#include <set>

#include "checks/filtered_pages.h"
#include "flow/listing/walk_guard.h"

namespace polyhouse {
namespace {

constexpr std::size_t kIdsAtOnce = 100;
/// Slugs and condition ids are long, and URLs have a limit.
constexpr std::size_t kTextsAtOnce = 50;

template <class Text, class Work>
Status InParts(std::span<const Text> all, std::size_t most, Work work) {
  for (std::size_t begin = 0; begin < all.size(); begin += most) {
    auto status = work(all.subspan(begin, std::min(most, all.size() - begin)));
    if (!status) return status;
  }
  return Ok();
}

/// How the pages of a hole are asked for, and where its walk ends.
class HoleWalk {
 public:
  HoleWalk(const LedgerHole& hole, const std::vector<Range>& ranges) : hole_(hole) {
    request_.state = hole.walk.starts_with("closed") ? OpenState::kClosed : OpenState::kOpen;
    request_.cursor = hole.after;
    if (hole.lane == "discover") request_.order = ListingOrder::kNewestFirst;
    if (hole.lane != "backfill") return;
    const auto range = std::find_if(ranges.begin(), ranges.end(), [&](const Range& each) {
      return each.WalkName() == hole.walk;
    });
    if (range == ranges.end() || range->kind == RangeKind::kWhole) return;
    range_ = &*range;
    const bool dated = range->kind == RangeKind::kDated;
    request_.order = dated ? ListingOrder::kEndDateRising : ListingOrder::kEndDateFalling;
    if (!dated) return;
    // As the backfill has asked: a cursor belongs to the filters that it came with.
    request_.end_from = range->from;
    request_.end_until = range->asked_to;
  }

  PageRequest& request() { return request_; }
  /// True when the hole ends with this page: it reaches the page behind the hole, or, where there
  /// is none, the end of the walk.
  bool EndsWith(const ListingPage& page) const {
    if (page.next_cursor.empty()) return true;
    if (hole_.before.empty()) return LeavesRange(page);
    if (page.next_cursor == hole_.before) return true;
    return std::any_of(page.rows.begin(), page.rows.end(), [this](const ListedRow& row) {
      return row.id == hole_.first_id || IsBeyond(row.id);
    });
  }

 private:
  /// By the id alone: the record behind the hole may be in the other half by now.
  bool IsBeyond(const std::string& id) const {
    if (hole_.first_id.empty()) return false;
    if (request_.order == ListingOrder::kOldestFirst)
      return IdNumber(id) > IdNumber(hole_.first_id);
    return request_.order == ListingOrder::kNewestFirst && IdNumber(id) < IdNumber(hole_.first_id);
  }
  bool LeavesRange(const ListingPage& page) const {
    if (range_ == nullptr) return false;
    return std::any_of(page.rows.begin(), page.rows.end(), [this](const ListedRow& row) {
      if (range_->kind == RangeKind::kUndated) return row.end.has_value();
      return !row.end || (range_->to && *row.end >= *range_->to);
    });
  }

  const LedgerHole& hole_;
  const Range* range_ = nullptr;
  PageRequest request_;
};

}  // namespace

Status Repair::Run(const RepairPlan& plan, std::stop_token stop) {
  stop_ = std::move(stop);
  if (auto status = FetchEvents(plan.links.events); !status) return status;
  if (auto status = FetchMarketsOf(plan.links.markets); !status) return status;
  if (auto status = RunListing(markets_, plan.markets); !status) return status;
  return RunListing(events_, plan.events);
}

Status Repair::RunListing(RepairedListing& listing, const ListingRepair& repair) {
  for (const LedgerHole& hole : repair.holes) {
    auto status = FillHole(listing, hole, repair.ranges);
    // A cursor that the API does not take any more; what else there is can be mended.
    if (!status && status.error().kind == ErrorKind::kRejected) {
      ++counts_.refused;
    } else if (!status) {
      return status;
    }
  }
  if (auto status = FetchIds(listing, repair.rows.ids); !status) return status;
  return MendCursors(listing.pages, repair.cursors);
}

Status Repair::MendCursors(PageStore& pages, const CursorFaults& faults) {
  if (faults.empty()) return Ok();
  AppendTransaction append;
  if (faults.newest_id) {
    append.set.emplace_back(pages.source().Key(kNewestIdState), std::to_string(*faults.newest_id));
  }
  if (faults.offset != 0) append.add.emplace_back(pages.source().Key(kOffsetState), faults.offset);
  for (Range range : faults.ranges) {
    range.cursor.clear();
    range.reached.reset();
    range.asked_to.reset();
    range.begun = 0;
    range.pages = 0;
    append.fields.push_back(
        {pages.source().Key(kRangesState), std::to_string(range.number), ToText(range)});
  }
  if (faults.read_again) {
    ++counts_.set_back;
    return pages.source().ReadAgain(*faults.read_again);
  }
  return pages.source().SetBack(append);
}

Status Repair::Store(RepairedListing& listing, const ListingPage& page, PageOrigin origin) {
  origin.anew = true;
  const auto stored = listing.pages.Store(page, origin);
  if (!stored) return stored.error();
  counts_.records += stored->changed;
  return Ok();
}

Status Repair::StoreFound(RepairedListing& listing,
                          const ListingPage& page,
                          std::uint64_t version) {
  if (page.records() == 0) return Ok();
  return Store(listing,
               page,
               {.lane = "verify",
                .walk = "ids/" + std::to_string(version),
                .ends = true,
                .version = version});
}

Status Repair::FillHole(RepairedListing& listing,
                        const LedgerHole& hole,
                        const std::vector<Range>& ranges) {
  HoleWalk walk(hole, ranges);
  WalkGuard guard;
  for (bool ends = false; !ends;) {
    PageRequest& request = walk.request();
    request.version = listing.pages.source().NextVersion();
    auto verdict = WalkVerdict::kConfirm;
    auto page = retrier_.Do(
        [&]() -> Result<ListingPage> {
          ++counts_.requests;
          auto answer = listing.gamma.Fetch(request, stop_);
          if (!answer) return answer;
          const auto checked = guard.Check(request.cursor, *answer);
          if (!checked) return checked.error();
          verdict = *checked;
          return answer;
        },
        stop_);
    if (!page) return std::move(page).error();
    if (verdict == WalkVerdict::kConfirm) continue;
    guard.Accept(request.cursor, *page);
    const std::string next = page->next_cursor;
    ends = walk.EndsWith(*page);
    // What comes next was read already, as far as there is something.
    if (ends && !hole.before.empty()) page->next_cursor = hole.before;
    auto status = Store(listing,
                        *page,
                        {.lane = hole.lane,
                         .walk = hole.walk,
                         .from = request.cursor,
                         .ends = ends && hole.before.empty(),
                         .version = request.version});
    if (!status) return status;
    request.cursor = next;
  }
  return Ok();
}

Result<std::vector<std::string>> Repair::FetchListed(
    RepairedListing& listing,
    std::vector<std::string> PageRequest::*parameter,
    std::vector<std::string> texts) {
  std::vector<std::string> found;
  PageRequest request;
  request.*parameter = std::move(texts);
  const auto store = [&](const ListingPage& page, const PageRequest& asked) {
    ++counts_.requests;
    for (const ListedRow& row : page.rows) found.push_back(row.id);
    return StoreFound(listing, page, asked.version);
  };
  if (auto status = ForEachFilteredPage(
          {listing.gamma, retrier_, [&] { return listing.pages.source().NextVersion(); }},
          request,
          store,
          stop_);
      !status) {
    return std::move(status).error();
  }
  return found;
}

Result<bool> Repair::FetchAlone(RepairedListing& listing, const std::string& path) {
  const std::uint64_t version = listing.pages.source().NextVersion();
  ++counts_.requests;
  const auto page = retrier_.Do([&] { return listing.gamma.Lookup(path, version, stop_); }, stop_);
  if (!page) return page.error();
  if (auto status = StoreFound(listing, *page, version); !status) return std::move(status).error();
  return page->records() > 0;
}

Status Repair::FetchIds(RepairedListing& listing, std::vector<std::string> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return InParts(std::span<const std::string>(ids), kIdsAtOnce, [&](auto part) -> Status {
    const auto listed = FetchListed(listing, &PageRequest::ids, {part.begin(), part.end()});
    if (!listed) return listed.error();
    const std::set<std::string> found(listed->begin(), listed->end());
    for (const std::string& id : part) {
      if (found.contains(id)) continue;
      const auto alone = FetchAlone(listing, id);
      if (!alone) return alone.error();
      if (*alone) continue;
      ++counts_.unknown;
      if (auto status = listing.pages.NoteGone(id); !status) return status;
    }
    return Ok();
  });
}

Status Repair::FetchEvents(const std::vector<MissingEvent>& events) {
  return InParts(std::span<const MissingEvent>(events), kTextsAtOnce, [&](auto part) -> Status {
    std::vector<std::string> slugs;
    for (const MissingEvent& event : part) {
      if (!event.slug.empty()) slugs.push_back(event.slug);
    }
    std::set<std::string> found;
    if (!slugs.empty()) {
      const auto listed = FetchListed(events_, &PageRequest::slugs, std::move(slugs));
      if (!listed) return listed.error();
      found.insert(listed->begin(), listed->end());
    }
    for (const MissingEvent& event : part) {
      if (found.contains(event.id)) continue;
      // A slug may have been edited since its market was read.
      bool is_known = false;
      for (const std::string& path : {event.id, "slug/" + event.slug}) {
        if (is_known || path.ends_with('/')) continue;
        const auto alone = FetchAlone(events_, path);
        if (!alone) return alone.error();
        is_known = *alone;
      }
      if (is_known) continue;
      ++counts_.unknown;
      if (auto status = events_.pages.NoteGone(event.id); !status) return status;
    }
    return Ok();
  });
}

Status Repair::FetchMarketsOf(const std::vector<MissingMarkets>& events) {
  std::vector<std::string> ids;
  for (const MissingMarkets& event : events) {
    ++counts_.requests;
    const auto of_event =
        retrier_.Do([&] { return event_lookup_.MarketsOf(event.event_id, stop_); }, stop_);
    if (!of_event) return of_event.error();
    ids.insert(ids.end(), of_event->begin(), of_event->end());
  }
  return FetchIds(markets_, std::move(ids));
}

Status Repair::FetchMarkets(std::vector<std::string> ids, std::stop_token stop) {
  stop_ = std::move(stop);
  return FetchIds(markets_, std::move(ids));
}

Status Repair::FetchConditions(std::span<const std::string> condition_ids, std::stop_token stop) {
  stop_ = std::move(stop);
  return InParts(condition_ids, kTextsAtOnce, [&](auto part) -> Status {
    const auto listed =
        FetchListed(markets_, &PageRequest::condition_ids, {part.begin(), part.end()});
    return listed ? Ok() : Status(listed.error());
  });
}

}  // namespace polyhouse
