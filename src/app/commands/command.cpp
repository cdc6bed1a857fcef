#include "app/commands/command.h"

#include <cstdio>

#include "checks/findings.h"

namespace polyhouse {

ExitCode Fail(const Error& error) {
  std::fprintf(stderr, "polyhouse: %s\n", error.message.c_str());
  return ExitCodeOf(error);
}

ExitCode EndOfRole(bool once, const CommandContext& context) {
  if (context.signals.interrupted()) return ExitCode::kInterrupted;
  if (!once || !context.signals.stop_token().stop_requested()) return ExitCode::kDone;
  std::fputs("polyhouse: stopped before the end; the next run goes on from here.\n", stderr);
  return ExitCode::kFailed;
}

ExitCode Report(const Status& status,
                const Findings& findings,
                bool as_json,
                const CommandContext& context) {
  if (context.signals.interrupted()) return ExitCode::kInterrupted;
  if (!status) return Fail(status.error());
  std::fputs((as_json ? findings.Json() + "\n" : findings.Text()).c_str(), stdout);
  return findings.IsClean() ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace polyhouse
