#include "engine/chdb_api.h"

#include <dlfcn.h>

#include <filesystem>

namespace polyhouse::engine {
namespace {

constexpr const char* kRemedy =
    " Run scripts/engine to install it, or set POLYHOUSE_LIBCHDB to the path of libchdb.so.";

/// Finds entry points one by one and remembers the first that is missing.
class Symbols {
 public:
  explicit Symbols(void* library) : library_(library) {}

  template <class Function>
  void Find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(library_, name));
    if (function == nullptr && missing_.empty()) missing_ = name;
  }

  const std::string& missing() const { return missing_; }

 private:
  void* library_;
  std::string missing_;
};

void FindQueryCalls(Symbols& symbols, ChdbApi& api) {
  symbols.Find(api.connect, "chdb_connect");
  symbols.Find(api.close, "chdb_close_conn");
  symbols.Find(api.shutdown, "chdb_shutdown");
  symbols.Find(api.set_signal_handlers_enabled, "chdb_set_signal_handlers_enabled");
  symbols.Find(api.query, "chdb_query_with_params_n");
  symbols.Find(api.stream_query, "chdb_stream_query_with_params_n");
  symbols.Find(api.stream_fetch, "chdb_stream_fetch_result");
  symbols.Find(api.stream_cancel, "chdb_stream_cancel_query");
  symbols.Find(api.classify, "chdb_classify_query_n");
}

void FindInsertCalls(Symbols& symbols, ChdbApi& api) {
  symbols.Find(api.stream_insert, "chdb_stream_insert_with_params_n");
  symbols.Find(api.insert_append, "chdb_stream_append");
  symbols.Find(api.insert_done, "chdb_stream_done");
  symbols.Find(api.insert_cancel, "chdb_stream_cancel_insert");
  symbols.Find(api.insert_error, "chdb_stream_insert_error");
  symbols.Find(api.insert_destroy, "chdb_destroy_insert_stream");
}

void FindResultCalls(Symbols& symbols, ChdbApi& api) {
  symbols.Find(api.result_buffer, "chdb_result_buffer");
  symbols.Find(api.result_length, "chdb_result_length");
  symbols.Find(api.result_error, "chdb_result_error");
  symbols.Find(api.result_rows_read, "chdb_result_rows_read");
  symbols.Find(api.result_bytes_read, "chdb_result_bytes_read");
  symbols.Find(api.result_rows_written, "chdb_result_rows_written");
  symbols.Find(api.result_bytes_written, "chdb_result_bytes_written");
  symbols.Find(api.result_destroy, "chdb_destroy_query_result");
}

}  // namespace

Result<ChdbApi> LoadChdb(const std::string& library) {
  std::error_code ignored;
  if (library.empty() || !std::filesystem::exists(library, ignored)) {
    return ConfigError("The embedded engine is not installed: there is no file " +
                       (library.empty() ? std::string("libchdb.so") : library) + "." + kRemedy);
  }
  void* const handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    // One caller, on one thread, before the engine has any other.
    const char* const reason = dlerror();  // NOLINT(concurrency-mt-unsafe)
    return ConfigError("Cannot load the embedded engine " + library + ": " +
                       (reason == nullptr ? "unknown reason" : reason) + "." + kRemedy);
  }
  Symbols symbols(handle);
  ChdbApi api;
  FindQueryCalls(symbols, api);
  FindInsertCalls(symbols, api);
  FindResultCalls(symbols, api);
  if (!symbols.missing().empty()) {
    return ConfigError("The embedded engine " + library + " is too old: it has no " +
                       symbols.missing() + ", which came with libchdb 26.7.3." + kRemedy);
  }
  return api;
}

}  // namespace polyhouse::engine
