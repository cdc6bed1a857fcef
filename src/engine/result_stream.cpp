#include "engine/result_stream.h"

namespace polyhouse::engine {
namespace {

constexpr std::string_view kNotStreamed = "Streaming query is not supported";

}  // namespace

EngineResult<std::optional<ResultStream>> ResultStream::Start(
    std::unique_ptr<ChdbConnection>& connection,
    std::string_view sql,
    const OutputFormat& format,
    const QueryParameters& parameters) {
  const ChdbApi& api = connection->api();
  const ParameterArrays arrays(parameters);
  const ChdbParameters p = arrays.view();
  ChdbResult query(api,
                   api.stream_query(connection->handle(),
                                    sql.data(),
                                    sql.size(),
                                    format.name.data(),
                                    format.name.size(),
                                    p.names,
                                    p.name_lengths,
                                    p.values,
                                    p.value_lengths,
                                    p.count));
  if (const char* const error = query.error()) {
    if (std::string_view(error).find(kNotStreamed) != std::string_view::npos) return std::nullopt;
    return tl::make_unexpected(ParseEngineError(error));
  }
  ResultStream stream(std::move(connection), std::move(query), format);
  if (auto first = stream.Advance(); !first) return tl::make_unexpected(std::move(first.error()));
  return stream;
}

ResultStream::~ResultStream() {
  if (!connection_) return;  // Moved from.
  current_.reset();
  if (!piece_.empty()) connection_->api().stream_cancel(connection_->handle(), query_.raw());
}

EngineResult<void> ResultStream::Advance() {
  const ChdbApi& api = connection_->api();
  current_.emplace(api, api.stream_fetch(connection_->handle(), query_.raw()));
  piece_ = {};
  if (const char* const error = current_->error()) {
    return tl::make_unexpected(ParseEngineError(error));
  }
  piece_ = current_->bytes();
  return piece_.empty() ? EngineResult<void>() : DropHeader();
}

EngineResult<void> ResultStream::DropHeader() {
  if (format_.pieces != OutputPieces::kHeader) return {};
  const auto length = HeaderLength(format_, piece_);
  if (!length) return FailWith(EngineCode::kUnknown, "A piece of the result has no header.");
  const auto header = piece_.substr(0, *length);
  if (!header_) {
    header_ = std::string(header);
    return {};
  }
  if (*header_ != header) {
    return FailWith(EngineCode::kUnknown, "A piece of the result has another header.");
  }
  piece_.remove_prefix(*length);
  return piece_.empty() ? Advance() : EngineResult<void>();
}

}  // namespace polyhouse::engine
