#pragma once

#include <memory>
#include <string_view>

#include "engine/chdb_connection.h"
#include "engine/engine_error.h"
#include "engine/insert_statement.h"

namespace polyhouse::engine {

/// Rows on their way into a table, in pieces of any size. The data never pass through SQL text:
/// inline, libchdb would end them at their first empty line and run what follows as the next
/// statement. Owns its session; destroying it before Finish cancels the insert. One thread at a
/// time.
class InsertStream {
 public:
  /// Opens the stream; unknown tables, columns and formats are refused here.
  static EngineResult<std::unique_ptr<InsertStream>> Start(
      std::unique_ptr<ChdbConnection> connection,
      const InsertStatement& statement,
      const QueryParameters& parameters);

  InsertStream(const InsertStream&) = delete;
  InsertStream& operator=(const InsertStream&) = delete;
  ~InsertStream();

  /// Takes the next piece of data; waits while the engine is busy with earlier ones. When the
  /// engine has already given up, the piece is dropped and Finish tells why.
  void Append(std::string_view data);
  /// Ends the data and stores the rows.
  EngineResult<ChdbResult> Finish();

 private:
  InsertStream(std::unique_ptr<ChdbConnection> connection, ChdbRawInsert* raw)
      : connection_(std::move(connection)), raw_(raw) {}

  std::unique_ptr<ChdbConnection> connection_;  // First: the session closes last.
  ChdbRawInsert* raw_;
};

}  // namespace polyhouse::engine
