#include "chain/trades_routes.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/number_text.h"
#include "base/split.h"
#include "base64.h"
#include "dice.h"
#include "json_object.h"

namespace polyhouse {
namespace {

constexpr std::string_view kTrades = "/data/v2/trades";
constexpr std::uint64_t kLargestPage = 1000;
constexpr std::size_t kMostConditions = 20;
constexpr double kMillion = 1e6;

/// The index of an outcome whose market the API does not know.
constexpr std::int64_t kUnknownOutcome = 999;

/// Which filters a cursor belongs to.
std::uint64_t ScopeOf(const std::vector<std::string>& conditions, bool taker_only) {
  std::uint64_t scope = taker_only ? 1 : 2;
  for (const std::string& condition : conditions) {
    for (const char c : condition) scope = Draw(scope, static_cast<unsigned char>(c));
  }
  return scope;
}

std::string EncodePlace(const FillPlace& place, std::uint64_t limit, std::uint64_t scope) {
  std::string text;
  for (const std::uint64_t number : {scope, limit, place.block, place.transaction, place.log}) {
    text += std::to_string(number) + ':';
  }
  return EncodeBase64Url(text);
}

bool DecodePlace(std::string_view cursor,
                 std::uint64_t scope,
                 std::uint64_t& limit,
                 FillPlace& place) {
  const std::optional<std::string> text = DecodeBase64Url(cursor);
  const std::vector<std::string> parts = Split(text.value_or(""), ':');
  std::array<std::uint64_t, 5> numbers{};
  if (parts.size() != numbers.size()) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!ReadNumber(parts[i], numbers[i])) return false;
  }
  limit = numbers[1];
  place = {numbers[2], numbers[3], numbers[4]};
  return numbers[0] == scope;
}

/// Ten decimals, as the API rounds.
double PriceOf(const MinedFill& fill) {
  if (fill.tokens == 0) return 0;
  const double price = static_cast<double>(fill.collateral) / static_cast<double>(fill.tokens);
  return std::round(price * 1e10) / 1e10;
}

void AppendTrade(std::string& out, const PlacedLog& placed) {
  const MinedFill& fill = *placed.log.fill;
  const TradedMarket& market = placed.market;
  JsonObject json(out);
  json.Text("proxy_wallet", AddressHex(fill.maker));
  json.Text("side", fill.side == OrderSide::kBuy ? "BUY" : "SELL");
  json.Text("token_id", WordDecimal(market.tokens[fill.outcome]));
  json.Text("condition_id", market.condition_id);
  json.Number("size", static_cast<double>(fill.tokens) / kMillion);
  json.Number("price", PriceOf(fill));
  json.Integer("timestamp", static_cast<std::int64_t>(placed.block.time));
  json.Text("title", market.is_listed ? market.question : "");
  json.Text("slug", market.is_listed ? market.slug : "");
  json.Fields(R"("icon":"","event_slug":"")");
  json.Text("outcome", market.is_listed ? market.outcomes[fill.outcome] : "");
  json.Integer("outcome_index", market.is_listed ? fill.outcome : kUnknownOutcome);
  json.Fields(
      R"("name":"","pseudonym":"","bio":"","profile_image":"","profile_image_optimized":"")");
  json.Text("transaction_hash", WordHex(TransactionHash(placed.transaction)));
  json.Close();
}

Response BadRequest(std::string_view message) {
  Response response{400, "application/json", ""};
  JsonObject json(response.body);
  json.Text("error", message);
  json.Close();
  return response;
}

}  // namespace

std::string TradesRoutes::RouteOf(const Request& request) {
  return request.path == kTrades ? std::string(kTrades) : "unknown";
}

Response TradesRoutes::Handle(const Request& request) {
  if (request.path != kTrades) return ErrorResponse(404, "not found error", "no such route");
  if (request.method != "GET" && request.method != "HEAD") {
    return ErrorResponse(405, "method error", "only GET is allowed");
  }
  const std::optional<Fault> fault = simulation_.NextFault();
  const bool is_empty = fault && fault->kind == FaultKind::kEmpty;
  Response response = AnswerTrades(request, is_empty);
  if (!fault || (IsPageFault(fault->kind) && !is_empty)) return response;
  simulation_.stats().CountFault(fault->kind);
  return is_empty ? response : misbehaviour_.Apply(std::move(response), fault->kind);
}

Result<TradesRoutes::Query> TradesRoutes::Understand(const Request& request) const {
  Query query;
  if (request.Param("offset")) return RejectedError("offset is not supported, use cursor");
  for (const std::string& value : request.Params("condition")) {
    for (std::string& condition : Split(value, ',')) {
      query.conditions.push_back(std::move(condition));
    }
  }
  if (query.conditions.size() > kMostConditions) return RejectedError("too many conditions");
  query.taker_only = request.Param("taker_only") != "false";
  if (const auto text = request.Param("limit")) {
    if (!ReadNumber(*text, query.limit) || query.limit > kLargestPage) {
      return RejectedError("limit must be between 0 and 1000");
    }
  }
  if (const auto text = request.Param("filter_amount")) {
    const char* end = text->data() + text->size();
    double amount = 0;
    if (std::from_chars(text->data(), end, amount).ptr != end || amount < 0) {
      return RejectedError("invalid filter_amount");
    }
    if (amount > 0) query.filter_amount = amount;
  }
  query.before = {simulation_.chain().State().head + 1, 0, 0};
  const auto cursor = request.Param("cursor");
  const std::uint64_t scope = ScopeOf(query.conditions, query.taker_only);
  if (cursor && !DecodePlace(*cursor, scope, query.limit, query.before)) {
    return RejectedError("invalid cursor");
  }
  return query;
}

Response TradesRoutes::AnswerTrades(const Request& request, bool is_empty) {
  const Result<Query> query = Understand(request);
  if (!query) return BadRequest(query.error().message);
  std::string rows;
  std::uint64_t count = 0;
  FillPlace last = query->before;
  bool has_more = false;
  const auto add = [&](const PlacedLog& placed, const FillPlace& place) {
    const MinedFill& fill = *placed.log.fill;
    const double dollars = static_cast<double>(fill.collateral) / kMillion;
    const bool is_taker = fill.match == MatchType::kTaker || fill.match == MatchType::kDirect;
    if (fill.is_swap || dollars < query->filter_amount) return true;
    if (query->taker_only && !is_taker) return true;
    has_more = count == query->limit;
    if (has_more) return false;
    if (count++ > 0) rows += ',';
    AppendTrade(rows, placed);
    last = place;
    return true;
  };
  if (!is_empty) simulation_.chain().VisitFillsBackwards(query->before, query->conditions, add);
  Response response;
  response.headers.emplace_back("Cache-Control", "public, max-age=300");
  JsonObject json(response.body);
  json.Raw("data", "[" + rows + "]");
  json.Key("pagination");
  JsonObject pagination(response.body);
  pagination.Integer("limit", static_cast<std::int64_t>(query->limit));
  pagination.Integer("offset", 0);
  pagination.Bool("has_more", has_more);
  if (has_more) {
    const std::uint64_t scope = ScopeOf(query->conditions, query->taker_only);
    pagination.Text("next_cursor", EncodePlace(last, query->limit, scope));
  } else {
    pagination.Raw("next_cursor", "null");
  }
  pagination.Close();
  json.Close();
  return response;
}

}  // namespace polyhouse
