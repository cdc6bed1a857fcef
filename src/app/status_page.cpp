#include "app/status_page.h"

#include <mutex>
#include <thread>

#include "app/condition.h"
#include "app/status_facts.h"
#include "app/status_metrics.h"
#include "app/vital_signs.h"
#include "base/json_text.h"
#include "base/split.h"
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

/// What views show, which is not counted for every sample.
struct ExactCounts {
  std::vector<std::pair<std::string, std::string>> tables;
  SteadyTime due{};
};

/// What was known when things could be looked at last.
struct LastLook {
  StatusFacts facts;
  Timestamp time{};
  ExactCounts counts;
};

bool IsDue(const LastLook& last, SteadyTime now) {
  const auto& tables = last.counts.tables;
  const auto is_empty = [](const auto& table) { return table.second == "0"; };
  return tables.empty() || std::any_of(tables.begin(), tables.end(), is_empty) ||
         now >= last.counts.due;
}

Status Look(const Environment& environment, LastLook& last, std::stop_token stop) {
  const auto begun = environment.clock.Steady();
  const bool is_due = IsDue(last, begun);
  auto facts =
      GatherStatus(environment, is_due ? Counting::kRunning : Counting::kNone, std::move(stop));
  if (!facts) return facts.error();
  if (is_due) {
    const auto took = environment.clock.Steady() - begun;
    last.counts = {
        facts->tables,
        begun + std::min<SteadyTime::duration>(kCountingShare * took, kLongestCountPause)};
  }
  facts->tables = last.counts.tables;
  last.facts = std::move(*facts);
  last.time = environment.clock.Now();
  return Ok();
}

/// What is known stays when streams or tables cannot be reached, with when that was and why;
/// numbers of then are none of now, and are left out.
StatusSample TakeSample(const Environment& environment, LastLook& last, std::stop_token stop) {
  const auto looked = Look(environment, last, std::move(stop));
  const Timestamp now = environment.clock.Now();
  Condition condition = ConditionOf(last.facts, environment.config, now);
  std::vector<std::string> dead = WhyNotAlive(last.facts.roles);
  auto behind = WhyNotReady(last.facts, environment.config, now);
  behind.insert(behind.begin(), dead.begin(), dead.end());
  if (!last.facts.tables_away.empty()) dead.push_back(last.facts.tables_away);
  std::string metrics = looked ? StatusMetrics(last.facts, now) : std::string();
  if (!looked) {
    condition = UnseenCondition(looked.error(), last.time, now);
    dead = {looked.error().message};
    behind = dead;
  }
  return {.unhealthy = Join(dead, "\n"),
          .unready = Join(behind, "\n"),
          .json = StatusJson(last.facts, ConditionJson(condition)),
          .text = ConditionText(condition) + "\n" + StatusText(last.facts),
          .metrics = metrics + LookMetrics(looked.has_value(), last.time, now)};
}

}  // namespace

struct StatusPage::Impl {
  explicit Impl(const Environment& of) : environment(of), last(of.clock) {}

  void Look(const std::stop_token& stop) {
    LastLook known;
    while (!stop.stop_requested()) {
      last.Set(TakeSample(environment, known, stop));
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
