#include "engine/http_request.h"

#include "engine/browser_guard.h"

namespace polyhouse {
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

std::string BasicUser(MHD_Connection* connection) {
  char* password = nullptr;
  char* const user = MHD_basic_auth_get_username_password(connection, &password);
  std::string name = user == nullptr ? "" : user;
  MHD_free(user);
  MHD_free(password);
  return name;
}

/// Headers say less than the URL: they fill in what it left open.
EngineResult<RequestParams> ReadParams(MHD_Connection* connection) {
  EngineResult<RequestParams> result;
  MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, TakeUrlParam, &result);
  if (!result) return result;
  RequestParams& params = *result;
  if (params.database.empty()) params.database = Header(connection, "X-ClickHouse-Database");
  if (params.default_format.empty()) {
    params.default_format = Header(connection, "X-ClickHouse-Format");
  }
  for (const auto& user :
       {std::string(Header(connection, "X-ClickHouse-User")), BasicUser(connection)}) {
    if (auto checked = CheckUser(user); !checked) {
      return tl::make_unexpected(std::move(checked.error()));
    }
  }
  const auto encoding = Header(connection, "Content-Encoding");
  if (!encoding.empty() && encoding != "identity") {
    return FailWith(
        EngineCode::kNotImplemented,
        "Content-Encoding " + std::string(encoding) + " is not supported: send the body as it is.");
  }
  return result;
}

bool HasUrlParams(MHD_Connection* connection) {
  return MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, nullptr, nullptr) > 0;
}

bool IsReadingMethod(std::string_view method) {
  return method == "GET" || method == "HEAD";
}

Rights RightsFor(const EngineDoor& door, std::string_view method) {
  if (door.kind == EngineDoor::Kind::kTcp &&
      door.tcp_access == EngineOptions::TcpAccess::kReadOnly) {
    return Rights::kReader;
  }
  return IsReadingMethod(method) ? Rights::kGet : Rights::kOwner;
}

}  // namespace

HttpRequest::HttpRequest(EngineHttpServer& server,
                         MHD_Connection* connection,
                         std::string_view path,
                         std::string_view method)
    : server_(server),
      connection_(connection),
      visit_(server.traffic()),
      reply_(AnswerWithoutEngine(path, method)) {
  if (!reply_) OpenExchange(method);
}

std::optional<Reply> HttpRequest::AnswerWithoutEngine(std::string_view path,
                                                      std::string_view method) const {
  switch (visit_.admission()) {
    case Traffic::Admission::kAdmitted:
      break;
    case Traffic::Admission::kTooMany:
      return BusyReply("Too many requests at once: try again in a moment.\n");
    case Traffic::Admission::kStopping:
      return BusyReply("The engine is stopping.\n");
  }
  const EngineDoor& door = server_.door();
  if (door.kind == EngineDoor::Kind::kTcp &&
      !IsTrustedOrigin(
          Header(connection_, "Host"), Header(connection_, "Origin"), door.listen_host)) {
    return PlainReply(403, "Requests from web pages of other sites are refused.\n");
  }
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
  return std::nullopt;
}

void HttpRequest::OpenExchange(std::string_view method) {
  exchange_ = std::make_unique<Exchange>(server_.tables(),
                                         server_.traffic(),
                                         ReadParams(connection_),
                                         RightsFor(server_.door(), method));
}

void HttpRequest::Receive(std::string_view piece) {
  if (!exchange_) return;
  const WorkingTime working(connection_);
  exchange_->Receive(piece);
}

MHD_Result HttpRequest::Answer() {
  if (exchange_) {
    const WorkingTime working(connection_);
    reply_.emplace(exchange_->Finish());
    exchange_.reset();
  }
  return SendReply(connection_, std::move(*reply_));
}

}  // namespace polyhouse
