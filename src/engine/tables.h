#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/chdb_connection.h"
#include "engine/request_params.h"

namespace polyhouse {

/// What a request may do.
enum class Rights {
  kOwner,   ///< Everything.
  kGet,     ///< A GET request: everything but changes, as in ClickHouse.
  kReader,  ///< Reads tables, and nothing else of this machine: no files, no network.
};

/// The engine, opened on one directory. Thread-safe.
class Tables {
 public:
  /// Boots libchdb. kConfig when the directory is in use or cannot be written.
  static Result<std::unique_ptr<Tables>> Open(const ChdbApi& api,
                                              const std::string& directory,
                                              std::uint64_t memory_limit_bytes);

  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;
  /// Every session must have been destroyed before. Nothing can be opened in this process
  /// afterwards.
  ~Tables();

  /// A session of its own for one request: its database and settings, then its rights, which the
  /// engine itself enforces.
  EngineResult<std::unique_ptr<ChdbConnection>> OpenSession(const RequestParams& params,
                                                            Rights rights);
  /// Asks every running query to end early.
  void KillQueries();

  /// Such as "26.7.2.1".
  const std::string& version() const { return version_; }

 private:
  Tables(const ChdbApi& api, std::vector<std::string> arguments)
      : api_(&api), arguments_(std::move(arguments)) {}

  Status Boot(const std::vector<std::string>& boot_arguments, const std::string& directory);

  const ChdbApi* api_;
  std::vector<std::string> arguments_;
  // libchdb shuts its engine down with the last connection, so one stays open.
  std::unique_ptr<ChdbConnection> keeper_;
  std::string version_;
};

}  // namespace polyhouse
