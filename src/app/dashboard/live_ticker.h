#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "app/dashboard/watch.h"
#include "pages/page_answers.h"
#include "pages/page_json.h"
#include "pages/page_question.h"
#include "serve/live_feed.h"

namespace polyhouse {

/// The topics that a request for /api/live names; an error says what is wrong with them.
Result<std::set<std::string>> ReadTopics(const WebRequest& request);

/// Looks at how things are and sends what is new to those who listen: every second while somebody
/// does, else every few seconds. What is asked of the tables has a thread of its own, so that slow
/// ones hold up no other news. All references must outlive it.
class LiveTicker {
 public:
  LiveTicker(Watch& watch, PageAnswers& answers, LiveFeed& feed, Clock& clock);
  ~LiveTicker() { Stop(); }
  LiveTicker(const LiveTicker&) = delete;
  LiveTicker& operator=(const LiveTicker&) = delete;

  /// Says goodbye to all who listen; waits a moment until they have heard it.
  void Stop();

  /// Names this run of the server; a page that hears another one knows that it missed something.
  const std::string& boot() const { return boot_; }

 private:
  void Look(const std::stop_token& stop);
  void SendLook();
  void AskTables(const std::stop_token& stop);
  void AskFor(const std::string& topic, const std::stop_token& stop);
  /// Empty when the tables do not answer.
  std::optional<TradeNews> AskTrades(const PageParams& params, const std::stop_token& stop);
  void SendTrades(const std::string& topic, const std::stop_token& stop);
  void SendMarket(const std::string& topic, const std::stop_token& stop);
  std::string NextId() { return boot_ + ":" + std::to_string(++sent_); }

  Watch& watch_;
  PageAnswers& answers_;
  LiveFeed& feed_;
  Clock& clock_;
  const std::string boot_;
  std::atomic<std::uint64_t> sent_ = 0;
  std::string last_quality_;  ///< Of the thread that looks.
  std::map<std::string, std::string>
      last_;              ///< Of the other: what was sent, or the last trade's id.
  std::jthread looking_;  // Last: they use everything above.
  std::jthread asking_;
};

}  // namespace polyhouse
