#include <cstring>
#include <exception>

#include "engine/http_request.h"

namespace polyhouse {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{128} << 10;

/// A result on its way to the client. libmicrohttpd owns it and asks for its bytes.
struct StreamedBody {
  MHD_Connection* connection;
  Traffic::Ticket ticket;
  ResultStream stream;
  std::string_view rest;
  std::string last_words;  ///< An error in the middle of the result: sent instead of the rest.
  bool failed = false;
};

/// Makes `rest` the next bytes to send; leaves it empty at the end of the result.
void FetchRest(StreamedBody& body) {
  const WorkingTime working(body.connection);
  if (auto advanced = body.stream.Advance(); !advanced) {
    // As ClickHouse does: the text follows what was sent, and the answer ends without its end mark.
    body.failed = true;
    body.last_words = "\n" + advanced.error().text + "\n";
    body.rest = body.last_words;
    return;
  }
  body.rest = body.stream.piece();
}

ssize_t ReadStreamedBody(void* context,
                         std::uint64_t /*position*/,
                         char* buffer,
                         std::size_t size) {
  auto& body = *static_cast<StreamedBody*>(context);
  try {
    if (body.rest.empty() && body.failed) return MHD_CONTENT_READER_END_WITH_ERROR;
    if (body.rest.empty()) FetchRest(body);
    if (body.rest.empty()) return MHD_CONTENT_READER_END_OF_STREAM;
    const std::size_t count = std::min(size, body.rest.size());
    std::memcpy(buffer, body.rest.data(), count);
    body.rest.remove_prefix(count);
    return static_cast<ssize_t>(count);
  } catch (const std::exception&) {
    return MHD_CONTENT_READER_END_WITH_ERROR;
  }
}

void FreeStreamedBody(void* context) {
  delete static_cast<StreamedBody*>(context);
}

/// A whole result, kept until it is sent.
struct WholeBody {
  Traffic::Ticket ticket;
  ChdbResult result;
};

void FreeWholeBody(void* context) {
  delete static_cast<WholeBody*>(context);
}

MHD_Response* ResponseOf(const std::string& text) {
  return MHD_create_response_from_buffer(
      text.size(), const_cast<char*>(text.data()), MHD_RESPMEM_MUST_COPY);
}

MHD_Response* ResponseOf(ChdbResult result, Traffic::Ticket ticket) {
  auto body = std::make_unique<WholeBody>(WholeBody{std::move(ticket), std::move(result)});
  const auto bytes = body->result.bytes();
  MHD_Response* const response = MHD_create_response_from_buffer_with_free_callback_cls(
      bytes.size(), const_cast<char*>(bytes.data()), FreeWholeBody, body.get());
  if (response != nullptr) static_cast<void>(body.release());
  return response;
}

MHD_Response* ResponseOf(MHD_Connection* connection, ResultStream stream, Traffic::Ticket ticket) {
  auto body = std::make_unique<StreamedBody>(
      StreamedBody{connection, std::move(ticket), std::move(stream), {}, {}, false});
  body->rest = body->stream.piece();
  if (body->rest.empty()) return ResponseOf(std::string());
  MHD_Response* const response = MHD_create_response_from_callback(
      MHD_SIZE_UNKNOWN, kPieceBytes, ReadStreamedBody, body.get(), FreeStreamedBody);
  if (response != nullptr) static_cast<void>(body.release());
  return response;
}

}  // namespace

MHD_Result SendReply(MHD_Connection* connection, Reply reply) {
  MHD_Response* response = nullptr;
  if (auto* const text = std::get_if<std::string>(&reply.body)) {
    response = ResponseOf(*text);
  } else if (auto* const whole = std::get_if<ChdbResult>(&reply.body)) {
    response = ResponseOf(std::move(*whole), std::move(reply.ticket));
  } else {
    response = ResponseOf(
        connection, std::move(std::get<ResultStream>(reply.body)), std::move(reply.ticket));
  }
  if (response == nullptr) return MHD_NO;
  // A header that HTTP does not allow (a line end in query_id) is refused here, and left out.
  for (const auto& [name, value] : reply.headers) {
    MHD_add_response_header(response, name.c_str(), value.c_str());
  }
  const MHD_Result queued = MHD_queue_response(connection, reply.status, response);
  MHD_destroy_response(response);
  return queued;
}

}  // namespace polyhouse
