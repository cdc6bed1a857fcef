#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/chdb_connection.h"
#include "engine/engine_error.h"
#include "engine/output_format.h"

namespace polyhouse::engine {

/// A result fetched block by block, so that its size does not matter to our memory. Owns its
/// session; destroying it early cancels the query. One thread at a time.
class ResultStream {
 public:
  /// Starts the query and fetches the first piece, so that most errors are known before anything
  /// was sent. Empty when libchdb does not stream this kind of statement (SHOW, EXPLAIN, …):
  /// nothing has run then, and `connection` still holds the session.
  static EngineResult<std::optional<ResultStream>> Start(
      std::unique_ptr<ChdbConnection>& connection,
      std::string_view sql,
      const OutputFormat& format,
      const QueryParameters& parameters);

  ResultStream(ResultStream&&) = default;
  ResultStream& operator=(ResultStream&&) = delete;
  ~ResultStream();

  /// The piece fetched last; empty at the end of the result. Valid until the next Advance.
  std::string_view piece() const { return piece_; }
  /// The result of the latest fetch, for its counts.
  const ChdbResult& latest() const { return *current_; }
  /// Fetches the next piece.
  EngineResult<void> Advance();

 private:
  ResultStream(std::unique_ptr<ChdbConnection> connection, ChdbResult query, OutputFormat format)
      : connection_(std::move(connection)), query_(std::move(query)), format_(std::move(format)) {}

  EngineResult<void> DropHeader();

  std::unique_ptr<ChdbConnection> connection_;  // First: the session closes last.
  ChdbResult query_;
  OutputFormat format_;
  std::optional<ChdbResult> current_;
  std::string_view piece_;
  std::optional<std::string> header_;
};

}  // namespace polyhouse::engine
