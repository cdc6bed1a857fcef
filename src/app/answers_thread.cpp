#include "app/answers_thread.h"

#include <algorithm>

#include "app/table_access.h"
#include "flow/retrier.h"

namespace polyhouse {
namespace {

const std::chrono::milliseconds kPause = AnswerKeeperOptions{}.interval;
constexpr std::chrono::minutes kLongestPause{1};

}  // namespace

Result<std::unique_ptr<AnswersThread>> AnswersThread::Start(const Environment& environment) {
  auto tables = TableOptions(environment);
  if (!tables) return std::move(tables).error();
  return std::unique_ptr<AnswersThread>(new AnswersThread(environment, std::move(*tables)));
}

AnswersThread::AnswersThread(const Environment& environment, ClickHouseOptions tables)
    : environment_(environment),
      http_(MakeTableHttp(environment)),
      tables_(std::move(tables), *http_),
      keeper_({.cluster = environment.config.clickhouse_cluster}, tables_),
      thread_([this](const std::stop_token& ending) { Run(ending); }) {}

void AnswersThread::Run(const std::stop_token& ending) {
  std::chrono::milliseconds pause = kPause;
  while (!ending.stop_requested()) {
    environment_.clock.SleepFor(pause, ending);
    if (ending.stop_requested()) return;
    const SteadyTime begun = environment_.clock.Steady();
    const auto status = keeper_.Keep(/*all=*/false, ending);
    if (!status && !ending.stop_requested()) environment_.events.AnswersNotKept(status.error());
    // A tenth of the time at most, so that writers come first.
    const auto took =
        std::chrono::ceil<std::chrono::milliseconds>(environment_.clock.Steady() - begun);
    pause = status ? std::max(kPause, 9 * took) : 2 * pause;
    pause = std::min<std::chrono::milliseconds>(pause, kLongestPause);
  }
}

Status AnswersThread::Finish(const std::stop_token& stop) {
  thread_.request_stop();
  thread_.join();
  const Config& config = environment_.config;
  Retrier retrier(
      {{config.retry_base, config.retry_cap}, config.drain_time},
      [this](const Error& error, auto /*wait*/) { environment_.events.AnswersNotKept(error); },
      environment_.clock,
      1);
  auto status = retrier.Do([&] { return keeper_.Keep(/*all=*/true, stop); }, stop);
  if (status || stop.stop_requested()) return Ok();
  // The rows are stored; what they come to, the next keeper computes.
  if (status.error().kind == ErrorKind::kTransient) {
    environment_.events.AnswersNotKept(status.error());
    return Ok();
  }
  return std::move(status).error().WithContext("keeping answers ready");
}

}  // namespace polyhouse
