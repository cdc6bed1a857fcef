#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/chdb_api.h"
#include "engine/engine_error.h"

namespace polyhouse::engine {

/// Values for the {name:Type} placeholders of one query.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;

/// What a statement does to state that outlives it; libchdb's own numbers.
enum class StatementClass : std::uint32_t {
  kReadOnly = 0,
  kMutating = 1,
  kMutatingGlobal = 2,
  kControl = 3,
  kUnknown = 4,
};

/// libchdb's verdict on a text, reached by parsing it, without running it.
struct StatementAnalysis {
  StatementClass statement_class = StatementClass::kUnknown;
  std::uint32_t statement_count = 0;  ///< 0 when the text cannot be parsed.
};

/// A result, or a piece of one, in libchdb's memory. Movable, not copyable.
class ChdbResult {
 public:
  ChdbResult(const ChdbApi& api, ChdbRawResult* raw) : api_(&api), raw_(raw, api.result_destroy) {}

  /// The bytes in the requested format; valid as long as this object.
  std::string_view bytes() const;
  /// The engine's message; null when the call succeeded.
  const char* error() const { return api_->result_error(raw_.get()); }
  std::uint64_t rows_read() const { return api_->result_rows_read(raw_.get()); }
  std::uint64_t bytes_read() const { return api_->result_bytes_read(raw_.get()); }
  std::uint64_t rows_written() const { return api_->result_rows_written(raw_.get()); }
  std::uint64_t bytes_written() const { return api_->result_bytes_written(raw_.get()); }
  ChdbRawResult* raw() const { return raw_.get(); }

 private:
  const ChdbApi* api_;
  std::unique_ptr<ChdbRawResult, void (*)(ChdbRawResult*)> raw_;
};

/// One session with the engine. Opening costs 0.1 ms, so every request has its own: settings,
/// current database and temporary tables cannot leak, and neither can the rows which libchdb leaves
/// in a connection's buffer when a query fails half-way. One thread at a time. It must not outlive
/// `api`.
class ChdbConnection {
 public:
  /// Opens a session; `arguments` are "--name=value". Null when libchdb refuses: the first
  /// connection of a process because of the directory, later ones because of a setting's value.
  static std::unique_ptr<ChdbConnection> Open(const ChdbApi& api,
                                              const std::vector<std::string>& arguments);

  ChdbConnection(const ChdbConnection&) = delete;
  ChdbConnection& operator=(const ChdbConnection&) = delete;
  ~ChdbConnection() { api_->close(connection_); }

  StatementAnalysis Classify(std::string_view sql) const;

  /// Runs a statement and returns its whole result.
  EngineResult<ChdbResult> Query(std::string_view sql,
                                 std::string_view format,
                                 const QueryParameters& parameters = {});

  const ChdbApi& api() const { return *api_; }
  ChdbHandle* handle() const { return *connection_; }

 private:
  ChdbConnection(const ChdbApi& api, ChdbHandle** connection)
      : api_(&api), connection_(connection) {}

  const ChdbApi* api_;
  ChdbHandle** connection_;
};

/// QueryParameters as the C ABI takes them. It keeps references: the parameters must outlive it.
class ParameterArrays {
 public:
  explicit ParameterArrays(const QueryParameters& parameters);
  ChdbParameters view() const;

 private:
  std::vector<const char*> names_;
  std::vector<std::size_t> name_lengths_;
  std::vector<const char*> values_;
  std::vector<std::size_t> value_lengths_;
};

}  // namespace polyhouse::engine
