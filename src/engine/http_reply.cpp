#include <cstring>
#include <exception>

#include "engine/http_request.h"

namespace polyhouse::engine {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{128} << 10;

/// The plain bytes of a body, piece by piece.
class BodySource {
 public:
  explicit BodySource(Reply::Body body) : body_(std::move(body)) {}

  /// The next bytes, valid until the next call; empty at the end, after which it is not called.
  EngineResult<std::string_view> Next() {
    if (auto* const stream = std::get_if<ResultStream>(&body_)) return NextOf(*stream);
    if (auto* const piped = std::get_if<PipedResult>(&body_)) return NextOf(*piped);
    const auto* const text = std::get_if<std::string>(&body_);
    const auto whole = text != nullptr ? *text : std::get<ChdbResult>(body_).bytes();
    const auto piece = whole.substr(sent_, kPieceBytes);
    sent_ += piece.size();
    return piece;
  }

 private:
  template <class Stream>
  EngineResult<std::string_view> NextOf(Stream& stream) {
    // The first piece was fetched before the answer began.
    if (sent_ > 0) {
      if (auto advanced = stream.Advance(); !advanced) {
        return tl::make_unexpected(std::move(advanced.error()));
      }
    }
    sent_ += stream.piece().size();
    return stream.piece();
  }

  Reply::Body body_;
  std::size_t sent_ = 0;
};

/// A result on its way to the client. libmicrohttpd owns it and asks for its bytes.
struct StreamedBody {
  ClientTime time;
  Traffic::Ticket ticket;
  ClientWatch::Watched watched;
  BodySource source;
  std::unique_ptr<BodyEncoder> rewriter;
  std::unique_ptr<BodyEncoder> encoder;
  std::string_view rest = {};  ///< Of what is to be sent next.
  std::string rewritten = {};  ///< Holds it when it is rewritten, or an error;
  std::string buffer = {};     ///< and when it is compressed.
  enum class State { kGoesOn, kEnded, kFailed } state = State::kGoesOn;
};

/// Makes `rest` these plain bytes, compressed if that was asked for; at the end of the body, with
/// what the encoder still has. False when it failed.
bool SetRest(StreamedBody& body, std::string_view plain) {
  if (!body.encoder) {
    body.rest = plain;
    return true;
  }
  body.buffer.clear();
  if (!body.encoder->Encode(plain, body.buffer)) return false;
  if (body.state != StreamedBody::State::kGoesOn && !body.encoder->Finish(body.buffer)) {
    return false;
  }
  body.rest = body.buffer;
  return true;
}

/// Makes `rest` these bytes of the result, or its end when there are none. False when it failed.
bool TakePiece(StreamedBody& body, std::string_view piece) {
  if (piece.empty()) body.state = StreamedBody::State::kEnded;
  if (!body.rewriter) return SetRest(body, piece);
  body.rewritten.clear();
  if (!body.rewriter->Encode(piece, body.rewritten)) return false;
  if (piece.empty() && !body.rewriter->Finish(body.rewritten)) return false;
  return SetRest(body, body.rewritten);
}

/// Fetches until there is something to send or the body has ended. False when it cannot go on.
bool FetchRest(StreamedBody& body) {
  body.time.Work();
  while (body.rest.empty() && body.state == StreamedBody::State::kGoesOn) {
    const auto piece = body.source.Next();
    if (!piece) {
      // As ClickHouse does: the text follows what was sent, and the answer ends without its end
      // mark.
      body.state = StreamedBody::State::kFailed;
      body.rewritten = "\n" + piece.error().text + "\n";
      return SetRest(body, body.rewritten);
    }
    if (!TakePiece(body, *piece)) return false;
  }
  body.time.AwaitReading(body.rest.size());
  return true;
}

ssize_t ReadStreamedBody(void* context,
                         std::uint64_t /*position*/,
                         char* buffer,
                         std::size_t size) {
  auto& body = *static_cast<StreamedBody*>(context);
  try {
    if (body.rest.empty() && !FetchRest(body)) return MHD_CONTENT_READER_END_WITH_ERROR;
    if (body.rest.empty()) {
      return body.state == StreamedBody::State::kFailed ? MHD_CONTENT_READER_END_WITH_ERROR
                                                        : MHD_CONTENT_READER_END_OF_STREAM;
    }
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

MHD_Response* StreamedResponse(const ClientTime& time, Reply& reply) {
  auto body = std::make_unique<StreamedBody>(StreamedBody{time,
                                                          std::move(reply.ticket),
                                                          std::move(reply.watched),
                                                          BodySource(std::move(reply.body)),
                                                          std::move(reply.rewriter),
                                                          std::move(reply.encoder)});
  MHD_Response* const response = MHD_create_response_from_callback(
      MHD_SIZE_UNKNOWN, kPieceBytes, ReadStreamedBody, body.get(), FreeStreamedBody);
  if (response != nullptr) static_cast<void>(body.release());
  return response;
}

MHD_Response* ResponseTo(const ClientTime& time, Reply& reply) {
  time.AwaitReading(0);
  if (reply.encoder || reply.rewriter) return StreamedResponse(time, reply);
  if (const auto* const text = std::get_if<std::string>(&reply.body)) return ResponseOf(*text);
  if (auto* const whole = std::get_if<ChdbResult>(&reply.body)) {
    time.AwaitReading(whole->bytes().size());
    return ResponseOf(std::move(*whole), std::move(reply.ticket));
  }
  const auto* const stream = std::get_if<ResultStream>(&reply.body);
  if (stream != nullptr && stream->piece().empty()) return ResponseOf(std::string());
  return StreamedResponse(time, reply);
}

}  // namespace

MHD_Result SendReply(const ClientTime& time, Reply reply) {
  MHD_Response* const response = ResponseTo(time, reply);
  if (response == nullptr) return MHD_NO;
  // A header that HTTP does not allow (a line end in query_id) is refused here, and left out.
  for (const auto& [name, value] : reply.headers) {
    MHD_add_response_header(response, name.c_str(), value.c_str());
  }
  const MHD_Result queued = MHD_queue_response(time.connection(), reply.status, response);
  MHD_destroy_response(response);
  return queued;
}

}  // namespace polyhouse::engine
