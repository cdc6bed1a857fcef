#include "app/dashboard/live_ticker.h"

#include <array>

#include "app/dashboard/envelope.h"
#include "app/dashboard/quality_page.h"
#include "base/random_token.h"
#include "base/split.h"
#include "codec/timestamp.h"
#include "pages/page_json.h"

namespace polyhouse {
namespace {

constexpr std::chrono::seconds kTick{1};
/// While nobody listens.
constexpr std::chrono::seconds kIdleTick{5};
constexpr std::chrono::seconds kSilence{15};
constexpr std::chrono::milliseconds kGoodbye{500};
constexpr std::chrono::milliseconds kLookAround{10};
constexpr std::size_t kMostTopics = 8;
/// That are asked of the tables in each tick; those beyond get no news.
constexpr std::size_t kMostAsked = 64;
constexpr std::string_view kMarketTopic = "market:";
constexpr std::string_view kTradesTopic = "trades";
constexpr std::array<std::string_view, 6> kTradeFilters = {
    "market", "event", "wallet", "outcome", "side", "min_usd"};

/// "trades", with what is asked of them: "trades\nside=buy".
std::string TradesTopic(const WebRequest& request) {
  std::string topic(kTradesTopic);
  for (const std::string_view filter : kTradeFilters) {
    const auto value = request.Param(filter);
    if (!value.empty()) topic.append("\n").append(filter).append("=").append(value);
  }
  return topic;
}

PageParams FiltersOf(const std::string& topic) {
  PageParams filters;
  for (const std::string& line : Split(topic, '\n')) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) filters[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return filters;
}

}  // namespace

Result<std::set<std::string>> ReadTopics(const WebRequest& request) {
  std::set<std::string> topics;
  for (const std::string& topic : Split(request.Param("topics"), ',')) {
    if (topic == "now" || topic == "quality") {
      topics.insert(topic);
    } else if (topic == kTradesTopic) {
      topics.insert(TradesTopic(request));
    } else if (topic.starts_with(kMarketTopic) && topic.size() > kMarketTopic.size()) {
      topics.insert(topic);
    } else {
      return ConfigError("There are the topics now, trades, quality and market:ID.");
    }
  }
  if (topics.empty() || topics.size() > kMostTopics) {
    return ConfigError("One to " + std::to_string(kMostTopics) + " topics can be listened to.");
  }
  // A filter that cannot be is said at once.
  PageParams filters;
  for (const std::string_view filter : kTradeFilters) {
    if (!request.Param(filter).empty()) filters[std::string(filter)] = request.Param(filter);
  }
  if (auto asked = FindPageQuestion("/api/trades", filters); !asked) {
    return std::move(asked).error();
  }
  return topics;
}

LiveTicker::LiveTicker(Watch& watch, PageAnswers& answers, LiveFeed& feed, Clock& clock)
    : watch_(watch),
      answers_(answers),
      feed_(feed),
      clock_(clock),
      boot_(RandomToken().substr(0, 8)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void LiveTicker::Stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  feed_.End(MakeLiveMessage("bye", NextId(), "{\"why\":\"stopping\",\"retry_ms\":2000}"));
  const auto until = clock_.Steady() + kGoodbye;
  while (feed_.listeners() > 0 && clock_.Steady() < until) clock_.SleepFor(kLookAround, {});
}

void LiveTicker::Run(const std::stop_token& stop) {
  SteadyTime looked{};
  while (!stop.stop_requested()) {
    const auto begun = clock_.Steady();
    const bool is_heard = feed_.listeners() > 0;
    const bool is_first = watch_.Now().empty();
    if (is_heard || is_first || begun - looked >= kIdleTick) {
      looked = begun;
      watch_.Look(stop);
      if (is_heard) Tick(stop);
    }
    clock_.SleepUntil(begun + kTick, stop);
  }
}

void LiveTicker::Tick(const std::stop_token& stop) {
  const auto topics = feed_.Topics();
  std::erase_if(last_, [&](const auto& each) { return !topics.contains(each.first); });
  std::size_t asked = 0;
  for (const std::string& topic : topics) {
    if (stop.stop_requested()) return;
    if (topic == "now") Send(topic, "now", watch_.Now());
    if (topic == "quality") Send(topic, "quality", QualityNews(watch_.Facts()));
    const bool is_market = topic.starts_with(kMarketTopic);
    const bool is_trades = topic.starts_with(kTradesTopic);
    if ((!is_market && !is_trades) || ++asked > kMostAsked) continue;
    is_market ? SendMarket(topic, stop) : SendTrades(topic, stop);
  }
  feed_.Breathe(kSilence);
}

void LiveTicker::SendTrades(const std::string& topic, const std::stop_token& stop) {
  PageParams params = FiltersOf(topic);
  const auto known = last_.find(topic);
  if (known != last_.end()) params["after"] = known->second;
  params["limit"] = known == last_.end() ? "1" : "50";
  auto asked = FindPageQuestion("/api/trades", params);
  if (!asked || !*asked) return;
  const auto answer = answers_.Answer(**asked, stop);
  if (!answer) return;
  const auto news = ReadTradeNews(*answer);
  if (!news) return;
  // The first look only finds out where to go on from.
  if (known == last_.end()) {
    last_[topic] = news->last;
    return;
  }
  if (news->count == 0) return;
  std::string json = "{";
  AppendField(json, "as_of", FormatTime(clock_.Now()));
  AppendField(json, "after", known->second);
  AppendField(json, "last", news->last);
  json += ",\"skipped\":0,\"rows\":" + news->rows + "}";
  known->second = news->last;
  feed_.Send(topic, MakeLiveMessage("trades", NextId(), json));
}

void LiveTicker::SendMarket(const std::string& topic, const std::stop_token& stop) {
  const auto asked = FindPageQuestion("/api/markets/" + topic.substr(kMarketTopic.size()), {});
  if (!asked || !*asked) return;
  const auto answer = answers_.Answer(**asked, stop);
  if (!answer) return;
  std::string json = MarketNews(*answer);
  if (json.empty()) return;
  // The time is not of what changed.
  std::string& last = last_[topic];
  if (last == json) return;
  last = json;
  AppendField(json, "as_of", FormatTime(clock_.Now()));
  feed_.Send(topic, MakeLiveMessage("market", NextId(), json + "}"));
}

void LiveTicker::Send(const std::string& topic, std::string_view event, std::string_view data) {
  if (data.empty()) return;
  feed_.Send(topic, MakeLiveMessage(event, NextId(), data));
}

}  // namespace polyhouse
