#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "app/dashboard/now_board.h"
#include "app/environment.h"
#include "serve/status_pages.h"

namespace polyhouse {

/// Looks at how things are again and again and keeps what it saw. What is known stays when streams
/// or tables cannot be reached; its age and the reason join it. Show functions are thread-safe.
class Watch {
 public:
  explicit Watch(const Environment& environment)
      : environment_(environment), begun_(environment.clock.Steady()), taken_steady_(begun_) {}

  /// Looks once. From one thread.
  void Look(const std::stop_token& stop);

  StatusSample Sample() const;
  /// The JSON of the page's front; empty before the first look.
  std::string Now() const;
  /// What was gathered last.
  StatusFacts Facts() const;

 private:
  /// What was known when things could be looked at last.
  struct LastLook {
    StatusFacts facts;
    Timestamp time{};
    std::vector<std::pair<std::string, std::string>> counts;  ///< What views show.
    Freshness freshness;
    bool are_tables_old = false;  ///< What is known of them is of an earlier look.
    Timestamp counted{};
    SteadyTime count_due{};
  };

  Status LookOnce(std::stop_token stop);
  std::string MetricsNow(Timestamp now) const;
  bool IsCountDue(SteadyTime now) const;

  const Environment environment_;
  const SteadyTime begun_;
  LastLook last_;
  NowBoard board_;
  mutable std::mutex mutex_;  ///< For what follows.
  StatusSample sample_{.unhealthy = "Nothing was looked at yet.",
                       .unready = "Nothing was looked at yet."};
  std::string now_;
  StatusFacts facts_;
  Timestamp taken_{};
  SteadyTime taken_steady_;
};

}  // namespace polyhouse
