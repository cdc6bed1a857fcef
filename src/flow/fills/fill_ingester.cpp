#include "flow/fills/fill_ingester.h"

#include <algorithm>

#include "flow/fills/fill_lanes.h"
#include "flow/fills/topic_canary.h"
#include "flow/retrier.h"

namespace polyhouse {
namespace {

/// How soon a walker of the backfill that found nothing to do looks again.
constexpr std::chrono::milliseconds kWalkerPause{20};

/// When the head is further away than this, it is followed at once, and the backfill reads what
/// lies between: the newest trades are wanted first.
constexpr std::uint64_t kFarBehind = 300;

}  // namespace

FillIngester::FillIngester(FillIngesterOptions options,
                           ChainFactory chains,
                           FillStore& store,
                           telemetry::PipelineEvents& events,
                           Clock& clock,
                           std::uint64_t jitter_seed)
    : options_(std::move(options)),
      make_chain_(std::move(chains)),
      store_(store),
      events_(events),
      clock_(clock),
      crew_(store.source(), events, clock, options_.running.backoff, GiveUpAfter(), jitter_seed) {}

Status FillIngester::Run(std::stop_token stop) {
  return crew_.UntilSetBack([this](const auto& ending) { return RunUntil(ending); }, stop);
}

Status FillIngester::RunUntil(const std::stop_token& stop) {
  auto status = crew_.LoadPatiently([this] { return store_.Load(); }, stop);
  if (!status || stop.stop_requested()) return status;
  Retrier retrier(
      {options_.running.backoff, GiveUpAfter()},
      [this](const Error& error, auto wait) {
        events_.RequestRetried({store_.source().names().ingester, "start"}, error, wait);
      },
      clock_,
      1);
  status = retrier.Do([&] { return Prepare(stop); }, stop);
  if (!status && stop.stop_requested()) return Ok();
  if (!status) return status;
  return crew_.RunAll(Jobs(), stop);
}

Status FillIngester::Prepare(const std::stop_token& stop) {
  const auto chain = make_chain_();
  const auto head = chain->Head(stop);
  if (!head) return head.error();
  const std::uint64_t confirmed = *head - std::min(*head, options_.confirmations);
  const auto first = FirstWanted(confirmed, *chain, stop);
  if (!first) return first.error();
  if (auto status = CheckTip(*chain, stop); !status) return status;
  const auto tip = store_.tip();
  const bool follows = !options_.once && tip && tip->block + kFarBehind >= confirmed;
  const std::uint64_t last = follows ? tip->block : std::max(confirmed, tip ? tip->block : 0);
  std::uint64_t wanted = last;
  if (options_.to) {
    const auto found = LastBlockOf(*options_.to, confirmed, clock_.Now(), *chain, stop);
    if (!found) return found.error();
    wanted = std::min(last, *found);
  }
  store_.Want({*first, wanted});
  if (follows || options_.once) return Ok();
  const auto header = chain->Header(last, stop);
  if (!header) return header.error();
  if (!*header) return TransientError("no endpoint has block " + std::to_string(last));
  return store_.BeginAt({last, (*header)->hash});
}

Result<std::uint64_t> FillIngester::FirstWanted(std::uint64_t newest,
                                                ChainSource& chain,
                                                const std::stop_token& stop) {
  const bool is_kept = !options_.from_setting.empty();
  if (is_kept) {
    const auto kept = store_.FirstBlock(options_.from_setting);
    if (!kept) return kept.error();
    if (*kept) return **kept;
  }
  const auto found = FirstBlockOf(options_.from, newest, clock_.Now(), chain, stop);
  if (!found || !is_kept) return found;
  if (auto status = store_.KeepFirstBlock(options_.from_setting, *found); !status) {
    return std::move(status).error();
  }
  return found;
}

/// The newest block that was read must still be on the chain.
Status FillIngester::CheckTip(ChainSource& chain, const std::stop_token& stop) {
  const auto tip = store_.tip();
  if (!tip) return Ok();
  const auto header = chain.Header(tip->block, stop);
  if (!header) return header.error();
  if (!*header) {
    return TransientError("no endpoint has block " + std::to_string(tip->block) +
                          ", which was read before");
  }
  if ((*header)->hash == tip->hash) return Ok();
  return TakeBackReplaced(chain, store_, events_, stop);
}

FillLaneTools FillIngester::NewTools() {
  chains_.push_back(make_chain_());
  return {*chains_.back(), store_, events_, options_.confirmations, options_.most_blocks};
}

std::vector<LaneCrew::Job> FillIngester::Jobs() {
  std::vector<LaneCrew::Job> jobs;
  if (options_.backfill && !store_.IsDone()) {
    events_.LaneStarted({store_.source().names().ingester, "backfill"},
                        std::to_string(store_.Missing()) + " blocks to read");
    for (std::uint32_t i = 0; i < options_.walkers; ++i) {
      LaneRunnerOptions running = options_.running;
      running.interval = kWalkerPause;
      running.goes_round = false;
      running.may_give_up = options_.once;
      jobs.push_back({MakeFillBackfillLane(NewTools()), running});
    }
  }
  if (options_.live && !options_.once) {
    LaneRunnerOptions running = options_.running;
    running.interval = options_.live_interval;
    jobs.push_back({MakeLiveLane(NewTools()), running});
  }
  if (options_.canary && !options_.once) {
    LaneRunnerOptions running = options_.running;
    running.interval = options_.canary_interval;
    jobs.push_back({std::make_unique<TopicCanary>(NewTools()), running});
  }
  return jobs;
}

}  // namespace polyhouse
