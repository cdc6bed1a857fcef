#include <cstdio>
#include <mutex>

#include "app/commands/command.h"
#include "app/status_facts.h"
#include "app/vital_signs.h"
#include "base/json_text.h"
#include "codec/timestamp.h"
#include "serve/status_server.h"

namespace polyhouse {
namespace {

constexpr std::chrono::seconds kSampleInterval{5};
/// A sample this old is no news: whoever takes them hangs.
constexpr std::chrono::seconds kStale{30};

/// The last sample; the thread that takes them writes, the server's threads read.
class LastSample {
 public:
  explicit LastSample(Clock& clock) : clock_(clock) {}

  void Set(StatusSample sample) {
    const std::lock_guard lock(mutex_);
    sample_ = std::move(sample);
    taken_ = clock_.Now();
    taken_steady_ = clock_.Steady();
  }
  StatusSample Get() const {
    const std::lock_guard lock(mutex_);
    StatusSample sample = sample_;
    const std::string time = FormatTime(taken_);
    if (clock_.Steady() - taken_steady_ > kStale) {
      sample.unhealthy = "Nothing was heard since " + time + ".";
      sample.unready = sample.unhealthy;
    }
    std::string head = "{\"as_of\":";
    AppendJsonString(head, time);
    AppendJsonString(head += ",\"unhealthy\":", sample.unhealthy);
    AppendJsonString(head += ",\"unready\":", sample.unready);
    sample.json = head + (sample.json.size() > 1 ? "," + sample.json.substr(1) : "}");
    sample.text = "As of " + time + (sample.unhealthy.empty() ? "" : ": " + sample.unhealthy) +
                  "\n\n" + sample.text;
    return sample;
  }

 private:
  Clock& clock_;
  mutable std::mutex mutex_;
  StatusSample sample_{.unhealthy = "Nothing was looked at yet.",
                       .unready = "Nothing was looked at yet."};
  Timestamp taken_{};
  std::chrono::steady_clock::time_point taken_steady_ = SteadyNow();
};

std::string Lines(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += (text.empty() ? "" : "\n") + sentence;
  return text;
}

/// What is known stays when streams or tables cannot be reached; its age and the reason join it.
StatusSample TakeSample(const Environment& environment, StatusSample last, std::stop_token stop) {
  const auto facts = GatherStatus(environment, std::move(stop));
  if (!facts) {
    last.unhealthy = facts.error().message;
    last.unready = last.unhealthy;
    return last;
  }
  const auto dead = WhyNotAlive(facts->roles);
  auto behind = WhyNotReady(*facts, environment.config, environment.clock.Now());
  behind.insert(behind.begin(), dead.begin(), dead.end());
  return {.unhealthy = Lines(dead),
          .unready = Lines(behind),
          .json = StatusJson(*facts),
          .text = StatusText(*facts)};
}

Status Serve(CommandContext& context) {
  const auto dir = OpenDataDir(context.config(), DataDirUse::kLook);
  if (!dir) return dir.error();
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto stop = context.signals.stop_token();
  LastSample last(context.clock);
  const auto server = StatusServer::Start(context.config().listen, [&] { return last.Get(); });
  if (!server) return server.error();
  std::fprintf(stderr, "Serving /, /status, /health and /readyz on port %u.\n", (*server)->port());
  StatusSample sample;
  while (!stop.stop_requested()) {
    sample = TakeSample(environment, std::move(sample), stop);
    last.Set(sample);
    context.clock.SleepFor(kSampleInterval, stop);
  }
  return Ok();
}

}  // namespace

Command ServeCommand() {
  return {
      .name = "serve",
      .help = "Serve health and status over HTTP, on --listen.",
      .group = kRoles,
      .example = "polyhouse serve --listen 127.0.0.1:8000",
      .settings = {"listen", "redis_url"},
      .run =
          [](CommandContext& context) {
            context.KeepQuiet();
            if (const Status status = Serve(context); !status) return Fail(status.error());
            return context.signals.interrupted() ? ExitCode::kInterrupted : ExitCode::kDone;
          },
  };
}

}  // namespace polyhouse
