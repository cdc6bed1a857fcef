#include <array>
#include <cmath>
#include <cstdio>

#include "app/commands/backfill_parts.h"
#include "app/paced_clients.h"
#include "app/summary.h"
#include "flow/listing/backfill_plan.h"

namespace polyhouse {
namespace {

struct PlanOptions {
  bool json = false;
};

/// What the streams say of a backfill so far.
struct Standing {
  bool is_done = false;
  std::uint64_t read = 0;
};

Result<Standing> StandingOf(const IngestedListing& listing, Streams& streams) {
  const auto admin = streams.OpenAdmin();
  if (!admin) return admin.error();
  const auto states = (*admin)->States();
  if (!states) return states.error();
  const IngesterNames& names = listing.names();
  Standing standing;
  if (const auto found = states->find(names.Key(kCursorState)); found != states->end()) {
    standing.is_done = found->second == kDonePosition;
  }
  if (const auto found = states->find(names.Key(kBackfilledState)); found != states->end()) {
    standing.read = IdNumber(found->second);
  }
  return standing;
}

}  // namespace

std::string DurationText(double seconds) {
  std::array<char, 40> text{};
  const auto whole = static_cast<long long>(std::ceil(seconds));
  if (whole < 120) {
    (void)std::snprintf(text.data(), text.size(), "%lld s", whole);
  } else if (whole < 7'200) {
    (void)std::snprintf(text.data(), text.size(), "%lld min", (whole + 59) / 60);
  } else {
    (void)std::snprintf(text.data(), text.size(), "%.1f h", seconds / 3'600);
  }
  return text.data();
}

namespace {

void PrintPlan(const BackfillPlan& plan, const Standing& standing, double allowed) {
  const std::uint64_t records = plan.open + plan.closed;
  std::printf("records, about       %llu open, %llu closed, give or take %.0f %%\n",
              static_cast<unsigned long long>(plan.open),
              static_cast<unsigned long long>(plan.closed),
              plan.margin * 100);
  if (standing.read > 0) {
    std::printf("read before          %llu of about %llu\n",
                static_cast<unsigned long long>(standing.read),
                static_cast<unsigned long long>(records));
  }
  std::printf("requests to make     %llu\n", static_cast<unsigned long long>(plan.requests));
  if (allowed > 0) {
    std::printf("pace                 %.1f requests/s of %.1f allowed; an answer takes %.0f ms\n",
                plan.requests_per_second,
                allowed,
                plan.answer_ms);
  } else {
    std::printf("pace                 %.1f requests/s, no limit; an answer takes %.0f ms\n",
                plan.requests_per_second,
                plan.answer_ms);
  }
  std::printf("time                 %s\n", DurationText(plan.seconds).c_str());
}

void PrintPlanJson(const BackfillPlan& plan, const Standing& standing, double allowed) {
  std::printf(
      "{\"open\":%llu,\"closed\":%llu,\"margin\":%.4f,\"newest_id\":%llu,\"sampled_ids\":%llu,"
      "\"read_before\":%llu,\"done\":%s,\"requests\":%llu,\"requests_per_second\":%.2f,"
      "\"allowed_per_second\":%.2f,\"answer_ms\":%.1f,\"seconds\":%.1f}\n",
      static_cast<unsigned long long>(plan.open),
      static_cast<unsigned long long>(plan.closed),
      plan.margin,
      static_cast<unsigned long long>(plan.newest_id),
      static_cast<unsigned long long>(plan.sampled_ids),
      static_cast<unsigned long long>(standing.read),
      standing.is_done ? "true" : "false",
      static_cast<unsigned long long>(plan.requests),
      plan.requests_per_second,
      allowed,
      plan.answer_ms,
      plan.seconds);
}

ExitCode RunPlan(const IngestedListing& ingested,
                 const PlanOptions& options,
                 CommandContext& context) {
  context.KeepQuiet();
  const Config& config = context.config();
  if (config.pagination == "offset") {
    return Fail(ConfigError("a plan needs today's API: leave gamma.pagination at keyset."));
  }
  const auto stop = context.signals.stop_token();
  const auto dir = OpenDataDir(config, DataDirUse::kMake);
  if (!dir) return Fail(dir.error());
  const Environment environment{config, *dir, context.events, context.clock};
  const auto streams = Streams::Open(environment, {}, stop);
  if (!streams) return Fail(streams.error());
  const auto standing = StandingOf(ingested, **streams);
  if (!standing) return Fail(standing.error());
  const auto listing = PacedListing::Open(ingested, environment, **streams);
  if (!listing) return Fail(listing.error());
  const double allowed = AllowedPace(ingested, config);
  const auto now = static_cast<std::uint64_t>(context.clock.Now().time_since_epoch().count());
  auto plan = PlanBackfill((*listing)->listing(),
                           {.read_before = standing->read,
                            .page_size = std::min<std::size_t>(config.page_size, 100),
                            .walkers = static_cast<std::uint32_t>(config.walkers),
                            .requests_per_second = allowed},
                           now,
                           stop);
  if (!plan) return Fail(plan.error());
  if (standing->is_done) {
    plan->requests = 0;
    plan->seconds = 0;
    std::fprintf(stderr,
                 "polyhouse: the backfill of %s is done; the other lanes keep it fresh.\n",
                 std::string(ingested.names().ingester).c_str());
  }
  if (options.json) {
    PrintPlanJson(*plan, *standing, allowed);
  } else {
    PrintPlan(*plan, *standing, allowed);
  }
  return ExitCode::kDone;
}

}  // namespace

ExitCode RunBackfill(PipelineOptions options,
                     const std::function<void(Config&)>& adjust,
                     CommandContext& context) {
  const auto started = SteadyNow();
  const auto stop = context.signals.stop_token();
  const auto dir = OpenDataDir(context.config(), DataDirUse::kMake);
  if (!dir) return Fail(dir.error());
  auto own = ToolConfig({context.config(), *dir, context.events, context.clock}, "backfill", stop);
  if (!own) return Fail(own.error());
  adjust(*own);
  const Environment environment{*own, *dir, context.events, context.clock};
  const Status status = RunPipeline(std::move(options), environment, context.log, stop);
  if (!status && !(stop.stop_requested() && status.error().kind == ErrorKind::kStopping)) {
    return Fail(status.error());
  }
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyNow() - started);
  std::fputs(Summary(context.events.Snapshot(), elapsed).c_str(), stderr);
  if (!stop.stop_requested()) return ExitCode::kDone;
  std::fputs("polyhouse: stopped before the end; the next run goes on from here.\n", stderr);
  return context.signals.interrupted() ? ExitCode::kInterrupted : ExitCode::kFailed;
}

namespace {

Command PlanOf(const IngestedListing& listing) {
  const std::string name(listing.names().ingester);
  const auto options = std::make_shared<PlanOptions>();
  return {
      .name = name,
      .help = "For the listing of " + name + ".",
      .options = {{"--json", &options->json, "Print one JSON object."}},
      .run = [&listing,
              options](CommandContext& context) { return RunPlan(listing, *options, context); },
  };
}

Command RunOf(const IngestedListing& listing) {
  const std::string name(listing.names().ingester);
  return {
      .name = name,
      .help = "The listing of " + name + ".",
      .run =
          [&listing](CommandContext& context) {
            return RunBackfill(
                {.listings = {&listing}, .mode = RunMode::kBackfill},
                [&listing](Config& config) { config.*listing.backfill = true; },
                context);
          },
  };
}

}  // namespace

Command BackfillCommand() {
  Command plan{
      .name = "plan",
      .help = "Say how many requests and how much time a backfill takes, by a small sample."};
  Command run{
      .name = "run",
      .help = "Read a listing to its end and store it; interrupted, it goes on from there."};
  for (const IngestedListing* listing : IngestedListings()) {
    plan.subcommands.push_back(PlanOf(*listing));
    run.subcommands.push_back(RunOf(*listing));
  }
  plan.subcommands.push_back(PlanFillsCommand());
  run.subcommands.push_back(RunFillsCommand());
  return {
      .name = "backfill",
      .help = "Read a whole listing or the fills of a time once, or say what that will take.",
      .group = kCheck,
      .example = "polyhouse backfill plan markets",
      .settings = {"data_dir",
                   "gamma_url",
                   "ingest.walkers",
                   "ingest.backfill_shape",
                   "rpc_url",
                   "fills.",
                   "rate."},
      .subcommands = {std::move(plan), std::move(run)},
  };
}

}  // namespace polyhouse
