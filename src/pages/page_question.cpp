#include "pages/page_question.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/lower_case.h"
#include "base/one_line.h"
#include "base/split.h"
#include "domain/address.h"
#include "pages/page_sql.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = PageParam::Kind;

constexpr double kLongestText = 200;
/// Where nothing is looked back for: all there is.
constexpr std::string_view kAllHours = "0";

constexpr PageParam kId{.name = "id", .most = kLongestText};
constexpr PageParam kWallet{.name = "wallet", .kind = Kind::kWallet};
constexpr PageParam kCursor{.name = "cursor", .most = 300};
constexpr PageParam kFrom{.name = "from", .kind = Kind::kNumber, .usual = "0", .most = 4e9};
constexpr PageParam kTo{.name = "to", .kind = Kind::kNumber, .usual = "0", .most = 4e9};

constexpr std::array kOfId = {kId};
constexpr std::array kOfSearch = {PageParam{.name = "q", .most = kLongestText}};
constexpr std::array kOfMarkets = {
    PageParam{.name = "q", .most = kLongestText},
    PageParam{
        .name = "state", .kind = Kind::kChoice, .usual = "open", .choices = "open closed all"},
    PageParam{.name = "sort",
              .kind = Kind::kChoice,
              .usual = "volume24h",
              .choices = "volume volume24h liquidity end created"},
    PageParam{.name = "tag", .most = kLongestText},
    PageParam{.name = "event", .most = kLongestText},
    kCursor};
constexpr std::array kOfPrices = {
    kId,
    kFrom,
    kTo,
    PageParam{.name = "points", .kind = Kind::kNumber, .usual = "600", .most = 1'500, .least = 1},
    PageParam{.name = "kind", .kind = Kind::kChoice, .usual = "line", .choices = "line ohlc"}};
constexpr std::array kOfEventPrices = {
    kId,
    kFrom,
    kTo,
    PageParam{.name = "points", .kind = Kind::kNumber, .usual = "300", .most = 400, .least = 1},
    PageParam{.name = "top", .kind = Kind::kNumber, .usual = "6", .most = 12, .least = 1}};
constexpr std::array kOfStory = {kId, kCursor};
constexpr std::array kOfTrades = {
    PageParam{.name = "market", .most = kLongestText},
    PageParam{.name = "event", .most = kLongestText},
    PageParam{.name = "wallet", .most = 42},
    PageParam{.name = "outcome", .most = kLongestText},
    PageParam{.name = "side", .kind = Kind::kChoice, .choices = "buy sell"},
    PageParam{
        .name = "min_usd", .kind = Kind::kNumber, .usual = "0", .most = 1e11, .is_whole = false},
    PageParam{.name = "before", .most = 40},
    PageParam{.name = "after", .most = 40},
    PageParam{.name = "limit", .kind = Kind::kNumber, .usual = "100", .most = 200, .least = 1}};
constexpr std::array kOfWallets = {
    PageParam{.name = "window", .kind = Kind::kChoice, .usual = "7d", .choices = "1d 7d 30d all"}};
constexpr std::array kOfWallet = {kWallet};
constexpr std::array kOfPositions = {kWallet, kCursor};
constexpr std::array kOfProfit = {
    kWallet,
    PageParam{.name = "points", .kind = Kind::kNumber, .usual = "100", .most = 400, .least = 1}};

constexpr std::array kOfLedger = {PageParam{.name = "source", .most = 40},
                                  PageParam{.name = "day", .most = 10}};

constexpr auto kQuestions = std::to_array<PageQuestion>({
    {"/api/search", "search", kOfSearch, seconds(2), seconds(5)},
    {"/api/markets", "markets", kOfMarkets, seconds(2), seconds(2)},
    {"/api/markets/:id", "market", kOfId, seconds(2), seconds(1)},
    {"/api/markets/:id/prices", "market_prices", kOfPrices, seconds(3), seconds(5)},
    {"/api/markets/:id/story", "story", kOfStory, seconds(2), seconds(5)},
    {"/api/markets/:market/trades", "trades", kOfTrades, seconds(2), seconds(1), true},
    {"/api/trades", "trades", kOfTrades, seconds(2), seconds(1), true},
    {"/api/events/:id", "event", kOfId, seconds(2), seconds(2)},
    {"/api/events/:id/prices", "event_prices", kOfEventPrices, seconds(4), seconds(60)},
    {"/api/wallets", "wallets", kOfWallets, seconds(5), seconds(10)},
    {"/api/wallets/:wallet", "wallet", kOfWallet, seconds(5), seconds(10)},
    {"/api/wallets/:wallet/positions", "positions", kOfPositions, seconds(5), seconds(10)},
    {"/api/wallets/:wallet/profit", "profit", kOfProfit, seconds(5), seconds(60)},
    {"/api/quality/ledger", "ledger", kOfLedger, seconds(3), seconds(2)},
    {"/api/schema", "schema", {}, seconds(1), seconds(60)},
});

/// What the parts of a path say of the pattern's names; empty: it is another path.
std::optional<PageParams> Match(std::string_view pattern, std::string_view path) {
  const auto wanted = Split(pattern, '/');
  const auto parts = Split(path, '/');
  if (wanted.size() != parts.size()) return {};
  PageParams said;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with(':') && !parts[i].empty()) {
      said[wanted[i].substr(1)] = parts[i];
    } else if (wanted[i] != parts[i]) {
      return {};
    }
  }
  return said;
}

bool IsNumber(const PageParam& param, std::string_view text) {
  double number = -1;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (read.ec != std::errc{} || read.ptr != end) return false;
  const bool has_digits_alone = text.find_first_not_of("0123456789") == std::string_view::npos;
  return number >= param.least && number <= param.most && (!param.is_whole || has_digits_alone);
}

/// What is wrong with a parameter; empty: nothing.
std::string Complaint(const PageParam& param, const std::string& value) {
  const std::string named = std::string(param.name) + "=" + OneLine(value, 60);
  switch (param.kind) {
    case Kind::kText:
      if (static_cast<double>(value.size()) <= param.most) return {};
      return std::string(param.name) + " is longer than it may be";
    case Kind::kNumber:
      if (IsNumber(param, value)) return {};
      return named + " is no number that can be asked for";
    case Kind::kChoice: {
      const auto choices = Split(param.choices, ' ');
      if (value == param.usual) return {};
      if (std::find(choices.begin(), choices.end(), value) != choices.end()) return {};
      return named + ": there are " + Join(choices, ", ");
    }
    case Kind::kWallet:
      if (IsWallet(value)) return {};
      return OneLine(value, 60) + std::string(kIsNoWallet);
  }
  return {};
}

Result<PageParams> ReadParams(const PageQuestion& question,
                              const PageParams& of_path,
                              const PageParams& query) {
  PageParams params;
  for (const PageParam& param : question.params) {
    const PageParams& where = of_path.contains(param.name) ? of_path : query;
    const auto said = where.find(param.name);
    std::string value(said == where.end() ? param.usual : std::string_view(said->second));
    if (param.kind == Kind::kWallet) value = LowerCase(value);
    if (auto complaint = Complaint(param, value); !complaint.empty()) {
      return ConfigError(std::move(complaint));
    }
    params.emplace(param.name, std::move(value));
  }
  if (question.widens) params.emplace("hours", kAllHours);
  // "7d" is a number of days to the tables.
  if (const auto window = params.find("window"); window != params.end()) {
    const std::string days = window->second == "all" ? "0" : window->second;
    params.emplace("days", days.substr(0, days.find('d')));
    params.erase(window);
  }
  return params;
}

}  // namespace

std::span<const PageQuestion> PageQuestions() {
  return kQuestions;
}

Result<std::optional<AskedQuestion>> FindPageQuestion(std::string_view path,
                                                      const PageParams& query) {
  for (const PageQuestion& question : kQuestions) {
    const auto of_path = Match(question.path, path);
    if (!of_path) continue;
    auto params = ReadParams(question, *of_path, query);
    if (!params) return std::move(params).error();
    return std::optional(AskedQuestion{&question, std::move(*params)});
  }
  return std::optional<AskedQuestion>();
}

std::string PageSql(std::string_view name) {
  const auto files = PageSqlFiles();
  const auto file =
      std::find_if(files.begin(), files.end(), [&](const auto& each) { return each.name == name; });
  // A name of the text itself, such as that of a table made in its WITH.
  if (file == files.end()) return std::string(name);
  std::string sql(file->sql);
  while (sql.ends_with('\n')) sql.pop_back();
  for (auto at = sql.find("{{"); at != std::string::npos; at = sql.find("{{", at)) {
    const auto end = sql.find("}}", at);
    const std::string part = PageSql(sql.substr(at + 2, end - at - 2));
    sql.replace(at, end + 2 - at, part);
    at += part.size();
  }
  return sql;
}

}  // namespace polyhouse
