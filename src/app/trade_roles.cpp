#include "app/trade_roles.h"

#include "app/chain_access.h"
#include "app/play_role.h"
#include "codec/record_type.h"
#include "domain/order_fill.h"
#include "domain/token_action.h"
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

/// What tells one ingester of the chain from another.
struct ChainIngester {
  const char* role;
  ChainRows rows;
  std::string_view what;  ///< "fills"
  const IngesterNames& (*names)();
  /// Those who read the stream: they keep what they have not read from being trimmed, from the
  /// first entry on.
  std::vector<std::string> (*groups)();
};

constexpr ChainIngester kFillsIngester{
    kFillsRole, ChainRows::kFills, "fills", &FillNames, [] {
      return std::vector{RecordTypeOf(OrderFill::kStream)->group, std::string(kProcessorGroup)};
    }};
constexpr ChainIngester kActionsIngester{
    kActionsRole, ChainRows::kActions, "actions", &ActionNames, [] {
      return std::vector{RecordTypeOf(TokenAction::kStream)->group};
    }};

/// An ingester of the chain with its adapters.
class ChainRole {
 public:
  static Result<std::unique_ptr<ChainRole>> Make(const ChainIngester& kind,
                                                 RunMode mode,
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

Status MakeGroups(const ChainIngester& kind, Streams& place) {
  const StreamName stream{std::string(kind.names().stream)};
  for (const std::string& group : kind.groups()) {
    const auto reader = place.OpenReader(stream, GroupName(group), nullptr);
    if (!reader) return reader.error();
    // Redis makes a group when it is first read.
    if (const auto pending = (*reader)->Pending({}, {.entries = 1}); !pending) {
      return pending.error();
    }
  }
  return Ok();
}

Result<std::unique_ptr<ChainRole>> ChainRole::Make(const ChainIngester& kind,
                                                   RunMode mode,
                                                   const Environment& environment,
                                                   Streams& place,
                                                   RoleClaim& claim) {
  auto role = std::make_unique<ChainRole>();
  auto chain = ChainAccess::Open(environment, place);
  if (!chain) return std::move(chain).error();
  role->chain_ = std::move(*chain);
  auto options = OptionsOf(mode, environment.config, role->chain_->exchanges());
  if (!options) return std::move(options).error();
  auto streams = claim.OpenWriter();
  if (!streams) return std::move(streams).error();
  role->streams_ = std::move(*streams);
  if (auto status = MakeGroups(kind, place); !status) return std::move(status).error();
  role->store_ = std::make_unique<FillStore>(*role->streams_, environment.clock, kind.names());
  role->ingester_ = std::make_unique<FillIngester>(
      std::move(*options),
      [chain = role->chain_.get(), rows = kind.rows] { return chain->OpenAll(rows); },
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

namespace {

Status RunChainIngester(const ChainIngester& kind,
                        RunMode mode,
                        const Environment& environment,
                        Streams& streams,
                        const std::stop_token& stop) {
  if (auto status = CheckHasChain(environment.config); !status) return status;
  const auto doing = [&] {
    const auto counts = environment.events.Snapshot();
    const auto found = counts.ingesters.find(kind.names().ingester);
    if (found == counts.ingesters.end()) return std::string("nothing read yet");
    return std::to_string(found->second.pages) + " ranges with " +
           std::to_string(found->second.records) + " " + std::string(kind.what) + " read, " +
           std::to_string(found->second.retries) + " requests repeated";
  };
  const auto turn = [&](RoleClaim& claim, std::stop_source& ending) -> Result<RoleEnd> {
    const auto player = ChainRole::Make(kind, mode, environment, streams, claim);
    if (!player) return player.error();
    const auto status = (*player)->Run(ending.get_token());
    return EndOfIngesting(
        status, kind.names().ingester, (*player)->was_set_back(), claim, stop, environment.events);
  };
  return PlayRole({kind.role, kind.role, doing}, environment, streams, stop, turn);
}

}  // namespace

Status RunFillIngester(RunMode mode,
                       const Environment& environment,
                       Streams& streams,
                       std::stop_token stop) {
  return RunChainIngester(kFillsIngester, mode, environment, streams, stop);
}

Status RunActionIngester(RunMode mode,
                         const Environment& environment,
                         Streams& streams,
                         std::stop_token stop) {
  return RunChainIngester(kActionsIngester, mode, environment, streams, stop);
}

}  // namespace polyhouse
