#include "engine/tables.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace polyhouse::engine {
namespace {

// A reader is the same user without the role that owns everything: the engine then refuses it
// files, URLs and other servers also where read-only mode alone lets them pass (DESCRIBE TABLE
// file(…)). Naming a configuration file also keeps libchdb from taking config.xml from the current
// directory.
constexpr std::string_view kConfiguration = R"(<clickhouse>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <roles><owner><grants><query>GRANT ALL ON *.* WITH GRANT OPTION</query></grants></owner></roles>
  <users>
    <default>
      <password></password>
      <networks><ip>::/0</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants>
        <query>GRANT SHOW, SELECT, dictGet, CHECK ON *.*</query>
        <query>GRANT owner</query>
      </grants>
    </default>
  </users>
</clickhouse>
)";

/// A setting that does nothing but appear among those of a running query.
constexpr std::string_view kTagSetting = "chdb_client_name";

/// Writes the configuration beside the tables; kConfig when the directory cannot be written.
Result<std::string> WriteConfiguration(const std::string& directory) {
  std::error_code failure;
  std::filesystem::create_directories(directory + "/no-files", failure);
  if (failure) return ConfigError("Cannot create " + directory + ": " + failure.message() + ".");
  const std::string path = directory + "/polyhouse-engine.xml";
  std::ofstream file(path, std::ios::trunc);
  file << kConfiguration;
  file.close();
  if (!file) return ConfigError("Cannot write to " + directory + ": check its permissions.");
  return path;
}

/// The current directory, changed for a while. Only while nothing else runs in the process.
class CurrentDirectory {
 public:
  explicit CurrentDirectory(const std::string& directory)
      : before_(open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)),
        changed_(chdir(directory.c_str()) == 0) {}
  CurrentDirectory(const CurrentDirectory&) = delete;
  CurrentDirectory& operator=(const CurrentDirectory&) = delete;
  ~CurrentDirectory() {
    if (changed_ && fchdir(before_) != 0) changed_ = false;  // The old one is gone: stay.
    if (before_ >= 0) close(before_);
  }

 private:
  int before_;
  bool changed_;
};

/// True when another process holds libchdb's lock on the directory.
bool IsInUse(const std::string& directory) {
  const int file = open((directory + "/status").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool in_use = flock(file, LOCK_EX | LOCK_NB) != 0;
  close(file);
  return in_use;
}

std::uint64_t QueryMemory(std::uint64_t memory_limit) {
  return memory_limit / 4 * 3;
}

/// Settings of every session.
std::vector<std::string> SessionArguments(const std::string& directory,
                                          std::uint64_t memory_limit) {
  std::vector<std::string> arguments = {
      "--path=" + directory,
      "--session_timezone=UTC",
      "--implicit_select=0",  // As in the server: "1" is no query.
      "--async_insert=0",     // An answered INSERT is stored.
      "--allow_introspection_functions=0",
  };
  // One query may not take everything: the writer's inserts must still fit beside it.
  if (memory_limit > 0) {
    arguments.push_back("--max_memory_usage=" + std::to_string(QueryMemory(memory_limit)));
  }
  return arguments;
}

/// The value of `readonly`: 1 allows reading tables, 2 settings as well; empty leaves it alone.
std::string ReadonlyFor(const RequestParams& params, Rights rights) {
  switch (rights) {
    case Rights::kOwner:
      return params.readonly;
    case Rights::kGet:
      return params.readonly == "1" ? "1" : "2";
    case Rights::kReader:
      return "1";
  }
  return "1";
}

/// Settings of the engine itself, read when the first session opens.
std::vector<std::string> BootArguments(const std::string& configuration,
                                       std::uint64_t memory_limit) {
  std::vector<std::string> arguments = {
      "--config-file=" + configuration,
      "--users_config=" + configuration,
      "--progress=off",  // Otherwise it draws on the terminal.
      "--progress-table=off",
      "--enable-progress-table-toggle=0",
      "--memory_worker_period_ms=1000",  // 50 by default: 3 % of a core while nothing happens.
  };
  if (memory_limit > 0) {
    const std::string cache = std::to_string(memory_limit / 10);
    arguments.push_back("--max_server_memory_usage=" + std::to_string(memory_limit));
    arguments.push_back("--mark_cache_size=" + cache);
    arguments.push_back("--primary_index_cache_size=" + cache);
  }
  return arguments;
}

}  // namespace

Result<std::unique_ptr<Tables>> Tables::Open(const ChdbApi& api,
                                             const std::string& directory,
                                             TableLimits limits) {
  const auto configuration = WriteConfiguration(directory);
  if (!configuration) return configuration.error();
  api.set_signal_handlers_enabled(0);  // Before connecting: SIGTERM is ours.
  std::unique_ptr<Tables> tables(new Tables(api, SessionArguments(directory, limits.memory_bytes)));
  auto booted = tables->Boot(BootArguments(*configuration, limits.memory_bytes), directory);
  if (!booted) return std::move(booted.error());
  if (auto learnt = tables->LearnSettings(limits); !learnt) {
    return ConfigError("The embedded engine does not work: " + learnt.error().text);
  }
  return tables;
}

Status Tables::Boot(const std::vector<std::string>& boot_arguments, const std::string& directory) {
  std::vector<std::string> arguments = arguments_;
  arguments.insert(arguments.end(), boot_arguments.begin(), boot_arguments.end());
  {
    // In the database `default`, libchdb takes a name that is no table for a file in the directory
    // where it was started: give it one without files.
    const CurrentDirectory empty(directory + "/no-files");
    keeper_ = ChdbConnection::Open(*api_, arguments);
  }
  if (!keeper_) {
    if (IsInUse(directory)) {
      return ConfigError("Another process is using " + directory +
                         ": a directory of tables belongs to one engine at a time. Stop the other "
                         "one, or reach its tables through its socket.");
    }
    return ConfigError(
        "The embedded engine cannot open " + directory +
        ": check that it is a directory of tables and that its files can be written.");
  }
  auto version = keeper_->Query("SELECT version()", "TSVRaw");
  if (!version) return ConfigError("The embedded engine does not work: " + version.error().text);
  version_ = version->bytes();
  while (version_.ends_with('\n')) version_.pop_back();
  return Ok();
}

Tables::~Tables() {
  keeper_.reset();
  api_->shutdown();
}

EngineResult<void> Tables::LearnSettings(TableLimits limits) {
  const auto listed = keeper_->Query(ReaderSettings::kQueryForTexts, "TSVRaw");
  if (!listed) return tl::make_unexpected(listed.error());
  std::set<std::string, std::less<>> texts;
  for (auto names = listed->bytes(); !names.empty();) {
    const auto end = std::min(names.find('\n'), names.size());
    texts.emplace(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  reader_settings_ =
      ReaderSettings(std::move(texts), {limits.reader_seconds, QueryMemory(limits.memory_bytes)});
  return {};
}

EngineResult<std::vector<std::string>> Tables::SessionStatements(const RequestParams& params,
                                                                 Rights rights) const {
  auto settings = params.settings;
  if (rights == Rights::kReader) {
    auto allowed = reader_settings_.Allow(std::move(settings));
    if (!allowed) return tl::make_unexpected(std::move(allowed.error()));
    settings = std::move(*allowed);
  }
  settings.emplace_back(kTagSetting, params.tag);
  auto set = SetStatement(settings);
  if (!set) return tl::make_unexpected(std::move(set.error()));
  std::vector<std::string> statements;
  if (!params.database.empty()) statements.push_back("USE " + QuotedName(params.database));
  statements.push_back(std::move(*set));
  // Rights come last, so that the request's own settings cannot widen them.
  if (rights == Rights::kReader) statements.emplace_back("SET ROLE NONE");
  if (const auto level = ReadonlyFor(params, rights); !level.empty()) {
    statements.push_back(SetStatement({{"readonly", level}}).value());
  }
  return statements;
}

EngineResult<std::unique_ptr<ChdbConnection>> Tables::OpenSession(const RequestParams& params,
                                                                  Rights rights) {
  const auto statements = SessionStatements(params, rights);
  if (!statements) return tl::make_unexpected(statements.error());
  auto session = ChdbConnection::Open(*api_, arguments_);
  if (!session) return FailWith(EngineCode::kUnknown, "The engine refused to open a session.");
  for (const auto& statement : *statements) {
    if (auto done = session->Query(statement, "Null"); !done) {
      return tl::make_unexpected(std::move(done.error()));
    }
  }
  return session;
}

void Tables::KillQueries() {
  Kill("query_id != queryID()");
}

void Tables::KillQueriesOf(const std::string& tags) {
  Kill("Settings['" + std::string(kTagSetting) + "'] IN (" + tags + ")");
}

void Tables::Kill(const std::string& condition) {
  if (auto session = ChdbConnection::Open(*api_, arguments_)) {
    const auto ignored = session->Query("KILL QUERY WHERE " + condition + " ASYNC", "Null");
    static_cast<void>(ignored);
  }
}

}  // namespace polyhouse::engine
