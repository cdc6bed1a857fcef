#include "engine/request_params.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>

namespace polyhouse::engine {
namespace {

/// Parameters of ClickHouse's interface that change nothing here.
constexpr std::array<std::string_view, 6> kWithoutEffect = {
    "user", "password", "quota_key", "stacktrace", "buffer_size", "framing"};
/// Parameters that only make sense with sessions, which we do not have.
constexpr std::array<std::string_view, 4> kOfSessions = {
    "session_id", "session_timeout", "session_check", "close_session"};

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kParameterPrefix = "param_";

bool IsOn(std::string_view value) {
  return !value.empty() && value != "0" && value != "false";
}

template <std::size_t kSize>
bool IsAmong(const std::array<std::string_view, kSize>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsSettingName(std::string_view name) {
  const auto is_letter = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '_';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), is_letter);
}

std::string* TextNamed(RequestParams& params, std::string_view name) {
  if (name == "database") return &params.database;
  if (name == "default_format") return &params.default_format;
  if (name == "query_id") return &params.query_id;
  return name == "readonly" ? &params.readonly : nullptr;
}

bool* FlagNamed(RequestParams& params, std::string_view name) {
  if (name == "wait_end_of_query") return &params.wait_end_of_query;
  if (name == "compress") return &params.compress;
  if (name == "decompress") return &params.decompress;
  return name == "enable_http_compression" ? &params.enable_http_compression : nullptr;
}

EngineResult<void> RefuseSession(std::string_view name) {
  return FailWith(EngineCode::kNotImplemented,
                  "Sessions are not supported: every request stands alone. Leave " +
                      std::string(name) +
                      " out (in clickhouse-connect: "
                      "get_client(..., autogenerate_session_id=False)).");
}

std::string Quoted(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char letter : text) {
    if (letter == quote || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return quoted + quote;
}

}  // namespace

EngineResult<void> AddParam(RequestParams& params, std::string_view name, std::string_view value) {
  if (name == "query") {
    params.query += value;
  } else if (auto* const text = TextNamed(params, name)) {
    *text = value;
  } else if (auto* const flag = FlagNamed(params, name)) {
    *flag = IsOn(value);
  } else if (name == "client_protocol_version") {
    std::from_chars(value.data(), value.data() + value.size(), params.client_protocol_version);
  } else if (IsAmong(kOfSessions, name)) {
    return RefuseSession(name);
  } else if (name == "role") {
    return FailWith(EngineCode::kNotImplemented, "Roles are not supported: leave role out.");
  } else if (name.starts_with(kParameterPrefix)) {
    params.parameters.emplace_back(name.substr(kParameterPrefix.size()), value);
  } else if (!IsAmong(kWithoutEffect, name)) {
    params.settings.emplace_back(name, value);
  }
  return {};
}

EngineResult<std::string> SetStatement(
    const std::vector<std::pair<std::string, std::string>>& settings) {
  std::string statement;
  for (const auto& [name, value] : settings) {
    if (!IsSettingName(name)) {
      return FailWith(EngineCode::kUnknownSetting, "Unknown setting '" + name + "'.");
    }
    statement += statement.empty() ? "SET " : ", ";
    statement += name + " = " + QuotedText(value);
  }
  return statement;
}

std::string NewQueryId() {
  std::random_device device;
  std::string id;
  for (std::size_t i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) id += '-';
    id += kHexDigits[device() % kHexDigits.size()];
  }
  return id;
}

std::string QuotedText(std::string_view text) {
  return Quoted(text, '\'');
}

std::string QuotedName(std::string_view name) {
  return Quoted(name, '`');
}

}  // namespace polyhouse::engine
