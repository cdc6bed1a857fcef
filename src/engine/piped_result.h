#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/chdb_connection.h"
#include "engine/engine_error.h"
#include "engine/output_format.h"
#include "engine/statement_words.h"

namespace polyhouse::engine {

/// A result in a format that is one document, such as Parquet, fetched while it is made, so that
/// its size does not matter to our memory. libchdb's streaming call would make a document of every
/// block; its INTO OUTFILE makes one, and here that file is a pipe whose other end is read. Owns
/// its session; destroying it early ends the query. One thread at a time.
class PipedResult {
 public:
  /// Starts the query and reads the first piece, so that most errors are known before anything was
  /// sent. The statement is one that reads, of which `words` tell.
  static EngineResult<PipedResult> Start(std::unique_ptr<ChdbConnection> connection,
                                         std::string_view sql,
                                         const StatementWords& words,
                                         const OutputFormat& format,
                                         const QueryParameters& parameters);

  PipedResult(PipedResult&&) noexcept;
  PipedResult& operator=(PipedResult&&) = delete;
  ~PipedResult();

  /// The piece read last; empty at the end of the result. Valid until the next Advance.
  std::string_view piece() const { return piece_; }
  /// Reads the next piece.
  EngineResult<void> Advance();

 private:
  class Run;

  explicit PipedResult(std::unique_ptr<Run> run);

  std::unique_ptr<Run> run_;
  std::string_view piece_;
};

/// The statement with its result in this format going into a file. `words` are the statement's.
std::string WithOutfile(std::string_view sql,
                        const StatementWords& words,
                        std::string_view format,
                        std::string_view path);

}  // namespace polyhouse::engine
