#include "serve/conversation.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <utility>

#include "base/number_text.h"
#include "doors/request_check.h"
#include "serve/sessions.h"
#include "serve/web_answers.h"

namespace polyhouse {
namespace {

constexpr std::size_t kLongestBody = std::size_t{1} << 20;
constexpr std::size_t kPieceBytes = 32'768;

/// What our page needs, and nothing else; the rest of these keep other sites out.
constexpr std::array<std::pair<const char*, const char*>, 6> kHeaders = {
    {{"Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src "
      "'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
      "require-trusted-types-for 'script'; trusted-types 'none'"},
     {"X-Content-Type-Options", "nosniff"},
     {"Referrer-Policy", "no-referrer"},
     {"Cross-Origin-Opener-Policy", "same-origin"},
     {"Cross-Origin-Resource-Policy", "same-origin"},
     {"Permissions-Policy",
      "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"}}};

// NOLINTNEXTLINE(readability-function-size): libmicrohttpd fixes the parameters.
MHD_Result TakeParam(void* context,
                     MHD_ValueKind,
                     const char* name,
                     std::size_t name_size,
                     const char* value,
                     std::size_t value_size) {
  auto& query = static_cast<WebRequest*>(context)->query;
  query[std::string(name, name_size)] =
      value == nullptr ? std::string() : std::string(value, value_size);
  return MHD_YES;
}

std::string Header(MHD_Connection* connection, const char* name) {
  const char* const value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string Cookie(MHD_Connection* connection, const char* name) {
  const char* const value = MHD_lookup_connection_value(connection, MHD_COOKIE_KIND, name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string TokenOf(MHD_Connection* connection) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string authorization = Header(connection, MHD_HTTP_HEADER_AUTHORIZATION);
  if (authorization.starts_with(kBearer)) return authorization.substr(kBearer.size());
  char* password = nullptr;
  char* const user = MHD_basic_auth_get_username_password(connection, &password);
  std::string token = password == nullptr ? "" : password;
  MHD_free(user);
  MHD_free(password);
  return token;
}

std::string AddressOf(MHD_Connection* connection) {
  const auto* const info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == nullptr || info->client_addr == nullptr) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  const sockaddr* const address = info->client_addr;
  const void* const number =
      address->sa_family == AF_INET6
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr)
          : static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(address)->sin_addr);
  if (inet_ntop(address->sa_family, number, text.data(), text.size()) == nullptr) return {};
  return text.data();
}

PathUse UseOf(const RequestHead& head) {
  const bool reads = head.method == "GET" || head.method == "HEAD";
  return reads && IsPagePath(head.path) ? PathUse::kPage : PathUse::kData;
}

WebAnswer TooLarge() {
  WebAnswer answer = ErrorAnswer(WebError::kTooLarge, "A request has at most 1 MiB.");
  answer.is_last = true;
  return answer;
}

/// What libmicrohttpd reads a streamed body from.
struct Reading {
  std::shared_ptr<BodySource> source;
  MHD_Connection* connection;
  SlowClients& slow_clients;
  int descriptor;
};

ssize_t ReadBody(void* context, std::uint64_t, char* buffer, std::size_t room) {
  auto& reading = *static_cast<Reading*>(context);
  const auto pause = [&] {
    reading.slow_clients.Work(reading.descriptor);
    MHD_suspend_connection(reading.connection);
  };
  const auto piece = reading.source->Read(buffer, room, pause);
  switch (piece.state) {
    case BodySource::State::kNothingYet:
      return 0;
    case BodySource::State::kEnd:
      return MHD_CONTENT_READER_END_OF_STREAM;
    case BodySource::State::kBroken:
      return MHD_CONTENT_READER_END_WITH_ERROR;
    case BodySource::State::kMore:
      break;
  }
  reading.slow_clients.AwaitReading(reading.descriptor, piece.size);
  return static_cast<ssize_t>(piece.size);
}

void FreeReading(void* context) {
  const std::unique_ptr<Reading> reading(static_cast<Reading*>(context));
  reading->source->Close();
}

}  // namespace

Conversation::Conversation(const ConversationParts& parts,
                           MHD_Connection* connection,
                           const RequestHead& head)
    : parts_(parts), connection_(connection), descriptor_(DescriptorOf(connection)) {
  answer_ = Refusal(head);
  ReadHead(head);
  parts_.slow_clients.AwaitBody(descriptor_);
}

std::optional<WebAnswer> Conversation::Refusal(const RequestHead& head) const {
  auto refusal = CheckFraming(connection_);
  if (!refusal) refusal = CheckSource(connection_, head.version, parts_.place, UseOf(head));
  if (!refusal) return std::nullopt;
  return WebAnswer{.status = refusal->status, .body = refusal->sentence + "\n", .is_last = true};
}

void Conversation::ReadHead(const RequestHead& head) {
  request_.method = head.method;
  request_.path = head.path;
  MHD_get_connection_values_n(connection_, MHD_GET_ARGUMENT_KIND, TakeParam, &request_);
  request_.session = Cookie(connection_, kSessionCookie);
  request_.token = TokenOf(connection_);
  request_.if_none_match = Header(connection_, MHD_HTTP_HEADER_IF_NONE_MATCH);
  request_.is_from_page = Header(connection_, "X-Polyhouse") == "1" ||
                          Header(connection_, "Sec-Fetch-Site") == "same-origin";
  request_.wants_html =
      Header(connection_, MHD_HTTP_HEADER_ACCEPT).find("text/html") != std::string::npos;
  request_.takes_gzip =
      Header(connection_, MHD_HTTP_HEADER_ACCEPT_ENCODING).find("gzip") != std::string::npos;
  request_.client = AddressOf(connection_);
  std::uint64_t length = 0;
  const bool is_known = ReadNumber(Header(connection_, MHD_HTTP_HEADER_CONTENT_LENGTH), length);
  if (!answer_ && is_known && length > kLongestBody) answer_ = TooLarge();
}

void Conversation::Receive(std::string_view piece) {
  parts_.slow_clients.Took(descriptor_, piece.size());
  if (answer_) return;
  if (request_.body.size() + piece.size() > kLongestBody) {
    answer_ = TooLarge();
    return;
  }
  request_.body += piece;
}

MHD_Result Conversation::Go() {
  std::optional<WebAnswer> answer;
  {
    const std::lock_guard lock(mutex_);
    answer = std::exchange(answer_, std::nullopt);
  }
  if (answer) return Send(std::move(*answer));
  if (is_working_) return MHD_YES;
  WebDecision decision = parts_.handler.Decide(std::move(request_));
  if (auto* const at_once = std::get_if<WebAnswer>(&decision)) return Send(std::move(*at_once));
  StartWork(std::move(std::get<WebWork>(decision)));
  return MHD_YES;
}

void Conversation::StartWork(WebWork work) {
  is_working_ = true;
  parts_.slow_clients.Work(descriptor_);
  MHD_suspend_connection(connection_);
  parts_.leaves.Watch(descriptor_, [stop = stop_]() mutable { stop.request_stop(); });
  parts_.do_work(work.kind, [self = shared_from_this(), run = std::move(work.run)](bool late) {
    bool has_answered = false;
    const auto respond = [&](WebAnswer answer) {
      if (!std::exchange(has_answered, true)) self->HandOver(std::move(answer));
    };
    if (late) {
      respond(ErrorAnswer(WebError::kBusy, "Too many questions at once: try again."));
    } else if (!self->stop_.stop_requested()) {
      run(self->stop_.get_token(), respond);
    }
    respond(ErrorAnswer(WebError::kUnavailable, "That could not be answered."));
  });
}

void Conversation::HandOver(WebAnswer answer) {
  {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  MHD_resume_connection(connection_);
}

MHD_Result Conversation::Send(WebAnswer answer) {
  MHD_Response* response = nullptr;
  if (answer.source) {
    answer.source->Bind([connection = connection_] { MHD_resume_connection(connection); });
    {
      const std::lock_guard lock(mutex_);
      source_ = answer.source;
      if (stop_.stop_requested()) source_->Close();
    }
    parts_.leaves.Watch(descriptor_, [source = answer.source, stop = stop_]() mutable {
      stop.request_stop();
      source->Close();
    });
    response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN,
        kPieceBytes,
        ReadBody,
        new Reading{answer.source, connection_, parts_.slow_clients, descriptor_},
        FreeReading);
  } else {
    const std::string_view body = answer.kept_body.empty() ? answer.body : answer.kept_body;
    response = MHD_create_response_from_buffer(
        body.size(),
        const_cast<char*>(body.data()),
        answer.kept_body.empty() ? MHD_RESPMEM_MUST_COPY : MHD_RESPMEM_PERSISTENT);
    parts_.slow_clients.AwaitReading(descriptor_, body.size());
  }
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.type.c_str());
  for (const auto& [name, value] : kHeaders) MHD_add_response_header(response, name, value);
  for (const auto& [name, value] : answer.headers) {
    MHD_add_response_header(response, name.c_str(), value.c_str());
  }
  if (answer.is_last) MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
  const MHD_Result queued = MHD_queue_response(connection_, answer.status, response);
  MHD_destroy_response(response);
  return queued;
}

void Conversation::Complete() {
  parts_.leaves.Forget(descriptor_);
  Abandon();
  parts_.slow_clients.AwaitNext(descriptor_);
}

void Conversation::Abandon() {
  stop_.request_stop();
  const std::lock_guard lock(mutex_);
  if (source_) source_->Close();
  // Handed over, and not sent: whoever writes must not wait for a reader.
  if (answer_ && answer_->source) answer_->source->Close();
}

}  // namespace polyhouse
