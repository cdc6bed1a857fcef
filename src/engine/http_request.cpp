#include "engine/http_request.h"

#include "engine/block_frames.h"
#include "engine/credentials.h"

namespace polyhouse::engine {
namespace {

Reply PlainReply(unsigned status, std::string text) {
  Reply reply;
  reply.status = status;
  reply.headers = {{"Content-Type", "text/plain; charset=UTF-8"}};
  reply.body = std::move(text);
  return reply;
}

Reply BusyReply(std::string text) {
  Reply reply = PlainReply(503, std::move(text));
  reply.headers.insert(reply.headers.end(), {{"Connection", "close"}, {"Retry-After", "1"}});
  return reply;
}

std::string_view Header(MHD_Connection* connection, const char* name) {
  const char* const value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// Adds one URL parameter to the RequestParams in `context`; the first that is refused ends it.
// NOLINTNEXTLINE(readability-function-size): libmicrohttpd fixes the parameters.
MHD_Result TakeUrlParam(void* context,
                        MHD_ValueKind /*kind*/,
                        const char* name,
                        std::size_t name_size,
                        const char* value,
                        std::size_t value_size) {
  auto& params = *static_cast<EngineResult<RequestParams>*>(context);
  const auto added =
      AddParam(*params,
               {name, name_size},
               value == nullptr ? std::string_view() : std::string_view(value, value_size));
  if (added) return MHD_YES;
  params = tl::make_unexpected(added.error());
  return MHD_NO;
}

std::string_view UrlParam(MHD_Connection* connection, const char* name) {
  const char* const value = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// Where ClickHouse looks for credentials, in its order: its own headers, Basic, the URL.
Credentials ReadCredentials(MHD_Connection* connection) {
  const auto user = Header(connection, "X-ClickHouse-User");
  const auto key = Header(connection, "X-ClickHouse-Key");
  if (!user.empty() || !key.empty()) return {std::string(user), Secret(std::string(key))};
  char* password = nullptr;
  char* const basic = MHD_basic_auth_get_username_password(connection, &password);
  Credentials credentials{basic == nullptr ? "" : basic,
                          Secret(password == nullptr ? "" : password)};
  MHD_free(basic);
  MHD_free(password);
  if (!credentials.user.empty() || !credentials.password.empty()) return credentials;
  return {std::string(UrlParam(connection, "user")),
          Secret(std::string(UrlParam(connection, "password")))};
}

EngineResult<void> ReadCodings(MHD_Connection* connection, RequestParams& params) {
  const auto coding = ContentCodingNamed(Header(connection, "Content-Encoding"));
  if (!coding) return tl::make_unexpected(coding.error());
  params.body_coding = *coding;
  if (params.enable_http_compression) {
    params.answer_coding = PreferredCoding(Header(connection, "Accept-Encoding"));
  }
  return {};
}

/// Headers say less than the URL: they fill in what it left open.
EngineResult<RequestParams> ReadParams(MHD_Connection* connection) {
  EngineResult<RequestParams> result{RequestParams()};
  MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, TakeUrlParam, &result);
  if (!result) return result;
  RequestParams& params = *result;
  if (params.database.empty()) params.database = Header(connection, "X-ClickHouse-Database");
  if (params.default_format.empty()) {
    params.default_format = Header(connection, "X-ClickHouse-Format");
  }
  if (Header(connection, "Content-Type").starts_with("multipart/")) {
    return FailWith(EngineCode::kNotImplemented,
                    "Bodies of several parts (external tables, queries as forms) are not "
                    "supported: send the query as the body or in the URL.");
  }
  if (auto codings = ReadCodings(connection, params); !codings) {
    return tl::make_unexpected(std::move(codings.error()));
  }
  return result;
}

ClientSocket SocketOf(MHD_Connection* connection, const EngineDoor& door) {
  return {DescriptorOf(connection),
          door.kind == EngineDoor::Kind::kTcp ? ClientSocket::Kind::kTcp
                                              : ClientSocket::Kind::kUnixSocket};
}

bool HasUrlParams(MHD_Connection* connection) {
  return MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, nullptr, nullptr) > 0;
}

bool IsReadingMethod(std::string_view method) {
  return method == "GET" || method == "HEAD";
}

/// By the owner's door a client may ask for fewer rights than it has: as a "reader", or as a
/// "stranger", whose statement is somebody else's.
constexpr const char* kRightsHeader = "X-Polyhouse-Rights";
constexpr std::string_view kStranger = "stranger";

Rights RightsFor(const EngineDoor& door, MHD_Connection* connection, std::string_view method) {
  const bool is_readers_door =
      door.kind == EngineDoor::Kind::kTcp && door.tcp_access == EngineOptions::TcpAccess::kReadOnly;
  const auto asked = Header(connection, kRightsHeader);
  // Whatever it asks for is less.
  if (is_readers_door || !asked.empty()) return Rights::kReader;
  return IsReadingMethod(method) ? Rights::kGet : Rights::kOwner;
}

}  // namespace

HttpRequest::HttpRequest(EngineHttpServer& server,
                         MHD_Connection* connection,
                         const RequestLine& line)
    : server_(server),
      connection_(connection),
      rights_(RightsFor(server.door(), connection, line.method)),
      is_head_(line.method == "HEAD"),
      time_(connection, server.slow_clients()),
      reply_(AnswerWithoutEngine(line)) {
  if (!reply_) OpenExchange();
  time_.AwaitBody();
}

/// Only those who were let in take a place.
std::optional<Reply> HttpRequest::TakePlace() {
  visit_.emplace(parts().traffic);
  switch (visit_->admission()) {
    case Traffic::Admission::kAdmitted:
      return std::nullopt;
    case Traffic::Admission::kTooMany:
      return BusyReply("Too many requests at once: try again in a moment.\n");
    case Traffic::Admission::kStopping:
      return BusyReply("The engine is stopping.\n");
  }
  return std::nullopt;
}

std::optional<Reply> HttpRequest::RefuseSource(std::string_view http_version) const {
  const EngineDoor& door = server_.door();
  auto refusal = CheckFraming(connection_);
  if (!refusal && door.kind == EngineDoor::Kind::kTcp) {
    refusal = CheckSource(connection_, http_version, door.place);
  }
  if (!refusal) return std::nullopt;
  Reply reply = PlainReply(refusal->status, refusal->sentence + "\n");
  reply.headers.emplace_back("Connection", "close");
  return reply;
}

std::optional<Reply> HttpRequest::AnswerWithoutEngine(const RequestLine& line) {
  const auto [path, method, version] = line;
  if (parts().traffic.is_stopping()) return BusyReply("The engine is stopping.\n");
  if (auto refused = RefuseSource(version)) return refused;
  const bool reads = IsReadingMethod(method);
  if (!reads && method != "POST") {
    Reply reply = PlainReply(405, "Use GET or POST.\n");
    reply.headers.emplace_back("Allow", "GET, HEAD, POST");
    return reply;
  }
  if (reads && (path == "/ping" || path == "/replicas_status")) return PlainReply(200, "Ok.\n");
  if (path != "/") {
    return PlainReply(404,
                      "There is no handle " + std::string(path) +
                          "\n\nUse / or /ping for health checks.\nSend queries from your "
                          "program with POST method or GET /?query=...\n");
  }
  if (reads && !HasUrlParams(connection_)) return PlainReply(200, "Ok.\n");
  if (auto stranger = RefuseStranger()) return stranger;
  if (Header(connection_, kRightsHeader) == kStranger && !server_.door().no_strangers.empty()) {
    return ErrorReply(FailWith(EngineCode::kAccessDenied, server_.door().no_strangers).value(),
                      server_.parts().tables.version());
  }
  return TakePlace();
}

/// ClickHouse's answers: 401 asks a browser or a careful client for the password, 403 says no.
std::optional<Reply> HttpRequest::RefuseStranger() const {
  const Account& account = server_.door().account;
  const Credentials credentials = ReadCredentials(connection_);
  const auto authentication = Authenticate(account, credentials);
  if (authentication == Authentication::kAccepted) return std::nullopt;
  const std::string user = credentials.user.empty() ? "default" : credentials.user;
  Reply reply = ErrorReply(
      FailWith(EngineCode::kAuthenticationFailed,
               user + ": Authentication failed: password is incorrect, or there is no user with "
                      "such name.")
          .value(),
      server_.parts().tables.version());
  if (authentication == Authentication::kMissing) {
    reply.status = 401;
    reply.headers.emplace_back("WWW-Authenticate", "Basic realm=\"ClickHouse server HTTP API\"");
  }
  return reply;
}

/// Those who only read have places of their own.
EngineParts HttpRequest::parts() const {
  const EngineParts parts = server_.parts();
  if (rights_ != Rights::kReader) return parts;
  return {parts.tables, parts.readers, parts.readers, parts.clients};
}

void HttpRequest::OpenExchange() {
  auto params = ReadParams(connection_);
  if (params) {
    decoder_ = ChainDecoders(MakeBodyDecoder(params->body_coding),
                             params->decompress ? MakeBlockDecoder() : nullptr);
  }
  exchange_ = std::make_unique<Exchange>(
      parts(), std::move(params), Requester{rights_, SocketOf(connection_, server_.door())});
}

void HttpRequest::Receive(std::string_view piece) {
  if (exchange_ && !exchange_->has_failed()) {
    time_.Work();
    Take(piece);
  }
  time_.Took(piece.size());
}

void HttpRequest::Take(std::string_view piece) {
  if (!decoder_) return exchange_->Receive(piece);
  auto decoded = decoder_->Decode(piece, [this](std::string_view plain) {
    exchange_->Receive(plain);
    return !exchange_->has_failed();
  });
  if (!decoded) exchange_->Fail(std::move(decoded.error()));
}

void HttpRequest::EndBody() {
  if (!decoder_ || exchange_->has_failed()) return;
  if (auto ended = decoder_->Finish(); !ended) exchange_->Fail(std::move(ended.error()));
}

MHD_Result HttpRequest::Answer() {
  if (exchange_) {
    time_.Work();
    EndBody();
    reply_.emplace(exchange_->Finish());
    exchange_.reset();
  }
  // libmicrohttpd ends the body that it leaves out, and those bytes would begin the next answer.
  if (is_head_) reply_->headers.emplace_back("Connection", "close");
  return SendReply(time_, std::move(*reply_));
}

}  // namespace polyhouse::engine
