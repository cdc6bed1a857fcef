#include "app/dashboard/envelope.h"

#include "base/json_text.h"
#include "codec/timestamp.h"
#include "serve/web_answers.h"

namespace polyhouse {

WebAnswer EnvelopeOf(const std::string& data,
                     Timestamp now,
                     const std::optional<std::string>& next) {
  std::string json = "{";
  AppendField(json, "as_of", FormatTime(now));
  json += ",\"stale\":false,\"truncated\":false,\"took_ms\":0,\"data\":" + data + ",\"next\":";
  next ? AppendJsonString(json, *next) : static_cast<void>(json += "null");
  return JsonAnswer(json + "}\n");
}

void AppendField(std::string& json, std::string_view name, std::string_view text) {
  json += json.ends_with('{') ? "\"" : ",\"";
  json.append(name).append("\":");
  AppendJsonString(json, text);
}

}  // namespace polyhouse
