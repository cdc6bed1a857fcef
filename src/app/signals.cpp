#include "app/signals.h"

#include <unistd.h>

#include <csignal>
#include <ctime>

#include "app/exit_code.h"

namespace polyhouse {
namespace {

sigset_t StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

Signals::Signals() {
  const sigset_t set = StopSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A peer that hangs up is an error of that write, not the end of the program.
  std::signal(SIGPIPE, SIG_IGN);
  waiter_ = std::jthread([this](std::stop_token done) { Wait(std::move(done)); });
}

void Signals::Wait(std::stop_token done) {
  const sigset_t set = StopSignals();
  constexpr timespec kLookAround{.tv_sec = 0, .tv_nsec = 50'000'000};
  while (!done.stop_requested()) {
    const int signal = sigtimedwait(&set, nullptr, &kLookAround);
    if (signal < 0) continue;
    if (signal == SIGINT && interrupted_.exchange(true))
      _exit(static_cast<int>(ExitCode::kInterrupted));
    stop_.request_stop();
  }
}

}  // namespace polyhouse
