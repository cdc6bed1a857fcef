#include "catalogue.h"

#include <algorithm>
#include <functional>

#include "cursor.h"

namespace polyhouse {
namespace {

CursorScope ScopeOf(const ListingQuery& query) {
  return {query.listing,
          query.asked_hash.value_or(query.FilterHash()),
          query.order.size(),
          query.asked_fields.value_or(query.order.size())};
}

bool IsWithin(const Rows& rows, RowNumber row, OrderField field, const MomentRange& range) {
  if (!range.IsBounded()) return true;
  const SortValue value = rows.Value(row, field);
  const double* micros = std::get_if<double>(&value);
  if (!micros) return false;
  const auto of = [](Moment moment) {
    return static_cast<double>(moment.time_since_epoch().count());
  };
  return (!range.min || *micros >= of(*range.min)) && (!range.max || *micros <= of(*range.max));
}

bool Matches(const Rows& rows, RowNumber row, const ListingQuery& query) {
  return IsWithin(rows, row, OrderField::kStartDate, query.start_date) &&
         IsWithin(rows, row, OrderField::kEndDate, query.end_date);
}

/// Walks an index in the query's direction from a position counted from its ascending start.
class Walk {
 public:
  Walk(std::span<const RowNumber> rows, std::size_t position, bool ascending)
      : rows_(rows), position_(position), ascending_(ascending) {}

  std::optional<RowNumber> Next() {
    if (ascending_) {
      return position_ < rows_.size() ? std::optional(rows_[position_++]) : std::nullopt;
    }
    return position_ > 0 ? std::optional(rows_[--position_]) : std::nullopt;
  }

 private:
  std::span<const RowNumber> rows_;
  std::size_t position_;
  bool ascending_;
};

/// The rows that any of the lists names, within all kinds of names given.
std::vector<RowNumber> NamedRows(const Rows& rows, const ListingQuery& query) {
  const std::array lists{std::pair(LookupKey::kId, &query.ids),
                         std::pair(LookupKey::kSlug, &query.slugs),
                         std::pair(LookupKey::kConditionId, &query.condition_ids),
                         std::pair(LookupKey::kTokenId, &query.token_ids)};
  std::optional<std::vector<RowNumber>> named;
  for (const auto& [by, names] : lists) {
    if (names->empty()) continue;
    std::vector<RowNumber> found;
    for (const std::string& name : *names) {
      const auto matches = rows.Find(by, name);
      found.insert(found.end(), matches.begin(), matches.end());
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    if (named) {
      std::erase_if(*named, [&](RowNumber row) { return !std::ranges::binary_search(found, row); });
    } else {
      named = std::move(found);
    }
  }
  return std::move(named).value_or(std::vector<RowNumber>());
}

/// Takes rows off the walk until the page is full; a cursor remains when one more would have come.
RowPage FillPage(const Rows& rows, const ListingQuery& query, Walk walk, const OrderIndex& index) {
  RowPage page;
  std::size_t to_skip = query.offset;
  while (const auto row = walk.Next()) {
    if (!Matches(rows, *row, query)) continue;
    if (to_skip > 0) {
      --to_skip;
    } else if (page.rows.size() < query.limit) {
      page.rows.push_back(*row);
    } else {
      page.next_cursor = EncodeCursor(ScopeOf(query), index.KeyOf(page.rows.back()));
      break;
    }
  }
  if (query.always_has_cursor && !page.rows.empty() && !page.next_cursor) {
    page.next_cursor = EncodeCursor(ScopeOf(query), index.KeyOf(page.rows.back()));
  }
  return page;
}

}  // namespace

Result<RowPage> Catalogue::Select(const ListingQuery& query) {
  const OrderIndex& index = IndexFor(query);
  if (query.NamesRows()) return SelectNamed(query, index);
  std::size_t position = query.ascending ? 0 : index.Ascending().size();
  if (query.after_cursor) {
    const Result<SortKey> key = DecodeCursor(ScopeOf(query), *query.after_cursor);
    if (!key) return key.error();
    position = query.ascending ? index.CountThrough(*key) : index.CountBefore(*key);
  }
  return FillPage(world_.Records(query.listing),
                  query,
                  Walk(index.Ascending(), position, query.ascending),
                  index);
}

Result<RowPage> Catalogue::SelectNamed(const ListingQuery& query, const OrderIndex& index) {
  const Rows& rows = world_.Records(query.listing);
  std::vector<RowNumber> named = NamedRows(rows, query);
  std::erase_if(named, [&](RowNumber row) {
    return rows.VisibilityOf(row, kNow) != Visibility::kListed ||
           (query.closed && rows.IsClosed(row) != *query.closed);
  });
  std::vector<std::pair<SortKey, RowNumber>> sorted;
  sorted.reserve(named.size());
  for (const RowNumber row : named) sorted.emplace_back(index.KeyOf(row), row);
  std::sort(sorted.begin(), sorted.end());
  std::size_t position = query.ascending ? 0 : sorted.size();
  if (query.after_cursor) {
    const Result<SortKey> key = DecodeCursor(ScopeOf(query), *query.after_cursor);
    if (!key) return key.error();
    const auto through = [&](const auto& entry) { return entry.first <= *key; };
    const auto before = [&](const auto& entry) { return entry.first < *key; };
    const auto at = query.ascending ? std::partition_point(sorted.begin(), sorted.end(), through)
                                    : std::partition_point(sorted.begin(), sorted.end(), before);
    position = static_cast<std::size_t>(at - sorted.begin());
  }
  std::transform(
      sorted.begin(), sorted.end(), named.begin(), [](const auto& entry) { return entry.second; });
  return FillPage(rows, query, Walk(named, position, query.ascending), index);
}

Result<std::vector<RowNumber>> Catalogue::SelectBefore(const ListingQuery& query) {
  std::vector<RowNumber> page;
  if (!query.after_cursor || query.NamesRows()) return page;
  const Result<SortKey> key = DecodeCursor(ScopeOf(query), *query.after_cursor);
  if (!key) return key.error();
  const OrderIndex& index = IndexFor(query);
  const std::size_t position = query.ascending ? index.CountThrough(*key) : index.CountBefore(*key);
  const Rows& rows = world_.Records(query.listing);
  Walk back(index.Ascending(), position, !query.ascending);
  while (const auto row = back.Next()) {
    if (page.size() == query.limit) break;
    if (Matches(rows, *row, query)) page.push_back(*row);
  }
  std::reverse(page.begin(), page.end());
  return page;
}

void Catalogue::Update(const WorldChange& change) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, index] : markets_) index->Update(change.markets);
  for (const auto& [name, index] : events_) index->Update(change.events);
}

OrderIndex& Catalogue::IndexFor(const ListingQuery& query) {
  const std::lock_guard lock(mutex_);
  auto& indexes = query.listing == Listing::kMarkets ? markets_ : events_;
  const Missing missing = query.nulls_last && !query.ascending ? Missing::kFirst : Missing::kLast;
  const int part = query.closed ? static_cast<int>(*query.closed) : 2;
  std::unique_ptr<OrderIndex>& index = indexes[{query.order, part, missing}];
  if (!index) {
    index = std::make_unique<OrderIndex>(
        world_.Records(query.listing), query.order, query.closed, missing);
  }
  return *index;
}

}  // namespace polyhouse
