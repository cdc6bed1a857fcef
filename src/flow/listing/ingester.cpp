#include "flow/listing/ingester.h"

#include <mutex>
#include <optional>
#include <thread>

#include "flow/listing/backfill_lane.h"
#include "flow/listing/canary_lane.h"
#include "flow/listing/discover_lane.h"
#include "flow/listing/refresh_lane.h"
#include "flow/retrier.h"

namespace polyhouse {
namespace {

/// How soon a walker of the backfill that found nothing to do looks again.
constexpr std::chrono::milliseconds kWalkerPause{20};

}  // namespace

Ingester::Ingester(IngesterOptions options,
                   ListingFactory listings,
                   PageStore& pages,
                   telemetry::PipelineEvents& events,
                   Clock& clock,
                   std::uint64_t jitter_seed)
    : options_(options),
      make_listing_(std::move(listings)),
      pages_(pages),
      events_(events),
      clock_(clock),
      next_seed_(jitter_seed),
      book_(pages.source(), options.shape, [&pages](AppendTransaction append) {
        return pages.SaveAnew(std::move(append));
      }) {}

LaneTools Ingester::NewTools() {
  listings_.push_back(make_listing_());
  listings_.back()->OnUnknownField([this](std::string_view field, std::uint64_t times) {
    events_.UnknownFieldSeen(pages_.names().ingester, field, times);
  });
  return {*listings_.back(), pages_, events_, halves_.emplace_back()};
}

Status Ingester::Load() {
  if (auto status = pages_.Load(); !status) return status;
  return options_.backfill ? book_.Load() : Ok();
}

/// Streams that are away now, as when Redis dies while this begins, are asked again as in a step.
Status Ingester::LoadPatiently(const std::function<Status()>& load,
                               std::uint64_t seed,
                               std::stop_token stop) {
  const bool gives_up = options_.mode != RunMode::kForever;
  const auto limit = gives_up ? options_.running.give_up_after : std::chrono::milliseconds(0);
  Retrier retrier(
      {options_.running.backoff, limit},
      [this](const Error& error, auto wait) { events_.ServerAway("streams", error, wait); },
      clock_,
      seed);
  auto status = retrier.Do(load, stop);
  if (status) return status;
  if (status.error().kind == ErrorKind::kStopping && stop.stop_requested()) return Ok();
  if (status.error().kind != ErrorKind::kTransient) return status;
  return GaveUp(std::move(status).error(), limit);
}

Status Ingester::Run(std::stop_token stop) {
  std::stop_source ending;
  const auto end = [&] { ending.request_stop(); };
  const std::stop_callback on_stop(stop, end);
  const std::stop_callback on_set_back(pages_.source().set_back(), end);
  return RunUntil(ending.get_token());
}

Status Ingester::RunUntil(std::stop_token stop) {
  const auto load = [this] { return Load(); };
  auto status = LoadPatiently(load, ++next_seed_, stop);
  if (!status || stop.stop_requested()) return status;
  return options_.mode == RunMode::kForever ? RunForever(stop) : RunOnce(stop);
}

std::unique_ptr<Lane> Ingester::Discover() {
  return std::make_unique<DiscoverLane>(NewTools());
}

std::vector<Ingester::Job> Ingester::BackfillJobs() {
  std::vector<Job> jobs;
  if (!options_.backfill || book_.IsDone()) return jobs;
  events_.LaneStarted(
      {pages_.names().ingester, "backfill"},
      std::to_string(book_.done()) + " of " + std::to_string(book_.size()) + " ranges read");
  for (std::uint32_t i = 0; i < options_.walkers; ++i) {
    LaneRunnerOptions running = options_.running;
    running.interval = kWalkerPause;
    running.goes_round = false;
    running.may_give_up = options_.mode != RunMode::kForever;
    const bool waits = options_.mode == RunMode::kForever && options_.discover.on;
    jobs.push_back({std::make_unique<BackfillLane>(NewTools(), book_, waits), running});
  }
  return jobs;
}

Ingester::Job Ingester::RoundJob(std::unique_ptr<Lane> lane,
                                 const LaneSwitch& lane_switch,
                                 bool wait_first) {
  LaneRunnerOptions running = options_.running;
  running.interval = lane_switch.interval;
  running.one_round = running.may_give_up = options_.mode != RunMode::kForever;
  running.wait_first = wait_first;
  return {std::move(lane), running};
}

/// One after the other: discover sets the mark up to which the backfill is responsible, and what
/// refresh misses is looked up by settle.
Status Ingester::RunOnce(std::stop_token stop) {
  const bool was_done = options_.backfill && book_.IsDone();
  std::vector<std::vector<Job>> phases;
  const auto add = [&](Job job) { phases.emplace_back().push_back(std::move(job)); };
  if (options_.canary.on && options_.mode == RunMode::kOnce) {
    add(RoundJob(std::make_unique<CanaryLane>(NewTools()), options_.canary, false));
  }
  if (options_.discover.on) add(RoundJob(Discover(), options_.discover, false));
  phases.push_back(BackfillJobs());
  const bool goes_round = was_done && options_.mode == RunMode::kOnce;
  if (goes_round && options_.refresh.on) {
    add(RoundJob(std::make_unique<RefreshLane>(NewTools()), options_.refresh, false));
  }
  if (goes_round && options_.settle.on) {
    add(RoundJob(
        std::make_unique<SettleLane>(NewTools(), options_.settling), options_.settle, false));
  }
  for (auto& phase : phases) {
    if (stop.stop_requested()) break;
    if (auto status = RunAll(std::move(phase), stop); !status) return status;
  }
  if (!options_.settle.on || !pages_.HasUrgent() || stop.stop_requested()) return Ok();
  Job rest =
      RoundJob(std::make_unique<SettleLane>(NewTools(), options_.settling), options_.settle, false);
  return RunJob(rest, ++next_seed_, stop);
}

Status Ingester::RunForever(std::stop_token stop) {
  std::vector<Job> jobs = BackfillJobs();
  if (options_.discover.on) jobs.push_back(RoundJob(Discover(), options_.discover, false));
  if (options_.refresh.on) {
    // The backfill has just met everything open.
    const bool wait = options_.backfill && !book_.IsDone();
    jobs.push_back(RoundJob(std::make_unique<RefreshLane>(NewTools()), options_.refresh, wait));
  }
  if (options_.settle.on) {
    jobs.push_back(RoundJob(
        std::make_unique<SettleLane>(NewTools(), options_.settling), options_.settle, false));
  }
  if (options_.canary.on) {
    jobs.push_back(RoundJob(std::make_unique<CanaryLane>(NewTools()), options_.canary, false));
  }
  return RunAll(std::move(jobs), stop);
}

Status Ingester::RunJob(Job& job, std::uint64_t seed, std::stop_token stop) {
  const auto load = [&] { return job.lane->Load(); };
  auto status = LoadPatiently(load, ~seed, stop);
  if (!status || stop.stop_requested()) return status;
  LaneRunner runner(*job.lane, job.options, pages_.source(), events_, clock_, seed);
  return runner.Run(std::move(stop));
}

/// Each on a thread of its own; the first failure ends the others. A single one runs here.
Status Ingester::RunAll(std::vector<Job> jobs, std::stop_token stop) {
  if (jobs.size() == 1) return RunJob(jobs.front(), ++next_seed_, stop);
  std::stop_source ending;
  const std::stop_callback on_stop(stop, [&] { ending.request_stop(); });
  std::mutex mutex;
  std::optional<Error> failure;
  {
    std::vector<std::jthread> threads;
    for (Job& job : jobs) {
      threads.emplace_back([&, seed = ++next_seed_] {
        auto status = RunJob(job, seed, ending.get_token());
        if (status) return;
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::move(status).error();
        ending.request_stop();
      });
    }
  }
  if (failure) return *failure;
  return Ok();
}

}  // namespace polyhouse
