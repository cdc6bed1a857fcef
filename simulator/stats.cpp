#include "stats.h"

#include <algorithm>

#include "json_object.h"

namespace polyhouse {
namespace {

constexpr std::chrono::seconds kPeakWindow{10};

}  // namespace

void Stats::CountArrival(std::string_view route, TimePoint now) {
  const std::lock_guard lock(mutex_);
  Window& window = windows_[std::string(route)];
  window.arrivals.push_back(now);
  while (window.arrivals.front() + kPeakWindow <= now) window.arrivals.pop_front();
  window.peak = std::max(window.peak, window.arrivals.size());
}

void Stats::CountOverLimit(std::string_view group) {
  const std::lock_guard lock(mutex_);
  ++over_limit_[std::string(group)];
}

void Stats::Reset() {
  const std::lock_guard lock(mutex_);
  requests_.clear();
  faults_.clear();
  calls_.clear();
  over_limit_.clear();
  windows_.clear();
}

void Stats::CountRequest(std::string_view route, unsigned status) {
  const std::lock_guard lock(mutex_);
  ++requests_[std::string(route)][status];
}

void Stats::CountFault(FaultKind kind) {
  const std::lock_guard lock(mutex_);
  ++faults_[kind];
}

void Stats::CountCall(std::string_view method) {
  const std::lock_guard lock(mutex_);
  ++calls_[std::string(method)];
}

std::string Stats::Json() const {
  const std::lock_guard lock(mutex_);
  std::string json = "\"requests\":";
  JsonObject requests(json);
  for (const auto& [route, statuses] : requests_) {
    requests.Key(route);
    JsonObject counts(json);
    for (const auto& [status, count] : statuses) {
      counts.Integer(std::to_string(status), static_cast<std::int64_t>(count));
    }
    counts.Close();
  }
  requests.Close();
  json += ",\"faults\":";
  JsonObject faults(json);
  for (const auto& [kind, count] : faults_) {
    faults.Integer(ToString(kind), static_cast<std::int64_t>(count));
  }
  faults.Close();
  json += ",\"calls\":";
  JsonObject calls(json);
  for (const auto& [method, count] : calls_) {
    calls.Integer(method, static_cast<std::int64_t>(count));
  }
  calls.Close();
  json += ",\"peak_per_10s\":";
  JsonObject peaks(json);
  for (const auto& [route, window] : windows_) {
    peaks.Integer(route, static_cast<std::int64_t>(window.peak));
  }
  peaks.Close();
  json += ",\"over_limit\":";
  JsonObject over_limit(json);
  for (const auto& [group, count] : over_limit_) {
    over_limit.Integer(group, static_cast<std::int64_t>(count));
  }
  over_limit.Close();
  return json;
}

}  // namespace polyhouse
