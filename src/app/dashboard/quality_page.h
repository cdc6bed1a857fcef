#pragma once

#include <map>
#include <mutex>
#include <stop_token>
#include <string>

#include "app/status_facts.h"
#include "base/clock.h"
#include "pages/page_tables.h"
#include "serve/web_message.h"

namespace polyhouse {

/// /api/quality: how complete each source is, by its proofs and by the ledger. Thread-safe.
class QualityPage {
 public:
  explicit QualityPage(AskTables ask) : ask_(std::move(ask)) {}

  /// What tables say is ten seconds old at most; while they are away, as it was last.
  WebAnswer Show(const StatusFacts& facts, const std::stop_token& stop);

 private:
  using JsonByName = std::map<std::string, std::string>;
  struct Known {
    JsonByName days;  ///< Of the ledger, by source.
    JsonByName runs;  ///< Of checks: "verify" and "reconcile".
  };

  bool Read(const char* sql, JsonByName& answer, const std::stop_token& stop) const;
  Known KnownOf(const std::stop_token& stop);

  const AskTables ask_;
  std::mutex mutex_;  ///< For what follows; held while the tables are asked.
  Known known_;
  SteadyTime asked_{};
};

/// What the topic `quality` tells: an object that is still open, without its time.
std::string QualityNews(const StatusFacts& facts);

}  // namespace polyhouse
