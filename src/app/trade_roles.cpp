#include "app/trade_roles.h"

#include "app/chain_access.h"
#include "app/play_role.h"
#include "codec/record_type.h"
#include "domain/order_fill.h"
#include "flow/fills/fill_ingester.h"
#include "flow/process/trade_processor.h"

namespace polyhouse {
namespace {

Result<FillIngesterOptions> OptionsOf(RunMode mode,
                                      const Config& config,
                                      std::span<const ExchangeContract> exchanges) {
  const auto places = WantedPlacesOf(config, exchanges);
  if (!places) return places.error();
  FillIngesterOptions options{.once = mode != RunMode::kForever,
                              .backfill = config.fills_backfill,
                              .live = config.fills_live,
                              .live_interval = config.fills_live_interval,
                              .canary = config.canary_interval.count() > 0,
                              .canary_interval = config.canary_interval,
                              .from = places->from,
                              .from_setting = mode == RunMode::kBackfill ? "" : config.fills_from,
                              .to = places->to,
                              .confirmations = config.fills_confirmations,
                              .most_blocks = config.fills_blocks,
                              .walkers = static_cast<std::uint32_t>(config.fills_walkers)};
  options.running.backoff = {config.retry_base, config.retry_cap};
  options.running.max_backlog = config.max_backlog;
  options.running.give_up_after = config.give_up_after;
  return options;
}

/// The fills ingester with its adapters.
class FillsRole {
 public:
  static Result<std::unique_ptr<FillsRole>> Make(RunMode mode,
                                                 const Environment& environment,
                                                 Streams& place,
                                                 RoleClaim& claim);
  Status Run(std::stop_token stop) { return ingester_->Run(std::move(stop)); }
  bool was_set_back() const { return store_->source().set_back().stop_requested(); }

 private:
  std::unique_ptr<ChainAccess> chain_;
  std::unique_ptr<StreamWriter> streams_;
  std::unique_ptr<FillStore> store_;
  std::unique_ptr<FillIngester> ingester_;
};

/// Those who read order events keep what they have not read from being trimmed, from the first
/// entry on.
Status MakeGroups(Streams& place) {
  const StreamName stream{std::string(OrderFill::kStream)};
  for (const std::string& group :
       {RecordTypeOf(OrderFill::kStream)->group, std::string(kProcessorGroup)}) {
    const auto reader = place.OpenReader(stream, GroupName(group), nullptr);
    if (!reader) return reader.error();
    // Redis makes a group when it is first read.
    if (const auto pending = (*reader)->Pending({}, {.entries = 1}); !pending) {
      return pending.error();
    }
  }
  return Ok();
}

Result<std::unique_ptr<FillsRole>> FillsRole::Make(RunMode mode,
                                                   const Environment& environment,
                                                   Streams& place,
                                                   RoleClaim& claim) {
  auto role = std::make_unique<FillsRole>();
  auto chain = ChainAccess::Open(environment, place);
  if (!chain) return std::move(chain).error();
  role->chain_ = std::move(*chain);
  auto options = OptionsOf(mode, environment.config, role->chain_->exchanges());
  if (!options) return std::move(options).error();
  auto streams = claim.OpenWriter();
  if (!streams) return std::move(streams).error();
  role->streams_ = std::move(*streams);
  if (auto status = MakeGroups(place); !status) return std::move(status).error();
  role->store_ = std::make_unique<FillStore>(*role->streams_, environment.clock);
  role->ingester_ = std::make_unique<FillIngester>(
      std::move(*options),
      [chain = role->chain_.get()] { return chain->OpenAll(); },
      *role->store_,
      environment.events,
      environment.clock,
      JitterSeed());
  return role;
}

}  // namespace

Status CheckHasChain(const Config& config) {
  if (HasChain(config)) return Ok();
  return ConfigError(
      "no node of the chain is named, and the Gamma API is not Polymarket's own: say with "
      "--rpc-url "
      "where fills are to be read");
}

Status RunFillIngester(RunMode mode,
                       const Environment& environment,
                       Streams& streams,
                       std::stop_token stop) {
  if (auto status = CheckHasChain(environment.config); !status) return status;
  const auto doing = [&environment] {
    const auto counts = environment.events.Snapshot();
    const auto found = counts.ingesters.find(FillNames().ingester);
    if (found == counts.ingesters.end()) return std::string("nothing read yet");
    return std::to_string(found->second.pages) + " ranges with " +
           std::to_string(found->second.records) + " fills read, " +
           std::to_string(found->second.retries) + " requests repeated";
  };
  const auto turn = [&](RoleClaim& claim, std::stop_source& ending) -> Result<RoleEnd> {
    const auto player = FillsRole::Make(mode, environment, streams, claim);
    if (!player) return player.error();
    const auto status = (*player)->Run(ending.get_token());
    return EndOfIngesting(
        status, FillNames().ingester, (*player)->was_set_back(), claim, stop, environment.events);
  };
  return PlayRole({kFillsRole, kFillsRole, doing}, environment, streams, stop, turn);
}

}  // namespace polyhouse
