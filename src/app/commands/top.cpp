#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "app/commands/command.h"
#include "app/condition.h"
#include "app/top_screen.h"

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kInterval{1'000};
/// How often counts that look at whole tables are made.
constexpr std::chrono::seconds kCountInterval{30};

/// A terminal that shows a screen of ours and gives each key at once. As it was before, afterwards.
class Terminal {
 public:
  Terminal() {
    if (tcgetattr(STDIN_FILENO, &before_) == 0) {
      termios raw = before_;
      raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
      is_raw_ = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
    }
    std::fputs("\033[?1049h\033[?25l", stdout);
  }
  ~Terminal() {
    std::fputs("\033[?25h\033[?1049l", stdout);
    std::fflush(stdout);
    if (is_raw_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  static ScreenSize Size() {
    winsize size{};
    const bool is_known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0;
    return is_known ? ScreenSize{size.ws_row, size.ws_col} : ScreenSize{};
  }

  static void Show(const std::vector<std::string>& lines) {
    std::string text = "\033[H";
    for (std::size_t i = 0; i < lines.size(); ++i) {
      text += (i == 0 ? "" : "\r\n") + lines[i] + "\033[K";
    }
    std::fputs((text + "\033[J").c_str(), stdout);
    std::fflush(stdout);
  }

  /// Waits for a key; zero: none came, -1: none will.
  static int Key(std::chrono::milliseconds wait) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (poll(&input, 1, static_cast<int>(wait.count())) <= 0) return 0;
    char key = 0;
    return read(STDIN_FILENO, &key, 1) == 1 ? key : -1;
  }

 private:
  termios before_{};
  bool is_raw_ = false;
};

class TopRun {
 public:
  explicit TopRun(const Environment& environment, std::stop_token stop)
      : environment_(environment), stop_(std::move(stop)) {}

  Status Run() {
    if (auto status = Look(); !status) return status;
    const Terminal terminal;
    while (!stop_.stop_requested()) {
      Show();
      const int key = WaitForKey();
      if (key == 'q' || key == 'Q' || key < 0) break;
      if (auto status = Look(); !status) away_ = status.error().message;
    }
    return Ok();
  }

 private:
  Status Look() {
    const auto begun = environment_.clock.Steady();
    const bool is_due = begun >= count_due_;
    auto facts = GatherStatus(environment_, is_due ? Counting::kRunning : Counting::kNone, stop_);
    if (!facts) return facts.error();
    if (is_due) count_due_ = begun + kCountInterval;
    if (!is_due) facts->tables = facts_.tables;
    facts_ = std::move(*facts);
    before_ = std::exchange(now_, CountedBy(facts_));
    seconds_ = std::chrono::duration<double>(begun - looked_).count();
    looked_ = begun;
    away_.clear();
    return Ok();
  }

  void Show() const {
    const Timestamp time = environment_.clock.Now();
    Condition condition = ConditionOf(facts_, environment_.config, time);
    if (!away_.empty()) {
      condition.problems.insert(
          condition.problems.begin(),
          {.level = Problem::Level::kBad, .title = "What follows is old: " + away_});
    }
    const TopView view{facts_, condition, before_, now_, seconds_, time};
    Terminal::Show(TopScreen(view, Terminal::Size()));
  }

  int WaitForKey() const {
    const auto until = environment_.clock.Steady() + kInterval;
    while (!stop_.stop_requested()) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(until - environment_.clock.Steady());
      if (left.count() <= 0) return 0;
      const int key = Terminal::Key(std::min(left, std::chrono::milliseconds(200)));
      if (key != 0) return key;
    }
    return 0;
  }

  const Environment& environment_;
  std::stop_token stop_;
  StatusFacts facts_;
  MetricValues before_;
  MetricValues now_;
  double seconds_ = 1;
  SteadyTime looked_{};
  SteadyTime count_due_{};
  std::string away_;
};

ExitCode RunTop(CommandContext& context) {
  context.KeepQuiet();
  if (isatty(STDOUT_FILENO) == 0) {
    return Fail(ConfigError("top draws on a terminal: polyhouse status is for pipes and files."));
  }
  const auto dir = OpenDataDir(context.config(), DataDirUse::kLook);
  if (!dir) return Fail(dir.error());
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const Status status = TopRun(environment, context.signals.stop_token()).Run();
  if (!status && !context.signals.stop_token().stop_requested()) return Fail(status.error());
  return context.signals.interrupted() ? ExitCode::kInterrupted : ExitCode::kDone;
}

}  // namespace

Command TopCommand() {
  return {
      .name = "top",
      .help = "Show rates, lags, failures and the log as they are, until q.",
      .group = kDaily,
      .example = "polyhouse top",
      .settings = {"data_dir", "redis_url", "clickhouse_url"},
      .run = [](CommandContext& context) { return RunTop(context); },
  };
}

}  // namespace polyhouse
