#include "flow/listing/ingester.h"

#include "flow/listing/backfill_lane.h"
#include "flow/listing/canary_lane.h"
#include "flow/listing/discover_lane.h"
#include "flow/listing/refresh_lane.h"
#include "flow/listing/token_lane.h"

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
      crew_(pages.source(),
            events,
            clock,
            options.running.backoff,
            options.mode == RunMode::kForever ? std::chrono::milliseconds(0)
                                              : options.running.give_up_after,
            jitter_seed),
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

Status Ingester::Run(std::stop_token stop) {
  return crew_.UntilSetBack([this](const auto& ending) { return RunUntil(ending); }, stop);
}

Status Ingester::RunUntil(std::stop_token stop) {
  const auto load = [this] { return Load(); };
  auto status = crew_.LoadPatiently(load, stop);
  if (!status || stop.stop_requested()) return status;
  return options_.mode == RunMode::kForever ? RunForever(stop) : RunOnce(stop);
}

std::unique_ptr<Lane> Ingester::Discover() {
  return std::make_unique<DiscoverLane>(NewTools());
}

std::vector<LaneCrew::Job> Ingester::BackfillJobs() {
  std::vector<LaneCrew::Job> jobs;
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

LaneCrew::Job Ingester::RoundJob(std::unique_ptr<Lane> lane,
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
  std::vector<std::vector<LaneCrew::Job>> phases;
  const auto add = [&](LaneCrew::Job job) { phases.emplace_back().push_back(std::move(job)); };
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
    if (auto status = crew_.RunAll(std::move(phase), stop); !status) return status;
  }
  if (!options_.settle.on || !pages_.HasUrgent() || stop.stop_requested()) return Ok();
  std::vector<LaneCrew::Job> rest;
  rest.push_back(RoundJob(
      std::make_unique<SettleLane>(NewTools(), options_.settling), options_.settle, false));
  return crew_.RunAll(std::move(rest), stop);
}

Status Ingester::RunForever(std::stop_token stop) {
  std::vector<LaneCrew::Job> jobs = BackfillJobs();
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
  if (options_.tokens.on) {
    jobs.push_back(RoundJob(std::make_unique<TokenLane>(NewTools()), options_.tokens, false));
  }
  if (options_.canary.on) {
    jobs.push_back(RoundJob(std::make_unique<CanaryLane>(NewTools()), options_.canary, false));
  }
  return crew_.RunAll(std::move(jobs), stop);
}

}  // namespace polyhouse
