#include "engine/engine.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "app/commands/command.h"
#include "app/version.h"

namespace polyhouse {
namespace {

struct EngineCommand {
  std::string listen;
  bool read_write = false;
  int parent = 0;
};

/// Asks the kernel to end this process with its parent, and checks that the parent has not ended
/// already.
bool DieWithParent(int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  return getppid() == parent;
}

void Announce(const EngineCommand& command, const DataDir& dir, std::uint16_t port) {
  if (command.parent != 0) return;
  std::fprintf(stderr, "The engine answers on the Unix socket %s", dir.engine_socket().c_str());
  if (port != 0) {
    const std::string host = command.listen.substr(0, command.listen.rfind(':'));
    std::fprintf(stderr,
                 " and on http://%s:%u (%s)",
                 host.c_str(),
                 port,
                 command.read_write ? "read and write" : "read only");
  }
  std::fputs(".\n", stderr);
}

/// One engine a directory. A parent's engine waits for it: a predecessor that was just killed may
/// hold the lock for a moment, the engine of a long query for longer. Meanwhile that one answers.
Result<RoleLock> TakeEngineLock(const EngineCommand& command,
                                const DataDir& dir,
                                CommandContext& context) {
  const auto stop = context.signals.stop_token();
  while (true) {
    auto lock = RoleLock::Take(dir, "engine");
    if (lock || command.parent == 0 || stop.stop_requested()) return lock;
    context.clock.SleepUntil(context.clock.Now() + std::chrono::milliseconds(20), stop);
  }
}

ExitCode RunEngineCommand(const EngineCommand& command, CommandContext& context) {
  if (command.parent != 0 && !DieWithParent(command.parent)) return ExitCode::kFailed;
  const Config& config = context.config();
  const auto dir = DataDir::Make(config.data_dir);
  if (!dir) return Fail(dir.error());
  const auto lock = TakeEngineLock(command, *dir, context);
  if (!lock) return Fail(lock.error());
  const EngineOptions options{
      .tables_dir = dir->tables_dir(),
      .socket_path = dir->engine_socket(),
      .listen = command.listen,
      .tcp_access = command.read_write ? EngineOptions::TcpAccess::kReadWrite
                                       : EngineOptions::TcpAccess::kReadOnly,
      .memory_limit_bytes = config.engine_memory,
      .library =
          config.engine_library.empty() ? std::string(kBuiltWithLibchdb) : config.engine_library};
  const auto status = RunEngine(options, context.signals.stop_token(), [&](std::uint16_t port) {
    Announce(command, *dir, port);
  });
  if (!status) return Fail(status.error());
  return context.signals.interrupted() ? ExitCode::kInterrupted : ExitCode::kDone;
}

}  // namespace

void SetupEngine(CLI::App& app, RunCommand& run) {
  auto command = std::make_shared<EngineCommand>();
  auto* sub = app.add_subcommand(
      "engine", "Run the embedded ClickHouse engine alone, for ClickHouse clients.");
  sub->add_option(
      "--listen", command->listen, "host:port to listen on as well, such as 127.0.0.1:8123.");
  sub->add_flag("--read-write", command->read_write, "Let clients on --listen write, too.");
  sub->add_option("--parent", command->parent, "End with this process.")->group("");
  sub->callback([command, &run] {
    run = [command](CommandContext& context) { return RunEngineCommand(*command, context); };
  });
}

}  // namespace polyhouse
