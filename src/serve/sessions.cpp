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

bool Sessions::Admits(std::string_view session, std::string_view token, SteadyTime now) {
  if (is_open()) return true;
  if (!token.empty()) return IsEqualInConstantTime(token_.Reveal(), token);
  const std::lock_guard lock(mutex_);
  const auto end = ends_.find(session);
  return end != ends_.end() && now < end->second;
}

bool Sessions::MayTry(const std::string& client, SteadyTime now) {
  if (tries_.size() >= kMostAddresses) {
    std::erase_if(tries_, [&](const auto& each) { return now - each.second.since > kTriesWithin; });
  }
  if (tries_.size() >= kMostAddresses && !tries_.contains(client)) return false;
  Tries& tries = tries_[client];
  if (tries.count == 0 || now - tries.since > kTriesWithin) tries = {0, now};
  return ++tries.count <= kMostTries;
}

Sessions::LoginResult Sessions::LogIn(std::string_view token,
                                      const std::string& client,
                                      SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (!MayTry(client, now)) return {Login::kTooOften};
  if (!IsEqualInConstantTime(token_.Reveal(), token)) return {Login::kWrong};
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
