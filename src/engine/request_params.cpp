#include "engine/request_params.h"

#include <algorithm>
#include <array>
#include <random>

namespace polyhouse {
namespace {

/// Parameters of ClickHouse's interface that change nothing here.
constexpr std::array<std::string_view, 9> kWithoutEffect = {"password",
                                                            "quota_key",
                                                            "stacktrace",
                                                            "buffer_size",
                                                            "session_timeout",
                                                            "session_check",
                                                            "close_session",
                                                            "client_protocol_version",
                                                            "framing"};

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kParameterPrefix = "param_";

bool IsOn(std::string_view value) {
  return !value.empty() && value != "0" && value != "false";
}

EngineResult<void> RefuseCompression(std::string_view name, std::string_view value) {
  if (!IsOn(value)) return {};
  return FailWith(
      EngineCode::kNotImplemented,
      std::string(name) + "=1 is not supported: the engine sends and takes plain bytes.");
}

bool IsSettingName(std::string_view name) {
  const auto is_letter = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '_';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), is_letter);
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
  } else if (name == "database") {
    params.database = value;
  } else if (name == "default_format") {
    params.default_format = value;
  } else if (name == "query_id") {
    params.query_id = value;
  } else if (name == "readonly") {
    params.readonly = value;
  } else if (name == "wait_end_of_query") {
    params.wait_end_of_query = IsOn(value);
  } else if (name == "user") {
    return CheckUser(value);
  } else if (name == "compress" || name == "decompress") {
    return RefuseCompression(name, value);
  } else if (name == "session_id") {
    return FailWith(
        EngineCode::kNotImplemented,
        "Sessions are not supported: leave session_id out; every request stands alone.");
  } else if (name.starts_with(kParameterPrefix)) {
    params.parameters.emplace_back(name.substr(kParameterPrefix.size()), value);
  } else if (std::find(kWithoutEffect.begin(), kWithoutEffect.end(), name) ==
             kWithoutEffect.end()) {
    params.settings.emplace_back(name, value);
  }
  return {};
}

EngineResult<void> CheckUser(std::string_view user) {
  if (user.empty() || user == "default") return {};
  return FailWith(EngineCode::kAuthenticationFailed,
                  std::string(user) +
                      ": Authentication failed: the embedded engine has only the "
                      "user default, without a password.");
}

EngineResult<std::string> SetStatement(
    const std::vector<std::pair<std::string, std::string>>& settings) {
  std::string statement;
  for (const auto& [name, value] : settings) {
    if (!IsSettingName(name)) {
      return FailWith(EngineCode::kUnknownSetting, "Unknown setting '" + name + "'.");
    }
    statement += statement.empty() ? "SET " : ", ";
    statement += name + " = " + Quoted(value, '\'');
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

std::string QuotedName(std::string_view name) {
  return Quoted(name, '`');
}

}  // namespace polyhouse
