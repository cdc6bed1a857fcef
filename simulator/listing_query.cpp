#include "listing_query.h"

#include <algorithm>
#include <charconv>

namespace polyhouse {
namespace {

constexpr std::size_t kMaxRows = 100;
constexpr std::int64_t kMaxOffset = 2000;

Result<std::int64_t> ParseInteger(std::string_view name, std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return RejectedError("invalid " + std::string(name) + ": must be an integer");
  }
  return value;
}

Status ReadBool(const Request& request, std::string_view name, auto& target) {
  const auto text = request.Param(name);
  if (!text) return Ok();
  if (*text != "true" && *text != "false") {
    return RejectedError("invalid " + std::string(name) + ": must be true or false");
  }
  target = *text == "true";
  return Ok();
}

Status ReadLimit(const Request& request, ListingQuery& query) {
  const auto text = request.Param("limit");
  if (!text) return Ok();
  const Result<std::int64_t> limit = ParseInteger("limit", *text);
  if (!limit) return limit.error();
  if (*limit < 1) return RejectedError("limit must be at least 1");
  query.limit = static_cast<std::size_t>(std::min(*limit, static_cast<std::int64_t>(kMaxRows)));
  return Ok();
}

Status ReadOffset(const Request& request, Pagination pagination, ListingQuery& query) {
  const auto text = request.Param("offset");
  if (!text) return Ok();
  if (pagination == Pagination::kKeyset) {
    return RejectedError("offset is not supported, use after_cursor");
  }
  const Result<std::int64_t> offset = ParseInteger("offset", *text);
  if (!offset) return offset.error();
  if (*offset < 0) return RejectedError("offset must not be negative");
  if (*offset > kMaxOffset) {
    return RejectedError("offset too large, use /" + std::string(ToString(query.listing)) +
                         "/keyset for deeper pagination");
  }
  query.offset = static_cast<std::size_t>(*offset);
  return Ok();
}

Status ReadOrder(const Request& request, ListingQuery& query) {
  std::string_view rest = request.Param("order").value_or("");
  bool ends_with_id = false;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const auto field = FindOrderField(query.listing, rest.substr(0, comma));
    if (!field) return RejectedError("order fields are not valid");
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    ends_with_id = ends_with_id || field == OrderField::kId;  // nothing after the id can matter
    if (!ends_with_id) query.order.push_back(*field);
  }
  return Ok();
}

Status ReadMoment(const Request& request, std::string_view name, std::optional<Moment>& target) {
  const auto text = request.Param(name);
  if (!text) return Ok();
  target = ParseMoment(*text);
  if (!target) return RejectedError("invalid " + std::string(name) + ": must be a date");
  return Ok();
}

Status ReadDates(const Request& request, ListingQuery& query) {
  const std::array targets{std::pair("start_date_min", &query.start_date.min),
                           std::pair("start_date_max", &query.start_date.max),
                           std::pair("end_date_min", &query.end_date.min),
                           std::pair("end_date_max", &query.end_date.max)};
  for (const auto& [name, target] : targets) {
    if (Status status = ReadMoment(request, name, *target); !status) return status;
  }
  return Ok();
}

Status ReadNames(const Request& request, ListingQuery& query) {
  query.ids = request.Params("id");
  query.slugs = request.Params("slug");
  for (const std::string& id : query.ids) {
    if (const auto number = ParseInteger("id", id); !number) return number.error();
  }
  if (query.listing == Listing::kEvents) return Ok();
  query.condition_ids = request.Params("condition_ids");
  query.token_ids = request.Params("clob_token_ids");
  return Ok();
}

void AppendList(std::string& out, char tag, const std::vector<std::string>& values) {
  for (const std::string& value : values) (out += tag) += value + '\n';
}

void AppendMoment(std::string& out, const std::optional<Moment>& moment) {
  out += moment ? FormatIso(*moment) : "-";
  out += '\n';
}

}  // namespace

bool ListingQuery::NamesRows() const {
  return !ids.empty() || !slugs.empty() || !condition_ids.empty() || !token_ids.empty();
}

std::uint64_t ListingQuery::FilterHash() const {
  std::string text(ToString(listing));
  text += ascending ? "+" : "-";
  for (const OrderField field : order) (text += ToString(field)) += ',';
  text += closed ? (*closed ? "closed" : "open") : "all";
  AppendList(text, 'i', ids);
  AppendList(text, 's', slugs);
  AppendList(text, 'c', condition_ids);
  AppendList(text, 't', token_ids);
  for (const MomentRange* range : {&start_date, &end_date}) {
    AppendMoment(text, range->min);
    AppendMoment(text, range->max);
  }
  std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return hash;
}

Result<ListingQuery> ParseListingQuery(Listing listing,
                                       Pagination pagination,
                                       const Request& request) {
  ListingQuery query;
  query.listing = listing;
  if (pagination == Pagination::kKeyset || listing == Listing::kMarkets)
    query.closed_by_default = false;
  query.closed = query.closed_by_default;
  Status status = ReadLimit(request, query);
  if (status) status = ReadOffset(request, pagination, query);
  if (status) status = ReadOrder(request, query);
  if (status) status = ReadBool(request, "ascending", query.ascending);
  if (status) status = ReadBool(request, "closed", query.closed);
  if (status) status = ReadBool(request, "include_markets", query.include_markets);
  if (status) status = ReadBool(request, "include_tag", query.include_tags);
  if (status) status = ReadNames(request, query);
  if (status) status = ReadDates(request, query);
  if (!status) return status.error();
  if (const auto cursor = request.Param("after_cursor");
      cursor && !cursor->empty() && pagination == Pagination::kKeyset) {
    query.after_cursor = std::string(*cursor);
  }
  return query;
}

}  // namespace polyhouse
