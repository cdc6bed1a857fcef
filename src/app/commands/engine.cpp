#include "engine/engine.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "app/commands/command.h"
#include "app/engine_launch.h"
#include "app/version.h"
#include "doors/listener.h"

namespace polyhouse {
namespace {

struct EngineFlags {
  std::string listen;
  bool read_write = false;
  int parent = 0;
  int secret = -1;
};

/// Asks the kernel to end this process with its parent, and checks that the parent has not ended
/// already.
bool DieWithParent(int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  return getppid() == parent;
}

/// Says where clients can connect. Under a parent only the address on TCP is news.
void Announce(const EngineFlags& flags, const engine::EngineOptions& options, std::uint16_t port) {
  std::string places;
  if (flags.parent == 0) places = "on the Unix socket " + options.socket_path;
  if (const auto address = ParseHostPort(options.listen); port != 0 && address) {
    if (!places.empty()) places += " and ";
    places += "on " + HttpUrl(address->host, port) +
              (flags.read_write ? " (read and write)" : " (read only)");
  }
  if (!places.empty()) std::fprintf(stderr, "The engine answers %s.\n", places.c_str());
}

/// One engine a directory. A parent's engine waits for it: a predecessor that was just killed may
/// hold the lock for a moment, the engine of a long query for longer. Meanwhile that one answers.
Result<RoleLock> TakeEngineLock(const EngineFlags& flags,
                                const DataDir& dir,
                                CommandContext& context) {
  const auto stop = context.signals.stop_token();
  while (true) {
    auto lock = RoleLock::Take(dir, "engine");
    if (!lock && flags.parent == 0) {
      return ConfigError(lock.error().message +
                         " If that is \"polyhouse up\", start it with --sql-listen 127.0.0.1:8123: "
                         "its own engine then answers SQL clients.");
    }
    if (lock || stop.stop_requested()) return lock;
    context.clock.SleepFor(std::chrono::milliseconds(20), stop);
  }
}

engine::EngineOptions OptionsFor(const EngineFlags& flags,
                                 const DataDir& dir,
                                 const Config& config,
                                 Secret password) {
  return {.tables_dir = dir.tables_dir(),
          .socket_path = dir.engine_socket(),
          .listen = flags.listen,
          .tcp_access = flags.read_write ? engine::EngineOptions::TcpAccess::kReadWrite
                                         : engine::EngineOptions::TcpAccess::kReadOnly,
          .user = config.engine_user,
          .password = std::move(password),
          .memory_limit_bytes = config.engine_memory,
          .most_queries = config.engine_queries,
          .reader_seconds = static_cast<std::uint64_t>(
              std::chrono::ceil<std::chrono::seconds>(config.engine_reader_time).count()),
          .library = config.engine_library.empty() ? std::string(kBuiltWithLibchdb)
                                                   : config.engine_library,
          .may_listen_without_wall = config.engine_listen_without_wall};
}

ExitCode RunEngineCommand(const EngineFlags& flags, CommandContext& context) {
  if (flags.parent != 0 && !DieWithParent(flags.parent)) return ExitCode::kFailed;
  const Config& config = context.config();
  const auto dir = DataDir::Make(config.data_dir);
  if (!dir) return Fail(dir.error());
  if (flags.secret < 0) {
    return Fail(BecomeEngine(config,
                             *dir,
                             {.listen = flags.listen.empty() ? config.sql_listen : flags.listen,
                              .read_write = flags.read_write}));
  }
  auto password = TakeSecret(flags.secret);
  if (!password) return Fail(password.error());
  const auto lock = TakeEngineLock(flags, *dir, context);
  if (!lock) return Fail(lock.error());
  const auto options = OptionsFor(flags, *dir, config, std::move(*password));
  const auto status =
      engine::RunEngine(options, context.signals.stop_token(), [&](std::uint16_t port) {
        Announce(flags, options, port);
      });
  if (!status) return Fail(status.error());
  return context.signals.interrupted() ? ExitCode::kInterrupted : ExitCode::kDone;
}

}  // namespace

Command EngineCommand() {
  const auto options = std::make_shared<EngineFlags>();
  return {
      .name = "engine",
      .help = "Run the embedded ClickHouse engine alone, for ClickHouse clients.",
      .group = kRoles,
      .example = "polyhouse engine --listen 127.0.0.1:8123",
      .settings = {"data_dir", "engine."},
      .options = {{"--listen",
                   &options->listen,
                   "host:port to listen on as well, such as 127.0.0.1:8123."},
                  {"--read-write", &options->read_write, "Let clients on --listen write, too."},
                  {.name = "--parent",
                   .target = &options->parent,
                   .help = "End with this process.",
                   .is_hidden = true},
                  {.name = "--secret",
                   .target = &options->secret,
                   .help = "Read the password from this descriptor.",
                   .is_hidden = true}},
      .run = [options](CommandContext& context) { return RunEngineCommand(*options, context); },
  };
}

}  // namespace polyhouse
