#include <cstdio>

#include "app/chain_access.h"
#include "app/commands/backfill_parts.h"
#include "app/trade_roles.h"
#include "flow/fills/block_book.h"
#include "flow/fills/fill_plan.h"
#include "flow/fills/fill_store.h"

namespace polyhouse {
namespace {

/// On disk, as bench/ measures them on generated trades; real ones were not measured.
constexpr double kFillBytes = 135;
constexpr double kTradeBytes = 107;
constexpr double kGigabyte = 1e9;

struct FillsOptions {
  std::string from;
  std::string to;
  bool json = false;

  void Adjust(Config& config) const {
    if (!from.empty()) config.fills_from = from;
    if (!to.empty()) config.fills_to = to;
    config.fills_backfill = true;
  }
};

std::vector<CommandOption> PlaceOptions(const std::shared_ptr<FillsOptions>& options) {
  return {{"--from",
           &options->from,
           "The first block, a date, how long ago, or genesis; fills.from unless given."},
          {"--to",
           &options->to,
           "The last block, or the date or time ago up to which is read; fills.to unless given."}};
}

/// What is wanted and was not read before.
Result<std::vector<BlockRange>> ToRead(const Config& config,
                                       const ChainAccess& access,
                                       ChainSource& chain,
                                       Streams& streams,
                                       Timestamp now,
                                       const std::stop_token& stop) {
  const auto places = WantedPlacesOf(config, access.exchanges());
  if (!places) return places.error();
  const auto head = chain.Head(stop);
  if (!head) return head.error();
  const std::uint64_t newest = *head - std::min(*head, config.fills_confirmations);
  BlockRange wanted{0, newest};
  const auto first = FirstBlockOf(places->from, newest, now, chain, stop);
  if (!first) return first.error();
  wanted.from = *first;
  if (places->to) {
    const auto last = LastBlockOf(*places->to, newest, now, chain, stop);
    if (!last) return last.error();
    wanted.to = *last;
  }
  const auto admin = streams.OpenAdmin();
  if (!admin) return admin.error();
  const auto states = (*admin)->States();
  if (!states) return states.error();
  const auto read = states->find(FillNames().Key(kBlocksState));
  auto book = BlockBook::Parse(read == states->end() ? "" : read->second);
  if (!book) return std::move(book).error();
  book->Want(wanted);
  return book->Holes();
}

double DiskBytes(const FillPlan& plan) {
  return plan.fills * (kFillBytes + kTradeBytes);
}

void Print(const FillPlan& plan) {
  std::printf("blocks to read       %llu, %llu of them read for this estimate\n",
              static_cast<unsigned long long>(plan.blocks),
              static_cast<unsigned long long>(plan.sampled_blocks));
  std::printf("fills, about         %.0f, give or take %.0f %%\n", plan.fills, plan.margin * 100);
  std::printf("requests to make     %.0f, of %.0f blocks each\n",
              plan.requests,
              plan.requests > 0 ? static_cast<double>(plan.blocks) / plan.requests : 0);
  std::printf("pace                 %.1f requests/s; a request takes %.0f ms\n",
              plan.requests_per_second,
              plan.request_ms);
  std::printf("to receive           %.1f GB before compression\n", plan.received_bytes / kGigabyte);
  std::printf("on disk              %.1f GB in order_fills and trades\n",
              DiskBytes(plan) / kGigabyte);
  std::printf("time                 %s\n", DurationText(plan.seconds).c_str());
}

void PrintJson(const FillPlan& plan) {
  std::printf(
      "{\"blocks\":%llu,\"sampled_blocks\":%llu,\"fills\":%.0f,\"margin\":%.4f,\"requests\":%.0f,"
      "\"requests_per_second\":%.2f,\"request_ms\":%.1f,\"received_bytes\":%.0f,\"disk_bytes\":%."
      "0f,"
      "\"seconds\":%.1f}\n",
      static_cast<unsigned long long>(plan.blocks),
      static_cast<unsigned long long>(plan.sampled_blocks),
      plan.fills,
      plan.margin,
      plan.requests,
      plan.requests_per_second,
      plan.request_ms,
      plan.received_bytes,
      DiskBytes(plan),
      plan.seconds);
}

Result<FillPlan> Plan(const Config& config, CommandContext& context) {
  const auto stop = context.signals.stop_token();
  const auto dir = OpenDataDir(config, DataDirUse::kMake);
  if (!dir) return dir.error();
  const Environment environment{config, *dir, context.events, context.clock};
  const auto streams = Streams::Open(environment, {}, stop);
  if (!streams) return streams.error();
  const auto access = ChainAccess::Open(environment, **streams);
  if (!access) return access.error();
  const auto chain = (*access)->OpenAll();
  const auto to_read = ToRead(config, **access, *chain, **streams, context.clock.Now(), stop);
  if (!to_read) return to_read.error();
  const std::chrono::duration<double> window = config.rate_window;
  return PlanFills(*chain,
                   *to_read,
                   {.most_blocks = config.fills_blocks,
                    .walkers = static_cast<std::uint32_t>(config.fills_walkers),
                    .requests_per_second = static_cast<double>(config.rate_rpc) / window.count() *
                                           static_cast<double>((*access)->nodes())},
                   stop);
}

ExitCode RunPlan(const FillsOptions& options, CommandContext& context) {
  context.KeepQuiet();
  Config config = context.config();
  options.Adjust(config);
  if (auto status = CheckHasChain(config); !status) return Fail(status.error());
  const auto plan = Plan(config, context);
  if (context.signals.interrupted()) return ExitCode::kInterrupted;
  if (!plan) return Fail(plan.error());
  if (plan->blocks == 0) std::fputs("polyhouse: all of these blocks are read already.\n", stderr);
  options.json ? PrintJson(*plan) : Print(*plan);
  return ExitCode::kDone;
}

}  // namespace

Command PlanFillsCommand() {
  const auto options = std::make_shared<FillsOptions>();
  Command command{
      .name = "fills",
      .help = "For the fills of the exchanges.",
      .options = PlaceOptions(options),
      .run = [options](CommandContext& context) { return RunPlan(*options, context); },
  };
  command.options.push_back({"--json", &options->json, "Print one JSON object."});
  return command;
}

Command RunFillsCommand() {
  const auto options = std::make_shared<FillsOptions>();
  return {
      .name = "fills",
      .help = "The fills of the exchanges, and the trades made of them.",
      .options = PlaceOptions(options),
      .run =
          [options](CommandContext& context) {
            if (auto status = CheckHasChain(context.config()); !status) return Fail(status.error());
            return RunBackfill(
                {.listings = {}, .mode = RunMode::kBackfill, .trades = true},
                [options](Config& config) { options->Adjust(config); },
                context);
          },
  };
}

}  // namespace polyhouse
