#include "serve/sessions.h"

#include "base/constant_time.h"
#include "base/random_token.h"

namespace polyhouse {
namespace {

constexpr std::chrono::hours kLength{12};
constexpr int kMostTries = 5;
constexpr std::chrono::seconds kTriesWithin{10};
constexpr std::size_t kMostAddresses = 10'000;
constexpr std::size_t kMostSessions = 10'000;

std::string SetCookie(std::string_view value, std::chrono::seconds age) {
  return std::string(kSessionCookie) + "=" + std::string(value) +
         "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(age.count());
}

}  // namespace

bool Sessions::Admits(std::string_view session,
                      std::string_view token,
                      const std::string& client,
                      SteadyTime now) {
  if (is_open()) return true;
  const std::lock_guard lock(mutex_);
  if (!token.empty()) return TryToken(token, client, now) == Try::kRight;
  const auto end = ends_.find(session);
  return end != ends_.end() && now < end->second;
}

/// Only wrong ones count.
Sessions::Try Sessions::TryToken(std::string_view token,
                                 const std::string& client,
                                 SteadyTime now) {
  const auto is_over = [&](const auto& each) { return now - each.second.since > kTriesWithin; };
  if (tries_.size() >= kMostAddresses) std::erase_if(tries_, is_over);
  const auto known = tries_.find(client);
  const bool is_counted = known != tries_.end() && !is_over(*known);
  if (is_counted && known->second.count >= kMostTries) return Try::kTooOften;
  if (IsEqualInConstantTime(token_.Reveal(), token)) return Try::kRight;
  // There is no room to count: everybody waits.
  if (!is_counted && known == tries_.end() && tries_.size() >= kMostAddresses) {
    return Try::kTooOften;
  }
  Tries& tries = tries_[client];
  if (!is_counted) tries = {0, now};
  ++tries.count;
  return Try::kWrong;
}

Sessions::LoginResult Sessions::LogIn(std::string_view token,
                                      const std::string& client,
                                      SteadyTime now) {
  const std::lock_guard lock(mutex_);
  const Try tried = TryToken(token, client, now);
  if (tried == Try::kTooOften) return {Login::kTooOften};
  if (tried == Try::kWrong) return {Login::kWrong};
  std::erase_if(ends_, [&](const auto& each) { return each.second <= now; });
  if (ends_.size() >= kMostSessions) return {Login::kTooOften};
  const std::string session = RandomToken() + RandomToken();
  ends_.emplace(session, now + kLength);
  return {Login::kDone, SetCookie(session, kLength)};
}

std::string Sessions::LogOut(std::string_view session) {
  const std::lock_guard lock(mutex_);
  if (const auto end = ends_.find(session); end != ends_.end()) ends_.erase(end);
  return SetCookie("", std::chrono::seconds(0));
}

}  // namespace polyhouse
