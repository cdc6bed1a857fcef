#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "truth_log.h"

namespace polyhouse {

/// What is needed to give an answer once more: the records of a listing by number and revision, or
/// the text of a lookup.
struct CachedAnswer {
  ServedPage page;
  std::optional<std::string> next_cursor;
  std::string lookup;  ///< The record, empty for a listing.
};

/// The answers of the last so many seconds by request target, as the content network in front of
/// the API keeps them: who asks for the same again gets the same again, however much the world has
/// moved. Thread-safe.
class AnswerCache final {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// Zero keeps nothing.
  explicit AnswerCache(std::chrono::seconds lifetime) : lifetime_(lifetime) {}

  struct Hit {
    CachedAnswer answer;
    std::chrono::seconds age;
  };
  std::optional<Hit> Find(const std::string& target, TimePoint now) const;
  void Store(const std::string& target, CachedAnswer answer, TimePoint now);
  void Clear();

 private:
  struct Entry {
    CachedAnswer answer;
    TimePoint stored;
  };

  void Expire(TimePoint now);

  std::chrono::seconds lifetime_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::deque<std::pair<TimePoint, std::string>> oldest_;  ///< What was stored when.
};

}  // namespace polyhouse
