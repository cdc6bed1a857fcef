#include "app/process_roles.h"

#include <array>

#include "adapters/clickhouse/clickhouse_client.h"
#include "app/chain_access.h"
#include "app/play_role.h"
#include "app/table_access.h"
#include "app/trade_roles.h"
#include "domain/event.h"
#include "domain/market.h"
#include "domain/order_fill.h"
#include "flow/listing/listings.h"
#include "flow/process/address_processor.h"
#include "flow/process/enricher.h"
#include "flow/process/trade_processor.h"
#include "flow/state_keys.h"

namespace polyhouse {
namespace {

constexpr std::array kTradeInputs = {ProcessorInput{OrderFill::kStream, kProcessorGroup}};
constexpr std::array kEnrichInputs = {ProcessorInput{Market::kStream, kMarketEnricherGroup},
                                      ProcessorInput{Event::kStream, kEventEnricherGroup}};
constexpr std::array kAddressInputs = {ProcessorInput{OrderFill::kStream, kAddressGroup}};

/// What every processor works with; the processor itself comes last.
class ProcessorRole : public Processor {
 public:
  Status Run(std::stop_token stop, std::stop_token drain) override {
    return processor_->Run(std::move(stop), std::move(drain));
  }

  static Result<std::unique_ptr<ProcessorRole>> Open(std::span<const ProcessorInput> inputs,
                                                     const Environment& environment,
                                                     Streams& place,
                                                     RoleClaim& claim) {
    auto role = std::make_unique<ProcessorRole>();
    role->http_ = MakeTableHttp(environment);
    auto tables = TableOptions(environment);
    if (!tables) return std::move(tables).error();
    role->tables_ = std::make_unique<ClickHouseClient>(std::move(*tables), *role->http_);
    auto writer = claim.OpenWriter();
    if (!writer) return std::move(writer).error();
    role->writer_ = std::move(*writer);
    auto admin = place.OpenAdmin();
    if (!admin) return std::move(admin).error();
    role->admin_ = std::move(*admin);
    for (const auto& [stream, group] : inputs) {
      auto reader =
          place.OpenReader(StreamName(std::string(stream)), GroupName(std::string(group)), nullptr);
      if (!reader) return std::move(reader).error();
      role->readers_.push_back(std::move(*reader));
    }
    return role;
  }
  void Use(std::unique_ptr<Processor> processor) { processor_ = std::move(processor); }

  StreamReader& reader(std::size_t i) { return *readers_[i]; }
  StreamWriter& writer() { return *writer_; }
  StreamAdmin& admin() { return *admin_; }
  TableReader& tables() { return *tables_; }

 private:
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<ClickHouseClient> tables_;
  std::unique_ptr<StreamWriter> writer_;
  std::unique_ptr<StreamAdmin> admin_;
  std::vector<std::unique_ptr<StreamReader>> readers_;
  std::unique_ptr<Processor> processor_;
};

Result<std::unique_ptr<Processor>> MakeTrades(const Environment& environment,
                                              Streams& place,
                                              RoleClaim& claim) {
  const Config& config = environment.config;
  auto opened = ProcessorRole::Open(kTradeInputs, environment, place, claim);
  if (!opened) return std::move(opened).error();
  const auto role = opened->get();
  role->Use(MakeTradeProcessor({.consumer = place.consumer(),
                                .rows = config.process_rows,
                                .max_backlog = config.max_backlog,
                                .claim_idle = config.claim_idle,
                                .wanted_tokens = kMarketListing.names.Key(kWantedTokensState)},
                               {role->reader(0),
                                role->writer(),
                                role->admin(),
                                role->tables(),
                                environment.events,
                                environment.clock},
                               JitterSeed()));
  return std::move(*opened);
}

Result<std::unique_ptr<Processor>> MakeEnrich(const Environment& environment,
                                              Streams& place,
                                              RoleClaim& claim) {
  const Config& config = environment.config;
  auto opened = ProcessorRole::Open(kEnrichInputs, environment, place, claim);
  if (!opened) return std::move(opened).error();
  const auto role = opened->get();
  role->Use(MakeEnricher({.consumer = place.consumer(),
                          .max_backlog = config.max_backlog,
                          .claim_idle = config.claim_idle},
                         {role->reader(0),
                          role->reader(1),
                          role->writer(),
                          role->admin(),
                          role->tables(),
                          environment.events,
                          environment.clock},
                         JitterSeed()));
  return std::move(*opened);
}

/// The nodes, asked over connections of their own.
struct Nodes {
  std::unique_ptr<ChainAccess> access;
  std::unique_ptr<ChainSource> source;
};

Result<std::unique_ptr<Processor>> MakeAddresses(const Environment& environment,
                                                 Streams& place,
                                                 RoleClaim& claim) {
  const Config& config = environment.config;
  if (auto status = CheckHasChain(config); !status) return std::move(status).error();
  auto opened = ProcessorRole::Open(kAddressInputs, environment, place, claim);
  if (!opened) return std::move(opened).error();
  auto access = ChainAccess::Open(environment, place);
  if (!access) return std::move(access).error();
  // std::function copies what it holds; these have one owner after all.
  const auto nodes = std::make_shared<Nodes>();
  nodes->access = std::move(*access);
  nodes->source = nodes->access->OpenAll();
  AddressProcessorOptions options{.consumer = place.consumer(),
                                  .max_backlog = config.max_backlog,
                                  .claim_idle = config.claim_idle,
                                  .backoff = {config.retry_base, config.retry_cap},
                                  .give_up_after = config.give_up_after};
  for (const ExchangeContract& exchange : nodes->access->exchanges()) {
    options.exchanges.push_back(exchange.address);
  }
  const auto role = opened->get();
  role->Use(MakeAddressProcessor(
      std::move(options),
      {role->reader(0),
       role->writer(),
       role->admin(),
       role->tables(),
       [nodes](
           std::span<const std::string> addresses, std::uint64_t at_least, std::stop_token stop) {
         return nodes->source->Addresses(addresses, at_least, std::move(stop));
       },
       environment.events,
       environment.clock},
      JitterSeed()));
  return std::move(*opened);
}

std::string TradesDoing(const telemetry::Counts& counts) {
  return std::to_string(counts.trades.trades) + " trades made, " +
         std::to_string(counts.trades.completed) + " completed when their market came";
}

std::string EnrichDoing(const telemetry::Counts& counts) {
  return std::to_string(counts.enriched.rows) + " markets joined with their event, " +
         std::to_string(counts.enriched.again) + " of them because it changed";
}

std::string AddressesDoing(const telemetry::Counts& counts) {
  return std::to_string(counts.addresses.rows) + " addresses looked up, " +
         std::to_string(counts.addresses.unanswered) + " times without a usable answer";
}

}  // namespace

constinit const ProcessorKind kTradesProcessor = {
    .name = "trades",
    .help = "Make trades of the fills in stream:order_events.",
    .inputs = kTradeInputs,
    .make = &MakeTrades,
    .doing = &TradesDoing};

constinit const ProcessorKind kEnrichProcessor = {
    .name = "enrich",
    .help = "Join the markets in stream:markets with their event; writers must run beside it.",
    .inputs = kEnrichInputs,
    .make = &MakeEnrich,
    .doing = &EnrichDoing};

constinit const ProcessorKind kAddressesProcessor = {
    .name = "addresses",
    .help = "Ask the nodes what the addresses in stream:order_events are.",
    .inputs = kAddressInputs,
    .make = &MakeAddresses,
    .doing = &AddressesDoing,
    .is_optional = true};

std::span<const ProcessorKind* const> ProcessorKinds() {
  static constexpr std::array kKinds = {&kTradesProcessor, &kEnrichProcessor, &kAddressesProcessor};
  return kKinds;
}

Status RunProcessor(const ProcessorKind& kind,
                    const Environment& environment,
                    Streams& streams,
                    std::stop_token stop,
                    std::stop_token drain) {
  const auto doing = [&] { return kind.doing(environment.events.Snapshot()); };
  const Role role{kind.role(), kind.role() + ":" + streams.consumer(), doing};
  const auto turn = [&](RoleClaim& claim, std::stop_source& ending) -> Result<RoleEnd> {
    const auto player = kind.make(environment, streams, claim);
    if (!player) return player.error();
    const auto status = (*player)->Run(ending.get_token(), drain);
    if (!stop.stop_requested() && claim.lost().stop_requested()) return RoleEnd::kAgain;
    if (!status) return status.error();
    return RoleEnd::kDone;
  };
  return PlayRole(role, environment, streams, stop, turn);
}

}  // namespace polyhouse
