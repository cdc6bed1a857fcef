#include "app/status_page.h"

#include <mutex>
#include <thread>

#include "app/condition.h"
#include "app/status_facts.h"
#include "app/status_metrics.h"
#include "app/vital_signs.h"
#include "base/json_text.h"
#include "codec/timestamp.h"
#include "doors/listener.h"
#include "serve/status_server.h"

namespace polyhouse {
namespace {

constexpr std::chrono::seconds kSampleInterval{5};
/// Exact counts may take this part of the time.
constexpr int kCountingShare = 100;
constexpr std::chrono::minutes kLongestCountPause{5};
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

/// What views show, which is not counted for every sample.
struct ExactCounts {
  std::vector<std::pair<std::string, std::string>> tables;
  SteadyTime due{};
};

/// What is known stays when streams or tables cannot be reached; its age and the reason join it.
StatusSample TakeSample(const Environment& environment,
                        StatusSample last,
                        ExactCounts& counts,
                        std::stop_token stop) {
  const bool is_due = counts.tables.empty() || environment.clock.Steady() >= counts.due;
  const auto begun = environment.clock.Steady();
  auto facts =
      GatherStatus(environment, is_due ? Counting::kExact : Counting::kNone, std::move(stop));
  if (facts && is_due) {
    const auto took = environment.clock.Steady() - begun;
    counts = {facts->tables,
              begun + std::min<SteadyTime::duration>(kCountingShare * took, kLongestCountPause)};
  }
  if (facts && !is_due) facts->tables = counts.tables;
  if (!facts) {
    last.unhealthy = facts.error().message;
    last.unready = last.unhealthy;
    return last;
  }
  const auto dead = WhyNotAlive(facts->roles);
  auto behind = WhyNotReady(*facts, environment.config, environment.clock.Now());
  behind.insert(behind.begin(), dead.begin(), dead.end());
  const Timestamp now = environment.clock.Now();
  const Condition condition = ConditionOf(*facts, environment.config, now);
  return {.unhealthy = Lines(dead),
          .unready = Lines(behind),
          .json = StatusJson(*facts, ConditionJson(condition)),
          .text = ConditionText(condition) + "\n" + StatusText(*facts),
          .metrics = StatusMetrics(*facts, now)};
}

}  // namespace

struct StatusPage::Impl {
  explicit Impl(const Environment& of) : environment(of), last(of.clock) {}

  void Look(const std::stop_token& stop) {
    StatusSample sample;
    ExactCounts counts;
    while (!stop.stop_requested()) {
      sample = TakeSample(environment, std::move(sample), counts, stop);
      last.Set(sample);
      environment.clock.SleepFor(kSampleInterval, stop);
    }
  }

  Environment environment;
  LastSample last;
  std::unique_ptr<StatusServer> server;
  std::jthread looking;
};

StatusPage::StatusPage(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StatusPage::~StatusPage() = default;

Result<std::unique_ptr<StatusPage>> StatusPage::Start(const Environment& environment) {
  auto impl = std::make_unique<Impl>(environment);
  auto server =
      StatusServer::Start(environment.config.listen, [&last = impl->last] { return last.Get(); });
  if (!server) return std::move(server).error();
  impl->server = std::move(*server);
  impl->looking = std::jthread([&of = *impl](const std::stop_token& stop) { of.Look(stop); });
  return std::unique_ptr<StatusPage>(new StatusPage(std::move(impl)));
}

std::string StatusPage::url() const {
  const auto place = ParseHostPort(impl_->environment.config.listen);
  const std::string host = place ? place->host : "127.0.0.1";
  const bool is_v6 = host.find(':') != std::string::npos;
  return "http://" + (is_v6 ? "[" + host + "]" : host) + ":" +
         std::to_string(impl_->server->port()) + "/";
}

}  // namespace polyhouse
