#include "adapters/clickhouse/clickhouse_client.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "adapters/clickhouse/error_class.h"
#include "base/number_text.h"
#include "base/one_line.h"
#include "base/url.h"

namespace polyhouse {
namespace {

/// How much of a foreign answer an error repeats.
constexpr std::size_t kShown = 300;

std::string FirstLine(std::string_view text) {
  return std::string(text.substr(0, std::min(text.find('\n'), std::size_t{1000})));
}

/// The number that an exception's text begins with; zero when it is none.
int CodeInText(std::string_view text) {
  constexpr std::string_view kStart = "Code: ";
  return text.starts_with(kStart) ? ParseExceptionCode(text.substr(kStart.size())) : 0;
}

/// From the header; servers of before 2020 have it in the body alone, at its start.
int ExceptionCode(const HttpResponse& response) {
  if (!response.exception_code.empty()) return ParseExceptionCode(response.exception_code);
  return CodeInText(response.body);
}

/// HTTP's "Content Too Large".
constexpr int kTooLarge = 413;

Error OfCode(int code, std::string message) {
  return {.kind = ClassifyClickHouseCode(code),
          .message = std::move(message),
          .too_much = MeansTooMuch(code)};
}

Error NotFromClickHouse(std::string_view body) {
  return TransientError(
      "what answered is no ClickHouse but something in front of it, such as a proxy: " +
      OneLine(body, kShown));
}

Error ErrorOf(const HttpResponse& response) {
  const int code = ExceptionCode(response);
  if (code != 0) return OfCode(code, FirstLine(response.body));
  // Not ClickHouse's own words but those of something in front of it. Even a 401 or 403 may be
  // over in a while.
  std::string status = "ClickHouse, or what stands before it, answered HTTP " +
                       std::to_string(response.status) + ": " + OneLine(response.body, kShown);
  if (response.status == kTooLarge)
    return {.kind = ErrorKind::kRejected, .message = status, .too_much = true};
  if (response.status == 401 || response.status == 403) {
    status += " (if this goes on, check user, password and proxy)";
  }
  return {ErrorKind::kTransient, status, response.retry_after};
}

/// What is wrong with an answer; what belongs to the result is released.
std::optional<Error> ErrorOf(const Result<HttpResponse>& response, AnswerTail& tail) {
  if (response && response->status != 200) return ErrorOf(*response);
  const auto end = response ? AnswerEnd::kWhole : AnswerEnd::kBroken;
  const auto exception =
      FindException(tail.held(), response ? response->exception_tag : std::string(), end);
  if (exception) {
    (void)tail.Release(exception->at);
    return OfCode(CodeInText(exception->text), FirstLine(exception->text));
  }
  if (response && !response->exception_code.empty()) {
    return OfCode(ParseExceptionCode(response->exception_code),
                  "ClickHouse reports code " + response->exception_code +
                      " with its answer: " + FirstLine(tail.held()));
  }
  if (tail.holds_all() && IsHtmlPage(tail.held())) return NotFromClickHouse(tail.held());
  (void)tail.Release(tail.held().size());
  if (!response) return response.error();
  return {};
}

/// How many rows a server says it has written; empty when it does not say.
std::optional<std::uint64_t> WrittenRows(std::string_view summary) {
  constexpr std::string_view kName = "\"written_rows\":\"";
  const auto at = summary.find(kName);
  if (at == std::string_view::npos) return {};
  summary.remove_prefix(at + kName.size());
  std::uint64_t rows = 0;
  if (!ReadNumber(summary.substr(0, summary.find('"')), rows)) return {};
  return rows;
}

Status CheckNothingSaid(std::string_view answer) {
  if (answer.empty()) return Ok();
  return TransientError(
      "ClickHouse answered an insert with success and yet with words, so nothing counts as "
      "stored: " +
      OneLine(answer, kShown));
}

/// Whether a batch that was answered with success is stored. Not when the answer says anything,
/// whose code tells nothing about the data then, or counts fewer rows; none at all are counted
/// where the batch was there before.
Status CheckStored(const TableBatch& batch, const HttpResponse& response) {
  if (auto status = CheckNothingSaid(response.body); !status) return status;
  if (!response.exception_code.empty()) {
    return CheckNothingSaid("X-ClickHouse-Exception-Code: " + response.exception_code);
  }
  const auto written = WrittenRows(response.summary);
  if (!written || *written == 0 || *written >= batch.rows) return Ok();
  return TransientError("ClickHouse has written " + std::to_string(*written) + " of " +
                        std::to_string(batch.rows) + " rows");
}

/// Parameters of a request of ours that no setting may replace.
constexpr std::array<std::string_view, 5> kOurParameters = {
    "database",
    "query",
    "insert_deduplication_token",
    "deduplicate_blocks_in_dependent_materialized_views",
    "insert_deduplicate"};
/// Settings on which it depends that what is answered is stored, and their only value.
constexpr std::array<std::pair<std::string_view, bool>, 6> kNeeded = {
    std::pair{"wait_for_async_insert", true},
    std::pair{"distributed_foreground_insert", true},
    std::pair{"insert_distributed_sync", true},
    std::pair{"materialized_views_ignore_errors", false},
    std::pair{"input_format_allow_errors_num", false},
    std::pair{"input_format_allow_errors_ratio", false}};

/// Collects an answer.
AnswerTail::OnData Into(std::string& text) {
  return [&text](std::string_view piece) {
    text.append(piece);
    return true;
  };
}

bool IsInsert(std::string_view sql) {
  constexpr std::string_view kInsert = "INSERT";
  return strncasecmp(sql.data(), kInsert.data(), std::min(sql.size(), kInsert.size())) == 0;
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

Status CheckInsertSettings(const ClickHouseOptions::Settings& settings) {
  for (const auto& [name, value] : settings) {
    if (std::find(kOurParameters.begin(), kOurParameters.end(), name) != kOurParameters.end()) {
      return ConfigError(
          name + " is chosen for each batch, and rows would be lost under another: leave it out");
    }
    for (const auto& [needed, only] : kNeeded) {
      if (name != needed || value == (only ? "1" : "0") || value == (only ? "true" : "false")) {
        continue;
      }
      return ConfigError(name + "=" + value +
                         " would let an insert count as stored that is not, or not whole: leave "
                         "it out");
    }
  }
  return Ok();
}

HttpRequest ClickHouseClient::RequestTo(const std::string& path, const Settings& parameters) const {
  const ClickHouseEndpoint& endpoint = options_.endpoints[endpoint_];
  std::string url = endpoint.url + path;
  for (const auto& [name, value] : parameters) AppendUrlParameter(url, name, value);
  using Rights = ClickHouseOptions::Rights;
  if (options_.rights != Rights::kOwner) {
    AppendUrlParameter(url, "readonly", "1");
    // Who leaves wants no answer any more.
    AppendUrlParameter(url, "cancel_http_readonly_queries_on_client_close", "1");
  }
  HttpRequest request{.url = std::move(url),
                      .unix_socket = options_.unix_socket,
                      .timeout = options_.query_timeout,
                      .may_be_silent = true};
  if (options_.rights == Rights::kReader) {
    request.headers.emplace_back("X-Polyhouse-Rights: reader");
  }
  if (options_.rights == Rights::kStranger) {
    request.headers.emplace_back("X-Polyhouse-Rights: stranger");
  }
  if (!endpoint.user.empty()) request.headers.push_back("X-ClickHouse-User: " + endpoint.user);
  if (!endpoint.password.empty()) {
    request.headers.push_back("X-ClickHouse-Key: " + endpoint.password.Reveal());
  }
  return request;
}

Result<HttpResponse> ClickHouseClient::Send(HttpRequest request,
                                            const AnswerTail::OnData& on_data,
                                            std::stop_token stop) {
  AnswerTail tail(on_data);
  request.on_body = [&](std::string_view piece) { return tail.Take(piece); };
  auto response = http_.Send(request, std::move(stop));
  auto error = ErrorOf(response, tail);
  if (!error) return response;
  NoteFailure(*error);
  return std::move(*error);
}

/// The caller comes back; then another server is asked.
void ClickHouseClient::NoteFailure(const Error& error) {
  if (error.kind == ErrorKind::kTransient) endpoint_ = (endpoint_ + 1) % options_.endpoints.size();
}

Status ClickHouseClient::Insert(const TableBatch& batch, std::stop_token stop) {
  std::string sql = "INSERT INTO `" + std::string(batch.table) + "` (" +
                    std::string(batch.columns) + ") FORMAT Native";
  Settings parameters = {{"database", options_.database}, {"query", std::move(sql)}};
  if (!batch.token.empty()) {
    parameters.emplace_back("insert_deduplication_token", std::string(batch.token));
    // What is answered must be stored, whatever the server's profile says.
    parameters.emplace_back("async_insert", "0");
    parameters.emplace_back("wait_for_async_insert", "1");
    // A repeated batch fills the tables behind materialized views, should it have died in between.
    parameters.emplace_back("deduplicate_blocks_in_dependent_materialized_views", "1");
  }
  return SendInsert(
      std::move(parameters),
      batch.native,
      [&](const HttpResponse& response) { return CheckStored(batch, response); },
      std::move(stop));
}

Status ClickHouseClient::InsertText(const TextRows& rows, std::stop_token stop) {
  return SendInsert(
      {{"database", options_.database},
       {"query", "INSERT INTO `" + rows.table + "` (" + rows.columns + ") FORMAT " + rows.format},
       {"log_comment", rows.tag},
       {"async_insert", "0"},
       {"wait_for_async_insert", "1"},
       // Rows that replace each other do so when parts are merged; doing it here costs a fifth.
       {"optimize_on_insert", "0"},
       {"input_format_allow_errors_num", std::to_string(UINT64_MAX)},
       {"input_format_allow_errors_ratio", "1"},
       {"input_format_skip_unknown_fields", "1"},
       {"input_format_null_as_default", "1"},
       {"input_format_defaults_for_omitted_fields", "1"},
       {"input_format_csv_allow_variable_number_of_columns", "1"},
       {"input_format_json_read_numbers_as_strings", "1"},
       {"input_format_json_read_bools_as_strings", "1"},
       {"input_format_json_read_arrays_as_strings", "1"},
       {"input_format_json_read_objects_as_strings", "1"},
       {"input_format_parquet_allow_missing_columns", "1"}},
      rows.body,
      [](const HttpResponse& response) { return CheckNothingSaid(response.body); },
      std::move(stop));
}

Status ClickHouseClient::SendInsert(Settings parameters,
                                    std::span<const std::string_view> body,
                                    const std::function<Status(const HttpResponse&)>& check_stored,
                                    std::stop_token stop) {
  parameters.insert(
      parameters.end(), options_.insert_settings.begin(), options_.insert_settings.end());
  auto request = RequestTo("/", parameters);
  request.body = body;
  request.timeout = options_.insert_timeout;
  request.may_be_silent = false;
  std::array<std::string_view, 1> encoded;
  if (encoder_.encoding() != BodyEncoding::kNone) {
    const auto bytes = encoder_.Encode(body);
    if (!bytes) return bytes.error();
    encoded = {*bytes};
    request.body = encoded;
    request.headers.push_back("Content-Encoding: " + std::string(ToString(encoder_.encoding())));
  }
  const auto response = http_.Send(request, stop);
  auto status = !response                 ? Status(response.error())
                : response->status == 200 ? check_stored(*response)
                                          : Status(ErrorOf(*response));
  if (status) return status;
  NoteFailure(status.error());
  // A mistyped setting has the codes of data that cannot be read.
  if (status.error().kind == ErrorKind::kRejected && !status.error().too_much) {
    if (auto tried = TryInsertSettings(stop); !tried) return tried;
  }
  return status;
}

Status ClickHouseClient::TryInsertSettings(std::stop_token stop) {
  if (options_.insert_settings.empty()) return Ok();
  auto status = ExecuteIn(options_.insert_settings, "SELECT 1", std::move(stop));
  if (status || status.error().kind == ErrorKind::kTransient ||
      status.error().kind == ErrorKind::kStopping) {
    return status;
  }
  return ConfigError("ClickHouse does not take the settings of clickhouse.insert_settings: " +
                     status.error().message);
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
  const auto response = Send(std::move(request), on_data, std::move(stop));
  if (!response) return response.error();
  return Ok();
}

Status ClickHouseClient::Run(std::string_view sql, std::string_view tag, std::stop_token stop) {
  Settings parameters = {{"database", options_.database}, {"log_comment", std::string(tag)}};
  if (IsInsert(sql)) {
    parameters.insert(
        parameters.end(), options_.insert_settings.begin(), options_.insert_settings.end());
  }
  return ExecuteIn(parameters, sql, std::move(stop));
}

Result<std::string> ClickHouseClient::Fetch(std::string_view sql, std::stop_token stop) {
  std::string result;
  auto status = Query(sql, {}, Into(result), std::move(stop));
  if (!status) return std::move(status).error();
  return result;
}

Status ClickHouseClient::ExecuteIn(const Settings& parameters,
                                   std::string_view sql,
                                   std::stop_token stop) {
  const std::array<std::string_view, 1> body = {sql};
  auto request = RequestTo("/", parameters);
  request.body = body;
  std::string answer;
  const auto response = Send(std::move(request), Into(answer), std::move(stop));
  if (!response) return response.error();
  return IsInsert(sql) ? CheckNothingSaid(answer) : Ok();
}

Status ClickHouseClient::Execute(std::string_view sql, std::stop_token stop) {
  Settings parameters;
  if (!options_.database.empty()) parameters.emplace_back("database", options_.database);
  return ExecuteIn(parameters, sql, std::move(stop));
}

Result<std::string> ClickHouseClient::FetchOutside(std::string_view sql, std::stop_token stop) {
  const std::array<std::string_view, 1> body = {sql};
  auto request = RequestTo("/", {});
  request.body = body;
  std::string answer;
  const auto response = Send(std::move(request), Into(answer), std::move(stop));
  if (!response) return response.error();
  return answer;
}

Status ClickHouseClient::Ping(std::stop_token stop) {
  auto request = RequestTo("/ping", {});
  request.timeout = std::chrono::seconds(5);
  std::string answer;
  const auto response = Send(std::move(request), Into(answer), std::move(stop));
  if (!response) return response.error();
  return Ok();
}

}  // namespace polyhouse
