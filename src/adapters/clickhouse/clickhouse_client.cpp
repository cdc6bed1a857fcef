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

Error ErrorOf(const HttpResponse& response) {
  const int code = ParseExceptionCode(response.exception_code);
  const std::string message = FirstLine(response.body);
  if (code != 0) return {ClassifyClickHouseCode(code), message};
  const std::string status =
      "ClickHouse answered HTTP " + std::to_string(response.status) + ": " + message;
  if (response.status == 401 || response.status == 403) return ConfigError(status);
  return {ErrorKind::kTransient, status, response.retry_after};
}

}  // namespace

HttpRequest ClickHouseClient::RequestTo(const std::string& path, const Settings& parameters) const {
  std::string url = options_.url + path;
  for (const auto& [name, value] : parameters) AppendUrlParameter(url, name, value);
  HttpRequest request{.url = std::move(url), .unix_socket = options_.unix_socket, .timeout = {}};
  if (!options_.user.empty()) {
    request.headers.push_back("X-ClickHouse-User: " + options_.user);
    request.headers.push_back("X-ClickHouse-Key: " + options_.password.Reveal());
  }
  return request;
}

Result<HttpResponse> ClickHouseClient::Send(const HttpRequest& request, std::stop_token stop) {
  auto response = http_.Send(request, std::move(stop));
  if (!response) return response;
  if (response->status != 200 || !response->exception_code.empty()) return ErrorOf(*response);
  return response;
}

Status ClickHouseClient::Insert(const TableBatch& batch, std::stop_token stop) {
  std::string sql = "INSERT INTO `" + std::string(batch.table) + "` (" +
                    std::string(batch.columns) + ") FORMAT Native";
  auto request = RequestTo("/",
                           {{"database", options_.database},
                            {"query", std::move(sql)},
                            {"insert_deduplication_token", std::string(batch.token)}});
  request.body = batch.native;
  request.timeout = options_.insert_timeout;
  const auto response = Send(request, std::move(stop));
  if (!response) return response.error();
  return Ok();
}

Status ClickHouseClient::Query(std::string_view sql,
                               const Settings& settings,
                               const std::function<bool(std::string_view)>& on_data,
                               std::stop_token stop) {
  Settings parameters = {{"database", options_.database}};
  parameters.insert(parameters.end(), settings.begin(), settings.end());
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

Status ClickHouseClient::CreateDatabase(std::stop_token stop) {
  const std::string sql = "CREATE DATABASE IF NOT EXISTS `" + options_.database + "`";
  const std::array<std::string_view, 1> body = {sql};
  auto request = RequestTo("/", {});
  request.body = body;
  const auto response = Send(request, std::move(stop));
  if (!response) return response.error();
  return Ok();
}

Status ClickHouseClient::Ping(std::stop_token stop) {
  auto request = RequestTo("/ping", {});
  request.timeout = std::chrono::seconds(5);
  const auto response = Send(request, std::move(stop));
  if (!response) return response.error();
  return Ok();
}

}  // namespace polyhouse
