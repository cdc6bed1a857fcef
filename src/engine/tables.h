#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/chdb_connection.h"
#include "engine/reader_names.h"
#include "engine/reader_settings.h"
#include "engine/request_params.h"

namespace polyhouse::engine {

/// What a request may do.
enum class Rights {
  kOwner,   ///< Everything.
  kGet,     ///< A GET request: everything but changes, as in ClickHouse.
  kReader,  ///< Reads tables, and nothing else of this machine: no files, no network.
};

/// What the engine may take; 0 leaves it to the engine.
struct TableLimits {
  std::uint64_t memory_bytes = 0;    ///< All queries together.
  std::uint64_t reader_seconds = 0;  ///< One query of a reader.

  /// What all readers may take together: inserts and the owner's queries need the rest.
  std::uint64_t readers_memory_bytes() const { return memory_bytes / 2; }
};

/// The engine, opened on one directory. Thread-safe.
class Tables {
 public:
  /// Boots libchdb. kConfig when the directory is in use or cannot be written.
  static Result<std::unique_ptr<Tables>> Open(const ChdbApi& api,
                                              const std::string& directory,
                                              TableLimits limits);

  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;
  /// Every session must have been destroyed before. Nothing can be opened in this process
  /// afterwards.
  ~Tables();

  /// A session of its own for one request: its database and settings, then its rights, which the
  /// engine itself enforces.
  EngineResult<std::unique_ptr<ChdbConnection>> OpenSession(const RequestParams& params,
                                                            Rights rights);
  /// How much memory a request of a reader may take; 0 for everybody else, and without a limit.
  std::uint64_t MemoryFor(const RequestParams& params, Rights rights) const;
  /// The first name in a statement that nobody may use who only reads; empty when there is none.
  EngineResult<std::string> RefusedName(std::string_view sql, const QueryParameters& parameters);
  /// Asks every running query to end early.
  void KillQueries();
  /// Asks the queries of some sessions to end; `tags` are their tags as a list for SQL.
  void KillQueriesOf(const std::string& tags);

  /// Such as "26.7.2.1".
  const std::string& version() const { return version_; }

 private:
  Tables(const ChdbApi& api, std::vector<std::string> arguments)
      : api_(&api), arguments_(std::move(arguments)) {}

  Status Boot(const std::vector<std::string>& boot_arguments, const std::string& directory);
  EngineResult<void> DropOverlay();
  EngineResult<void> LearnSettings(TableLimits limits);
  /// The lines of a query's answer.
  EngineResult<std::set<std::string, std::less<>>> Names(std::string_view query);
  /// One statement as the engine's parser writes it, with every name decoded; nothing is run.
  EngineResult<std::string> Spell(std::string_view sql);
  /// The statements that make a new session that of the request.
  EngineResult<std::vector<std::string>> SessionStatements(const RequestParams& params,
                                                           Rights rights) const;
  void Kill(const std::string& condition);

  const ChdbApi* api_;
  std::vector<std::string> arguments_;
  // libchdb shuts its engine down with the last connection, so one stays open.
  std::unique_ptr<ChdbConnection> keeper_;
  std::string version_;
  ReaderSettings reader_settings_;
  ReaderNames reader_names_;
};

}  // namespace polyhouse::engine
