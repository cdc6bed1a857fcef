#include "engine/tables.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

namespace polyhouse::engine {
namespace {

// A reader is the same user without the role that owns everything: the engine then refuses it
// files, URLs and other servers also where read-only mode alone lets them pass (DESCRIBE TABLE
// file(…)). libchdb has no store for users that SQL could make, and no way to choose another user.
// Naming a configuration file also keeps libchdb from taking config.xml from the current directory.
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

/// An empty directory, for those who want files of users.
constexpr const char* kNoFiles = "/no-files";
/// Of the question that a statement is put into, when it is spelled.
constexpr std::size_t kSpellRoom = 4096;

/// Writes the configuration beside the tables; kConfig when the directory cannot be written.
Result<std::string> WriteConfiguration(const std::string& directory) {
  std::error_code failure;
  std::filesystem::create_directories(directory + kNoFiles, failure);
  if (failure) return ConfigError("Cannot create " + directory + ": " + failure.message() + ".");
  const std::string path = directory + "/polyhouse-engine.xml";
  std::ofstream file(path, std::ios::trunc);
  file << kConfiguration;
  file.close();
  if (!file) return ConfigError("Cannot write to " + directory + ": check its permissions.");
  return path;
}

/// True when another process holds libchdb's lock on the directory.
bool IsInUse(const std::string& directory) {
  const int file = open((directory + "/status").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool in_use = flock(file, LOCK_EX | LOCK_NB) != 0;
  close(file);
  return in_use;
}

/// So many usual queries of readers fit into the memory that readers have.
constexpr std::uint64_t kUsualQueries = 4;

/// One query of a reader leaves half of the machine to others.
std::uint64_t ReaderThreads() {
  return std::max(1U, std::thread::hardware_concurrency() / 2);
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
      "--http_max_tries=1",  // Nothing can be reached: say so at once.
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
std::vector<std::string> BootArguments(const std::string& directory,
                                       const std::string& configuration,
                                       std::uint64_t memory_limit) {
  std::vector<std::string> arguments = {
      "--config-file=" + configuration,
      "--users_config=" + configuration,
      "--user_files_path=" + directory + kNoFiles,
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
  auto booted =
      tables->Boot(BootArguments(directory, *configuration, limits.memory_bytes), directory);
  if (!booted) return std::move(booted.error());
  if (auto learnt = tables->LearnSettings(limits); !learnt) {
    return ConfigError("The embedded engine does not work: " + learnt.error().text);
  }
  return tables;
}

Status Tables::Boot(const std::vector<std::string>& boot_arguments, const std::string& directory) {
  std::vector<std::string> arguments = arguments_;
  arguments.insert(arguments.end(), boot_arguments.begin(), boot_arguments.end());
  keeper_ = ChdbConnection::Open(*api_, arguments);
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
  if (auto dropped = DropOverlay(); !dropped) {
    return ConfigError("The embedded engine does not work: " + dropped.error().text);
  }
  return Ok();
}

/// libchdb lays a directory of files over the database `default`, where a name that is no table is
/// taken for a file: to ask for such a table tells which paths exist on the machine. The database
/// under it is put in its place, by its own identity, so that its tables stay.
EngineResult<void> Tables::DropOverlay() {
  constexpr std::string_view kFind =
      "SELECT uuid FROM system.databases WHERE name = 'default' AND engine = 'Overlay'";
  const auto found = keeper_->Query(kFind, "TSVRaw");
  if (!found) return tl::make_unexpected(found.error());
  const std::string uuid(found->bytes().substr(0, found->bytes().find('\n')));
  if (uuid.empty()) return {};
  for (const auto& statement : {std::string("DETACH DATABASE default"),
                                "ATTACH DATABASE default UUID '" + uuid + "' ENGINE = Atomic"}) {
    if (auto done = keeper_->Query(statement, "Null"); !done) {
      return tl::make_unexpected(std::move(done.error()));
    }
  }
  return {};
}

Tables::~Tables() {
  keeper_.reset();
  api_->shutdown();
}

EngineResult<std::set<std::string, std::less<>>> Tables::Names(std::string_view query) {
  const auto listed = keeper_->Query(query, "TSVRaw");
  if (!listed) return tl::make_unexpected(listed.error());
  std::set<std::string, std::less<>> names;
  for (auto lines = listed->bytes(); !lines.empty();) {
    const auto end = std::min(lines.find('\n'), lines.size());
    names.emplace(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return names;
}

EngineResult<void> Tables::LearnSettings(TableLimits limits) {
  auto texts = Names(ReaderSettings::kQueryForTexts);
  if (!texts) return tl::make_unexpected(texts.error());
  const auto table_functions = Names(ReaderNames::kQueryForTableFunctions);
  if (!table_functions) return tl::make_unexpected(table_functions.error());
  reader_names_ = ReaderNames(*table_functions);
  const std::uint64_t memory = limits.readers_memory_bytes();
  reader_settings_ = ReaderSettings(std::move(*texts),
                                    {.seconds = limits.reader_seconds,
                                     .memory_bytes = memory,
                                     .usual_memory_bytes = memory / kUsualQueries,
                                     .threads = ReaderThreads()});
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
  std::erase_if(settings, [](const auto& setting) { return setting.first == kTagSetting; });
  auto set = SetStatement(settings);
  if (!set) return tl::make_unexpected(std::move(set.error()));
  std::vector<std::string> statements;
  if (!params.database.empty()) statements.push_back("USE " + QuotedName(params.database));
  if (!set->empty()) statements.push_back(std::move(*set));
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
  auto arguments = arguments_;
  // Not by a statement, which costs a tenth of a small query.
  arguments.push_back("--" + std::string(kTagSetting) + "=" + params.tag);
  auto session = ChdbConnection::Open(*api_, arguments);
  if (!session) return FailWith(EngineCode::kUnknown, "The engine refused to open a session.");
  for (const auto& statement : *statements) {
    if (auto done = session->Query(statement, "Null"); !done) {
      return tl::make_unexpected(std::move(done.error()));
    }
  }
  return session;
}

std::uint64_t Tables::MemoryFor(const RequestParams& params, Rights rights) const {
  return rights == Rights::kReader ? reader_settings_.MemoryFor(params.settings) : 0;
}

EngineResult<std::string> Tables::RefusedName(std::string_view sql,
                                              const QueryParameters& parameters) {
  const auto spelled = Spell(sql);
  if (!spelled) return tl::make_unexpected(spelled.error());
  return reader_names_.Refused(*spelled, parameters);
}

EngineResult<std::string> Tables::Spell(std::string_view sql) {
  auto arguments = arguments_;
  arguments.push_back("--max_query_size=" + std::to_string(sql.size() * 2 + kSpellRoom));
  auto session = ChdbConnection::Open(*api_, arguments);
  if (!session) return FailWith(EngineCode::kUnknown, "The engine refused to open a session.");
  auto spelled = session->Query("SELECT formatQuerySingleLine(" + QuotedText(sql) + ")", "RawBLOB");
  if (!spelled) return tl::make_unexpected(std::move(spelled.error()));
  return std::string(spelled->bytes());
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
