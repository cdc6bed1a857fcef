#include "answer_cache.h"

namespace polyhouse {
namespace {

/// A walk through a large world leaves an answer for every page: a few kilobytes each.
constexpr std::size_t kMostAnswers = 50'000;

}  // namespace

std::optional<AnswerCache::Hit> AnswerCache::Find(const std::string& target, TimePoint now) const {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(target);
  if (entry == entries_.end()) return std::nullopt;
  const auto age = now - entry->second.stored;
  if (age >= lifetime_) return std::nullopt;
  return Hit{entry->second.answer, std::chrono::floor<std::chrono::seconds>(age)};
}

void AnswerCache::Store(const std::string& target, CachedAnswer answer, TimePoint now) {
  if (lifetime_ == lifetime_.zero()) return;
  const std::lock_guard lock(mutex_);
  Expire(now);
  entries_.insert_or_assign(target, Entry{std::move(answer), now});
  oldest_.emplace_back(now, target);
}

void AnswerCache::Clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  oldest_.clear();
}

void AnswerCache::Expire(TimePoint now) {
  while (!oldest_.empty() &&
         (oldest_.front().first + lifetime_ <= now || oldest_.size() >= kMostAnswers)) {
    const auto entry = entries_.find(oldest_.front().second);
    if (entry != entries_.end() && entry->second.stored == oldest_.front().first) {
      entries_.erase(entry);
    }
    oldest_.pop_front();
  }
}

}  // namespace polyhouse
