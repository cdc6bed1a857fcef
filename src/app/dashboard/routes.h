#pragma once

#include "app/dashboard/dead_letter_pages.h"
#include "app/dashboard/live_ticker.h"
#include "app/dashboard/quality_page.h"
#include "app/dashboard/watch.h"
#include "pages/page_answers.h"
#include "pages/page_tables.h"
#include "serve/live_feed.h"
#include "serve/sessions.h"
#include "serve/status_pages.h"

namespace polyhouse {

/// What the routes lead to.
struct RouteParts {
  Watch& watch;
  PageAnswers& answers;
  const AskTables& ask_for_strangers;  ///< What a person typed.
  LiveFeed& feed;
  const LiveTicker& ticker;
  const DeadLetterPages& letters;
  QualityPage& quality;
  Sessions& sessions;
  Clock& clock;
};

/// Decides what each path is answered with, and who may ask for it. Thread-safe.
class Routes final : public WebHandler {
 public:
  /// All parts must outlive it.
  explicit Routes(RouteParts parts);

  WebDecision Decide(WebRequest request) override;

 private:
  WebDecision DecideApi(WebRequest request);
  WebDecision DecidePost(WebRequest request);
  WebAnswer FirstNow(const std::stop_token& stop) const;
  WebAnswer Listen(const WebRequest& request) const;
  WebAnswer LogIn(const WebRequest& request);
  WebDecision RunSql(const WebRequest& request) const;
  WebDecision Download(const WebRequest& request) const;

  const RouteParts parts_;
  StatusPages status_;
};

}  // namespace polyhouse
