#include "rate_limiter.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace polyhouse {
namespace {

constexpr std::array kGroups{RouteGroup::kMarkets, RouteGroup::kEvents, RouteGroup::kClob};

constexpr std::array kModes{std::pair("delay", RateMode::kDelay),
                            std::pair("429", RateMode::kRefuse),
                            std::pair("429ra", RateMode::kRefuseRetryAfter)};

Error MalformedLimit(std::string_view part) {
  return ConfigError(
      "--rate-limit must be GROUP=REQUESTS/SECONDS, as in "
      "markets=300/10,events=500/10; groups are markets, events and clob; it has \"" +
      std::string(part) + "\".");
}

/// A whole number above zero, empty when `text` is none.
std::optional<std::uint32_t> ParsePositive(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value == 0) return std::nullopt;
  return value;
}

std::optional<RouteGroup> FindGroup(std::string_view name) {
  const auto* found = std::ranges::find(kGroups, name, [](RouteGroup g) { return ToString(g); });
  return found == kGroups.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

std::string_view ToString(RouteGroup group) {
  switch (group) {
    case RouteGroup::kMarkets:
      return "markets";
    case RouteGroup::kEvents:
      return "events";
    case RouteGroup::kClob:
      return "clob";
  }
  return "";
}

std::optional<RouteGroup> GroupOf(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  return FindGroup(path.substr(1, path.find('/', 1) - 1));
}

Result<RateLimits> ParseRateLimits(std::string_view spec) {
  RateLimits limits;
  while (!spec.empty()) {
    const std::string_view part = spec.substr(0, spec.find(','));
    spec.remove_prefix(std::min(part.size() + 1, spec.size()));
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::size_t slash = std::min(part.find('/', equals), part.size());
    const auto group = FindGroup(part.substr(0, equals));
    if (!group || slash == part.size()) return MalformedLimit(part);
    const auto requests = ParsePositive(part.substr(equals + 1, slash - equals - 1));
    const auto seconds = ParsePositive(part.substr(slash + 1));
    if (!requests || !seconds) return MalformedLimit(part);
    limits[*group] = {*requests, std::chrono::seconds(*seconds)};
  }
  return limits;
}

std::optional<RateMode> FindRateMode(std::string_view name) {
  for (const auto& [text, mode] : kModes) {
    if (name == text) return mode;
  }
  return std::nullopt;
}

Admission RateLimiter::Admit(RouteGroup group, std::chrono::steady_clock::time_point now) {
  Admission admission{.at = now};
  const auto limit = limits_.find(group);
  if (limit == limits_.end()) return admission;
  const std::lock_guard lock(mutex_);
  auto& admitted = admitted_[group];
  if (admitted.size() == limit->second.requests) {
    const auto room = admitted.front() + limit->second.window;
    admission.is_over_limit = room > now;
    if (admission.is_over_limit && mode_ != RateMode::kDelay) {
      admission.is_refused = true;
      if (mode_ == RateMode::kRefuseRetryAfter) {
        admission.retry_after = std::chrono::ceil<std::chrono::seconds>(room - now);
      }
      return admission;
    }
    admission.at = std::max(now, room);
    admitted.pop_front();
  }
  admitted.push_back(admission.at);
  return admission;
}

}  // namespace polyhouse
