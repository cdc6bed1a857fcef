#include "adapters/clickhouse/clickhouse_client.h"

#include <algorithm>
#include <array>

#include "adapters/clickhouse/error_class.h"
#include "base/url.h"

namespace polyhouse {
namespace {

std::string FirstLine(std::string_view text) {
  return std::string(text.substr(0, std::min(text.find('\n'), std::size_t{1000})));
}

/// From the header; servers of before 2020 have it in the body alone, at its start.
int ExceptionCode(const HttpResponse& response) {
  constexpr std::string_view kStart = "Code: ";
  if (!response.exception_code.empty()) return ParseExceptionCode(response.exception_code);
  const std::string_view body = response.body;
  return body.starts_with(kStart) ? ParseExceptionCode(body.substr(kStart.size())) : 0;
}

Error ErrorOf(const HttpResponse& response) {
  const int code = ExceptionCode(response);
  const std::string message = FirstLine(response.body);
  if (code != 0) return {ClassifyClickHouseCode(code), message};
  const std::string status =
      "ClickHouse answered HTTP " + std::to_string(response.status) + ": " + message;
  if (response.status == 401 || response.status == 403) return ConfigError(status);
  return {ErrorKind::kTransient, status, response.retry_after};
}

/// Where the next URL of a comma-separated list begins: commas may stand inside one.
std::size_t EndOfUrl(std::string_view urls) {
  for (auto at = urls.find(','); at != std::string_view::npos; at = urls.find(',', at + 1)) {
    const auto next = urls.substr(at + 1);
    if (next.starts_with("http://") || next.starts_with("https://")) return at;
  }
  return urls.size();
}

Result<ClickHouseEndpoint> ParseEndpoint(std::string_view url) {
  auto parts = ParseUrl(url);
  if (!parts) return std::move(parts).error();
  if (parts->scheme != "http" && parts->scheme != "https") {
    return ConfigError(
        "it must begin with http:// or https://: tables are reached over ClickHouse's HTTP "
        "interface, port 8123 or 8443");
  }
  if ((!parts->path.empty() && parts->path != "/") || !parts->query.empty()) {
    return ConfigError("nothing may follow the port: name the database with --database");
  }
  return ClickHouseEndpoint{.url = parts->scheme + "://" + parts->hosts,
                            .user = std::move(parts->user),
                            .password = std::move(parts->password)};
}

}  // namespace

Result<std::vector<ClickHouseEndpoint>> ParseClickHouseUrls(std::string_view urls) {
  std::vector<ClickHouseEndpoint> endpoints;
  do {
    const auto end = EndOfUrl(urls);
    auto endpoint = ParseEndpoint(urls.substr(0, end));
    if (!endpoint) {
      return std::move(endpoint).error().WithContext(
          "the ClickHouse URL number " + std::to_string(endpoints.size() + 1) + " cannot be used");
    }
    endpoints.push_back(std::move(*endpoint));
    urls.remove_prefix(std::min(urls.size(), end + 1));
  } while (!urls.empty());
  return endpoints;
}

Result<ClickHouseOptions::Settings> ParseClickHouseSettings(std::string_view text) {
  ClickHouseOptions::Settings settings;
  while (!text.empty()) {
    const auto setting = text.substr(0, text.find(','));
    const auto equals = setting.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return ConfigError("\"" + std::string(setting) + "\" is not a setting such as name=value");
    }
    settings.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
    text.remove_prefix(std::min(text.size(), setting.size() + 1));
  }
  return settings;
}

HttpRequest ClickHouseClient::RequestTo(const std::string& path, const Settings& parameters) const {
  const ClickHouseEndpoint& endpoint = options_.endpoints[endpoint_];
  std::string url = endpoint.url + path;
  for (const auto& [name, value] : parameters) AppendUrlParameter(url, name, value);
  HttpRequest request{.url = std::move(url),
                      .unix_socket = options_.unix_socket,
                      .timeout = options_.query_timeout,
                      .may_be_silent = true};
  if (!endpoint.user.empty()) request.headers.push_back("X-ClickHouse-User: " + endpoint.user);
  if (!endpoint.password.empty()) {
    request.headers.push_back("X-ClickHouse-Key: " + endpoint.password.Reveal());
  }
  return request;
}

Result<HttpResponse> ClickHouseClient::Send(const HttpRequest& request, std::stop_token stop) {
  auto response = http_.Send(request, std::move(stop));
  if (response && response->status == 200 && response->exception_code.empty()) return response;
  Error error = response ? ErrorOf(*response) : std::move(response).error();
  // The caller comes back; then another server is asked.
  if (error.kind == ErrorKind::kTransient) endpoint_ = (endpoint_ + 1) % options_.endpoints.size();
  return error;
}

Status ClickHouseClient::Insert(const TableBatch& batch, std::stop_token stop) {
  std::string sql = "INSERT INTO `" + std::string(batch.table) + "` (" +
                    std::string(batch.columns) + ") FORMAT Native";
  Settings parameters = {{"database", options_.database}, {"query", std::move(sql)}};
  if (!batch.token.empty()) {
    parameters.emplace_back("insert_deduplication_token", std::string(batch.token));
    // What is answered must be stored, whatever the server's profile says.
    parameters.emplace_back("async_insert", "0");
    // A repeated batch fills the tables behind materialized views, should it have died in between.
    parameters.emplace_back("deduplicate_blocks_in_dependent_materialized_views", "1");
  }
  parameters.insert(
      parameters.end(), options_.insert_settings.begin(), options_.insert_settings.end());
  auto request = RequestTo("/", parameters);
  request.body = batch.native;
  request.timeout = options_.insert_timeout;
  request.may_be_silent = false;
  std::array<std::string_view, 1> encoded;
  if (encoder_.encoding() != BodyEncoding::kNone) {
    const auto body = encoder_.Encode(batch.native);
    if (!body) return body.error();
    encoded = {*body};
    request.body = encoded;
    request.headers.push_back("Content-Encoding: " + std::string(ToString(encoder_.encoding())));
  }
  const auto response = Send(request, std::move(stop));
  if (!response) return response.error();
  return Ok();
}

Status ClickHouseClient::Query(std::string_view sql,
                               const Settings& settings,
                               const std::function<bool(std::string_view)>& on_data,
                               std::stop_token stop) {
  Settings parameters = settings;
  if (!options_.database.empty()) parameters.emplace_back("database", options_.database);
  auto request = RequestTo("/", parameters);
  const std::array<std::string_view, 1> body = {sql};
  request.body = body;
  request.on_body = on_data;
  const auto response = Send(request, std::move(stop));
  if (!response) return response.error();
  return Ok();
}

Result<std::string> ClickHouseClient::Fetch(std::string_view sql, std::stop_token stop) {
  std::string result;
  auto status = Query(
      sql,
      {},
      [&](std::string_view data) {
        result.append(data);
        return true;
      },
      std::move(stop));
  if (!status) return std::move(status).error();
  return result;
}

Status ClickHouseClient::Execute(std::string_view sql, std::stop_token stop) {
  auto result = Fetch(sql, std::move(stop));
  if (!result) return std::move(result).error();
  return Ok();
}

Result<std::string> ClickHouseClient::FetchOutside(std::string_view sql, std::stop_token stop) {
  const std::array<std::string_view, 1> body = {sql};
  auto request = RequestTo("/", {});
  request.body = body;
  auto response = Send(request, std::move(stop));
  if (!response) return std::move(response).error();
  return std::move(response->body);
}

Status ClickHouseClient::Ping(std::stop_token stop) {
  auto request = RequestTo("/ping", {});
  request.timeout = std::chrono::seconds(5);
  const auto response = Send(request, std::move(stop));
  if (!response) return response.error();
  return Ok();
}

}  // namespace polyhouse
