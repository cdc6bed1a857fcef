#include "app/dashboard/routes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "answers/questions.h"
#include "app/dashboard/envelope.h"
#include "app/version.h"
#include "base/json_text.h"
#include "base/number_text.h"
#include "base/split.h"
#include "base/url.h"
#include "codec/timestamp.h"
#include "pages/sql_console.h"
#include "serve/asset_answers.h"
#include "serve/byte_pipe.h"
#include "serve/form.h"
#include "serve/web_answers.h"

namespace polyhouse {
namespace {

constexpr std::size_t kLongestSql = std::size_t{256} << 10U;
constexpr std::uint64_t kMostRows = 1'000'000;
constexpr std::uint64_t kUsualSeconds = 30;
constexpr std::uint64_t kMostSeconds = 600;
constexpr std::size_t kMostListeners = 800;
constexpr std::chrono::seconds kFirstLook{10};
constexpr std::chrono::milliseconds kLookAround{50};

struct Download {
  std::string_view format;
  std::string_view ending;
  const char* type;
};
constexpr std::array<Download, 3> kDownloads = {
    {{"CSVWithNames", "csv", "text/csv; charset=utf-8"},
     {"Parquet", "parquet", "application/vnd.apache.parquet"},
     {"JSONEachRow", "jsonl", "application/x-ndjson"}}};

WebWork PageWork(std::function<WebAnswer(const std::stop_token&)> work) {
  return {WebWork::Kind::kPage,
          [work = std::move(work)](const std::stop_token& stop, const Respond& respond) {
            respond(work(stop));
          }};
}

WebAnswer AnswerOf(const Error& error) {
  if (IsOfDeadline(error)) {
    return ErrorAnswer(WebError::kDeadline, "It took longer than it may.", "Ask for less.");
  }
  switch (error.kind) {
    case ErrorKind::kRejected:
      if (!error.message.starts_with("Code: ")) {
        return ErrorAnswer(WebError::kNotFound, "There is no such thing here.");
      }
      return ErrorAnswer(WebError::kUnavailable, error.message);
    case ErrorKind::kConfig:
      return ErrorAnswer(WebError::kBadRequest, error.message);
    case ErrorKind::kTransient:
    case ErrorKind::kMalformed:
    case ErrorKind::kStopping:
      break;
  }
  return ErrorAnswer(WebError::kUnavailable,
                     "The tables cannot be asked just now: " + error.message,
                     "polyhouse status says how things are.");
}

std::string ExamplesJson() {
  std::string json = "[";
  for (const Question& question : Questions()) {
    json += json.size() > 1 ? ",{" : "{";
    AppendField(json, "name", std::string(question.name) + ": " + std::string(question.help));
    AppendField(json,
                "group",
                question.subject == QuestionSubject::kMarket   ? "Of a market"
                : question.subject == QuestionSubject::kWallet ? "Of a wallet"
                                                               : "Of everything");
    AppendField(json,
                "sql",
                SqlOf(question,
                      {.market = "MARKET_ID",
                       .wallet = "0x0000000000000000000000000000000000000000",
                       .since = "2026-01-01 00:00:00"}));
    json += "}";
  }
  return json + "]";
}

/// What a browser may leave out of an address, or read as a slash.
bool IsOdd(char byte) {
  return static_cast<unsigned char>(byte) <= 0x20 || byte == '\\' || byte == 0x7F;
}

/// A whole number from 1 to `most`; empty text is `usual`.
std::optional<std::uint64_t> ReadBounded(std::string_view text,
                                         std::uint64_t usual,
                                         std::uint64_t most) {
  std::uint64_t number = usual;
  if (!text.empty() && !ReadNumber(text, number)) return {};
  if (number == 0 || number > most) return {};
  return number;
}

/// Gives an answer's body piece by piece, and its head with the first of them.
class StreamedAnswer {
 public:
  StreamedAnswer(WebAnswer head, const Respond& respond)
      : head_(std::move(head)), respond_(respond), pipe_(std::make_shared<BytePipe>()) {}

  bool Write(std::string_view bytes) {
    Begin();
    return pipe_->Write(bytes);
  }
  void End() {
    Begin();
    pipe_->End();
  }
  /// True: the head was not sent yet, and the error can be told by its own answer.
  bool Break() {
    pipe_->Break();
    return !begun_;
  }

 private:
  void Begin() {
    if (std::exchange(begun_, true)) return;
    head_.source = pipe_;
    respond_(std::move(head_));
  }

  WebAnswer head_;
  const Respond& respond_;
  std::shared_ptr<BytePipe> pipe_;
  bool begun_ = false;
};

}  // namespace

Routes::Routes(RouteParts parts)
    : parts_(parts), status_([&watch = parts.watch] { return watch.Sample(); }) {}

WebDecision Routes::Decide(WebRequest request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads && request.method != "POST") {
    return ErrorAnswer(WebError::kMethod, "There are GET and POST.");
  }
  if (reads && IsHealthPath(request.path)) return *status_.Find(request.path);
  const bool is_in =
      parts_.sessions.Admits(request.session, request.token, request.client, parts_.clock.Steady());
  // The page itself tells nothing; it asks for the token.
  if (reads && IsPagePath(request.path)) {
    if (request.path == "/" && !request.wants_html && is_in) return *status_.Find("/");
    if (auto asset = AssetAnswer(request)) return std::move(*asset);
    if (auto shell = ShellAnswer(request)) return std::move(*shell);
    if (is_in && request.path == "/") return *status_.Find("/");
    return NoSuchStatusPage();
  }
  if (!reads && request.path == "/login") return LogIn(request);
  if (!is_in) {
    WebAnswer refused =
        ErrorAnswer(WebError::kUnauthorized, "A token is needed here.", "Log in on /login.");
    refused.headers.emplace_back("WWW-Authenticate", "Bearer");
    return refused;
  }
  if (!reads) return DecidePost(std::move(request));
  if (auto status = status_.Find(request.path)) return std::move(*status);
  return DecideApi(std::move(request));
}

WebAnswer Routes::LogIn(const WebRequest& request) {
  const auto form = ReadForm(request.body);
  const auto token = form.find("token");
  const auto login = parts_.sessions.LogIn(token == form.end() ? std::string_view() : token->second,
                                           request.client,
                                           parts_.clock.Steady());
  WebAnswer answer{.status = 303, .headers = {{"Cache-Control", "no-store"}}};
  using Login = Sessions::Login;
  const auto next = form.find("next");
  // A path of ours: "//elsewhere" would be another host.
  const bool is_ours = next != form.end() && next->second.starts_with('/') &&
                       std::none_of(next->second.begin(), next->second.end(), &IsOdd) &&
                       !next->second.starts_with("//");
  if (login.login != Login::kDone) {
    std::string again = "/login?failed=";
    again += login.login == Login::kWrong ? "wrong" : "busy";
    if (is_ours) AppendUrlParameter(again, "next", next->second);
    answer.headers.emplace_back("Location", again);
    return answer;
  }
  answer.headers.emplace_back("Location", is_ours ? next->second : "/");
  answer.headers.emplace_back("Set-Cookie", login.cookie);
  return answer;
}

WebDecision Routes::DecideApi(WebRequest request) {
  const std::string& path = request.path;
  const Timestamp now = parts_.clock.Now();
  if (path == "/api/live") return Listen(request);
  if (path == "/api/now") {
    const std::string board = parts_.watch.Now();
    return board.empty() ? WebDecision(PageWork(
                               [this](const std::stop_token& stop) { return FirstNow(stop); }))
                         : EnvelopeOf(board, now);
  }
  if (path == "/api/examples") return EnvelopeOf(ExamplesJson(), now);
  if (path == "/api/quality") {
    return PageWork([this](const std::stop_token& stop) {
      return parts_.quality.Show(parts_.watch.Facts(), stop);
    });
  }
  if (path == "/api/dlq") {
    return PageWork([this, request = std::move(request)](const std::stop_token& stop) {
      return parts_.letters.List(request, stop);
    });
  }
  if (const auto of_path = Split(path, '/'); of_path.size() == 5 && path.starts_with("/api/dlq/")) {
    return PageWork([this, stream = of_path[3], id = of_path[4]](const std::stop_token& stop) {
      return parts_.letters.Show(stream, id, stop);
    });
  }
  auto asked = FindPageQuestion(path, request.query);
  if (!asked) return ErrorAnswer(WebError::kBadRequest, asked.error().message);
  if (!*asked) return ErrorAnswer(WebError::kNotFound, "There is no such path.");
  return PageWork([this, asked = std::move(**asked)](const std::stop_token& stop) {
    auto answer = parts_.answers.Answer(asked, stop);
    return answer ? JsonAnswer(std::move(*answer)) : AnswerOf(answer.error());
  });
}

/// Just after the start.
WebAnswer Routes::FirstNow(const std::stop_token& stop) const {
  const auto until = parts_.clock.Steady() + kFirstLook;
  while (parts_.watch.Now().empty() && !stop.stop_requested() && parts_.clock.Steady() < until) {
    parts_.clock.SleepFor(kLookAround, stop);
  }
  const std::string board = parts_.watch.Now();
  if (board.empty()) return ErrorAnswer(WebError::kUnavailable, "Nothing was looked at yet.");
  return EnvelopeOf(board, parts_.clock.Now());
}

WebAnswer Routes::Listen(const WebRequest& request) const {
  // Room is left for those who ask.
  if (parts_.feed.listeners() >= kMostListeners) {
    return ErrorAnswer(WebError::kBusy, "Too many pages listen at once.", "Close some of them.");
  }
  const auto topics = ReadTopics(request);
  if (!topics) return ErrorAnswer(WebError::kBadRequest, topics.error().message);
  std::string hello = "{";
  AppendField(hello, "boot", parts_.ticker.boot());
  AppendField(hello, "server_time", FormatTime(parts_.clock.Now()));
  AppendField(hello, "version", kVersion);
  hello += ",\"tick_ms\":1000,\"features\":{\"trades\":true,\"sql\":true";
  AppendField(hello, "replay", parts_.sessions.is_open() ? "loopback" : "token");
  hello += "}}";
  WebAnswer answer{.type = "text/event-stream",
                   .headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}}};
  answer.source = parts_.feed.Listen(
      *topics,
      std::make_shared<const std::string>(
          "retry: 2000\n" + *MakeLiveMessage("hello", parts_.ticker.boot() + ":0", hello)));
  return answer;
}

WebDecision Routes::DecidePost(WebRequest request) {
  // A form or script of another place cannot send either of these.
  const bool has_token = !parts_.sessions.is_open() && !request.token.empty();
  if (!request.is_from_page && !has_token) {
    return ErrorAnswer(WebError::kForbidden,
                       "Only this page may ask for that.",
                       "A program sends the header X-Polyhouse: 1.");
  }
  if (request.path == "/logout") {
    return WebAnswer{.status = 303,
                     .headers = {{"Location", "/login"},
                                 {"Set-Cookie", parts_.sessions.LogOut(request.session)}}};
  }
  if (request.path == "/api/sql") return RunSql(request);
  if (request.path == "/api/sql/download") return Download(request);
  if (request.path == "/api/dlq/replay") {
    return PageWork([this, body = std::move(request.body)](const std::stop_token& stop) {
      return parts_.letters.Replay(body, stop);
    });
  }
  return ErrorAnswer(WebError::kNotFound, "There is no such path.");
}

WebDecision Routes::RunSql(const WebRequest& request) const {
  const auto limit = ReadBounded(request.Param("limit"), kMostRows, kMostRows);
  const auto seconds = ReadBounded(request.Param("deadline_s"), kUsualSeconds, kMostSeconds);
  if (!limit || !seconds) {
    return ErrorAnswer(WebError::kBadRequest, "limit is up to 1000000, deadline_s up to 600.");
  }
  if (request.body.size() > kLongestSql) {
    return ErrorAnswer(WebError::kTooLarge, "A statement has at most 256 KiB.");
  }
  return WebWork{WebWork::Kind::kLong,
                 [this, query = ConsoleQuery{request.body, *limit, *seconds}](
                     const std::stop_token& stop, const Respond& respond) {
                   StreamedAnswer answer(
                       {.type = "application/x-ndjson", .headers = {{"Cache-Control", "no-store"}}},
                       respond);
                   RunConsoleQuery(
                       query,
                       parts_.ask_for_strangers,
                       [&](std::string_view bytes) { return answer.Write(bytes); },
                       stop);
                   answer.End();
                 }};
}

WebDecision Routes::Download(const WebRequest& request) const {
  const auto form = ReadForm(request.body);
  const auto sql = form.find("q");
  const auto format = form.find("format");
  const auto* const download =
      std::find_if(kDownloads.begin(), kDownloads.end(), [&](const auto& each) {
        return format != form.end() && each.format == format->second;
      });
  if (sql == form.end() || sql->second.empty() || download == kDownloads.end()) {
    return ErrorAnswer(WebError::kBadRequest,
                       "A download has a statement q and a format: CSVWithNames, Parquet or "
                       "JSONEachRow.");
  }
  const std::string name =
      "attachment; filename=\"polyhouse." + std::string(download->ending) + "\"";
  return WebWork{WebWork::Kind::kLong,
                 [this, sql = sql->second, name, download](const std::stop_token& stop,
                                                           const Respond& respond) {
                   StreamedAnswer answer(
                       {.type = download->type,
                        .headers = {{"Content-Disposition", name}, {"Cache-Control", "no-store"}}},
                       respond);
                   const TableQuestion question{
                       .sql = WithoutFormat(sql),
                       .settings = {{"default_format", std::string(download->format)},
                                    {"max_execution_time", std::to_string(kMostSeconds)}},
                       .on_data = [&](std::string_view data) { return answer.Write(data); }};
                   const auto status = parts_.ask_for_strangers(question, stop);
                   if (status) {
                     answer.End();
                   } else if (answer.Break()) {
                     const bool is_wrong = status.error().kind == ErrorKind::kRejected;
                     respond(is_wrong ? ErrorAnswer(WebError::kBadRequest, status.error().message)
                                      : AnswerOf(status.error()));
                   }
                 }};
}

}  // namespace polyhouse
