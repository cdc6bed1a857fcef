#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace polyhouse::engine {

// libchdb ships no header; these are the parts of its C ABI (26.7) that we use.
struct ChdbHandle;     ///< chdb_connection: what calls take.
struct ChdbRawResult;  ///< chdb_result.
struct ChdbRawInsert;  ///< chdb_insert_stream.

/// What chdb_classify_query_n reports; the caller sets `struct_size`.
struct ChdbAnalysis {
  std::uint32_t struct_size = sizeof(ChdbAnalysis);
  std::uint32_t statement_count = 0;
  std::uint32_t flags = 0;
  std::uint32_t query_class = 0;
};

/// Named parameters of a query ({name:Type}) as the C ABI takes them: parallel arrays.
struct ChdbParameters {
  const char* const* names = nullptr;
  const std::size_t* name_lengths = nullptr;
  const char* const* values = nullptr;
  const std::size_t* value_lengths = nullptr;
  std::size_t count = 0;
};

/// The entry points of libchdb. They are found at run time, because only one command of the program
/// needs the library (560 MB). Valid for the rest of the process: the library is never unloaded.
struct ChdbApi {
  ChdbHandle** (*connect)(int argc, char** argv) = nullptr;  ///< Null on failure.
  void (*close)(ChdbHandle** connection) = nullptr;
  int (*shutdown)() = nullptr;
  void (*set_signal_handlers_enabled)(int enabled) = nullptr;

  using Start = ChdbRawResult* (*)(ChdbHandle*,
                                   const char*,
                                   std::size_t,
                                   const char*,
                                   std::size_t,
                                   const char* const*,
                                   const std::size_t*,
                                   const char* const*,
                                   const std::size_t*,
                                   std::size_t);
  Start query = nullptr;
  Start stream_query = nullptr;
  ChdbRawResult* (*stream_fetch)(ChdbHandle*, ChdbRawResult*) = nullptr;
  void (*stream_cancel)(ChdbHandle*, ChdbRawResult*) = nullptr;
  int (*classify)(ChdbHandle*, const char*, std::size_t, const char*, std::size_t, ChdbAnalysis*) =
      nullptr;

  using StartInsert = ChdbRawInsert* (*)(ChdbHandle*,
                                         const char*,
                                         std::size_t,
                                         const char*,
                                         std::size_t,
                                         const char* const*,
                                         const std::size_t*,
                                         const char* const*,
                                         const std::size_t*,
                                         std::size_t);
  StartInsert stream_insert = nullptr;
  int (*insert_append)(ChdbRawInsert*, const void*, std::size_t) = nullptr;
  ChdbRawResult* (*insert_done)(ChdbRawInsert*) = nullptr;
  void (*insert_cancel)(ChdbRawInsert*) = nullptr;
  const char* (*insert_error)(ChdbRawInsert*) = nullptr;
  void (*insert_destroy)(ChdbRawInsert*) = nullptr;

  char* (*result_buffer)(ChdbRawResult*) = nullptr;
  std::size_t (*result_length)(ChdbRawResult*) = nullptr;
  const char* (*result_error)(ChdbRawResult*) = nullptr;
  std::uint64_t (*result_rows_read)(ChdbRawResult*) = nullptr;
  std::uint64_t (*result_bytes_read)(ChdbRawResult*) = nullptr;
  std::uint64_t (*result_rows_written)(ChdbRawResult*) = nullptr;
  std::uint64_t (*result_bytes_written)(ChdbRawResult*) = nullptr;
  void (*result_destroy)(ChdbRawResult*) = nullptr;
};

/// Loads libchdb and finds every entry point. kConfig when the file is missing, cannot be loaded or
/// is a version without the insert stream.
Result<ChdbApi> LoadChdb(const std::string& library);

}  // namespace polyhouse::engine
