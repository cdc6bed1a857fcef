#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "pages/page_question.h"
#include "pages/page_tables.h"

namespace polyhouse {

/// Answers what pages ask of the tables, as JSON: {"as_of":…,"stale":…,"truncated":…,"took_ms":…,
/// "data":…,"next":…}. One answer serves all who ask the same within a short time, also those who
/// ask while it is found out. While the tables are away the last answer is given, and says so.
/// Thread-safe.
class PageAnswers {
 public:
  /// `clock` must outlive it.
  PageAnswers(AskTables ask, Clock& clock) : ask_(std::move(ask)), clock_(clock) {}

  /// kRejected: there is no such thing. kTransient: the tables are away, or it took too long; then
  /// the message says which.
  Result<std::string> Answer(const AskedQuestion& asked, const std::stop_token& stop);
  /// As Answer, by the tables as they are now; nothing is kept of it.
  Result<std::string> AnswerAnew(const AskedQuestion& asked, const std::stop_token& stop) const;

 private:
  struct Known {
    std::string row;  ///< {"data":…,"next":…}
    Timestamp as_of{};
    SteadyTime at{};
    std::chrono::milliseconds took{0};
    bool is_asked = false;  ///< Somebody is finding it out.
  };
  struct Found {
    std::string row;
    std::chrono::milliseconds took{0};
  };

  Result<Found> Ask(const AskedQuestion& asked, const std::stop_token& stop) const;
  Result<std::string> FetchRow(const AskedQuestion& asked, const std::stop_token& stop) const;
  void Forget();

  const AskTables ask_;
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any found_;
  std::map<std::string, Known, std::less<>> known_;  ///< By path and parameters.
};

/// Whether an error says that the time was over.
bool IsOfDeadline(const Error& error);

}  // namespace polyhouse
