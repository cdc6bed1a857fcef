#include "stats.h"

#include "json_object.h"

namespace polyhouse {

void Stats::CountRequest(std::string_view route, unsigned status) {
  const std::lock_guard lock(mutex_);
  ++requests_[std::string(route)][status];
}

void Stats::CountFault(FaultKind kind) {
  const std::lock_guard lock(mutex_);
  ++faults_[kind];
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
  return json;
}

}  // namespace polyhouse
