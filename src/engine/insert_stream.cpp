#include "engine/insert_stream.h"

namespace polyhouse::engine {

EngineResult<std::unique_ptr<InsertStream>> InsertStream::Start(
    std::unique_ptr<ChdbConnection> connection,
    const InsertStatement& statement,
    const QueryParameters& parameters) {
  const ChdbApi& api = connection->api();
  const ParameterArrays arrays(parameters);
  const ChdbParameters p = arrays.view();
  ChdbRawInsert* const raw = api.stream_insert(connection->handle(),
                                               statement.sql.data(),
                                               statement.sql.size(),
                                               statement.format.data(),
                                               statement.format.size(),
                                               p.names,
                                               p.name_lengths,
                                               p.values,
                                               p.value_lengths,
                                               p.count);
  std::unique_ptr<InsertStream> stream(new InsertStream(std::move(connection), raw));
  if (const char* const error = api.insert_error(raw)) {
    return tl::make_unexpected(ParseEngineError(error));
  }
  return stream;
}

InsertStream::~InsertStream() {
  connection_->api().insert_destroy(raw_);
}

void InsertStream::Append(std::string_view data) {
  if (!data.empty()) connection_->api().insert_append(raw_, data.data(), data.size());
}

EngineResult<ChdbResult> InsertStream::Finish() {
  const ChdbApi& api = connection_->api();
  ChdbResult result(api, api.insert_done(raw_));
  if (const char* const error = result.error()) {
    return tl::make_unexpected(ParseEngineError(error));
  }
  return result;
}

}  // namespace polyhouse::engine
