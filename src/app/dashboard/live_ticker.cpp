#include "app/dashboard/live_ticker.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

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
constexpr std::size_t kMostTrades = 50;
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

bool IsMarketTopic(std::string_view topic) {
  return topic.starts_with(kMarketTopic) && topic.size() > kMarketTopic.size() &&
         topic.find('/') == std::string_view::npos;
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
    } else if (IsMarketTopic(topic)) {
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
      looking_([this](const std::stop_token& stop) { Look(stop); }),
      asking_([this](const std::stop_token& stop) { AskTables(stop); }) {}

void LiveTicker::Stop() {
  if (!looking_.joinable()) return;
  looking_.request_stop();
  asking_.request_stop();
  looking_.join();
  asking_.join();
  feed_.End(MakeLiveMessage("bye", NextId(), "{\"why\":\"stopping\",\"retry_ms\":2000}"));
  const auto until = clock_.Steady() + kGoodbye;
  while (feed_.listeners() > 0 && clock_.Steady() < until) clock_.SleepFor(kLookAround, {});
}

void LiveTicker::Look(const std::stop_token& stop) {
  SteadyTime looked{};
  while (!stop.stop_requested()) {
    const auto begun = clock_.Steady();
    const bool is_heard = feed_.listeners() > 0;
    const bool is_first = watch_.Now().empty();
    if (is_heard || is_first || begun - looked >= kIdleTick) {
      looked = begun;
      watch_.Look(stop);
      if (is_heard) SendLook();
    }
    clock_.SleepUntil(begun + kTick, stop);
  }
}

void LiveTicker::SendLook() {
  if (const std::string now = watch_.Now(); !now.empty()) {
    feed_.Send("now", MakeLiveMessage("now", NextId(), now));
  }
  const StatusFacts facts = watch_.Facts();
  // Only what changed; the time is no news.
  if (std::string news = QualityNews(facts); news != last_quality_) {
    last_quality_ = news;
    AppendField(news, "as_of", FormatTime(facts.time));
    feed_.Send("quality", MakeLiveMessage("quality", NextId(), news + "}"));
  }
  feed_.Breathe(kSilence);
}

/// As many topics in a tick as there is time for, each in its turn.
void LiveTicker::AskTables(const std::stop_token& stop) {
  std::string next;  ///< The topic to begin with.
  while (!stop.stop_requested()) {
    const auto begun = clock_.Steady();
    std::vector<std::string> asked;
    for (const std::string& topic : feed_.Topics()) {
      if (topic.starts_with(kMarketTopic) || topic.starts_with(kTradesTopic))
        asked.push_back(topic);
    }
    std::erase_if(last_, [&](const auto& each) {
      return std::find(asked.begin(), asked.end(), each.first) == asked.end();
    });
    std::rotate(asked.begin(), std::lower_bound(asked.begin(), asked.end(), next), asked.end());
    for (const std::string& topic : asked) {
      next = topic;
      if (stop.stop_requested() || clock_.Steady() - begun >= kTick) break;
      AskFor(topic, stop);
      next = topic + '\0';  // Behind it.
    }
    clock_.SleepUntil(begun + kTick, stop);
  }
}

void LiveTicker::AskFor(const std::string& topic, const std::stop_token& stop) {
  topic.starts_with(kMarketTopic) ? SendMarket(topic, stop) : SendTrades(topic, stop);
}

std::optional<TradeNews> LiveTicker::AskTrades(const PageParams& params,
                                               const std::stop_token& stop) {
  const auto asked = FindPageQuestion("/api/trades", params);
  if (!asked || !*asked) return {};
  const auto answer = answers_.AnswerAnew(**asked, stop);
  return answer ? ReadTradeNews(*answer, kMostTrades) : std::nullopt;
}

void LiveTicker::SendTrades(const std::string& topic, const std::stop_token& stop) {
  PageParams params = FiltersOf(topic);
  const auto known = last_.find(topic);
  const bool is_first = known == last_.end();
  const std::string before = is_first ? "" : known->second;
  if (!before.empty()) params["after"] = before;
  params["limit"] = is_first ? "1" : std::to_string(kMostTrades + 1);
  // Where none is of this topic, the first will come after the newest of all, as it is before.
  const auto newest = before.empty() ? AskTrades({{"limit", "1"}}, stop) : std::nullopt;
  const auto news = AskTrades(params, stop);
  if (!news) return;
  if (news->last.empty()) {
    if (before.empty()) last_[topic] = newest ? newest->last : "";
    return;
  }
  last_[topic] = news->last;
  // The first look only finds out where to go on from.
  if (is_first) return;
  std::string json = "{";
  AppendField(json, "as_of", FormatTime(clock_.Now()));
  // Of more than there is room for, the page asks for the rest: `after` is not what it had last.
  AppendField(json, "after", news->before.empty() ? before : news->before);
  AppendField(json, "last", news->last);
  json += ",\"skipped\":0,\"rows\":" + news->rows + "}";
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

}  // namespace polyhouse
