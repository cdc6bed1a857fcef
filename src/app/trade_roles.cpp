#include "app/trade_roles.h"

#include <algorithm>
#include <array>

#include "app/paced_clients.h"
#include "app/play_role.h"
#include "base/lower_case.h"
#include "base/number_text.h"
#include "base/split.h"
#include "base/url.h"
#include "codec/record_type.h"
#include "codec/timestamp.h"
#include "config/units.h"
#include "domain/exchange.h"
#include "domain/order_fill.h"
#include "flow/fills/fill_ingester.h"
#include "flow/process/trade_processor.h"

namespace polyhouse {
namespace {

/// Public nodes of Polygon that answer eth_getLogs without a key, as of 2026-09.
constexpr std::array<std::string_view, 2> kPublicNodes = {"https://polygon-bor-rpc.publicnode.com",
                                                          "https://polygon.drpc.org"};

/// The URLs of the nodes; they may hold keys, so they are in no message.
Result<std::vector<std::string>> NodesOf(const Config& config) {
  std::vector<std::string> urls = Split(config.rpc_url.Reveal(), ',');
  if (urls.empty()) urls.assign(kPublicNodes.begin(), kPublicNodes.end());
  for (std::size_t i = 0; i < urls.size(); ++i) {
    const auto url = ParseUrl(urls[i]);
    if (url && (url->scheme == "http" || url->scheme == "https")) continue;
    return ConfigError("rpc_url: entry " + std::to_string(i + 1) +
                       " is no URL such as https://polygon.example/key");
  }
  return urls;
}

Result<std::vector<ExchangeContract>> ExchangesOf(const Config& config) {
  const auto known = KnownExchanges();
  std::vector<ExchangeContract> exchanges(known.begin(), known.end());
  for (const std::string& entry : Split(config.fills_exchanges, ',')) {
    const auto equals = entry.find('=');
    const std::string address = LowerCase(entry.substr(0, equals));
    const std::string generation = equals == std::string::npos ? "" : entry.substr(equals + 1);
    const bool is_address = address.size() == 42 && address.starts_with("0x") &&
                            ParseHex256(std::string_view(address).substr(2)).has_value();
    ExchangeContract contract{.address = address};
    bool found = false;
    using enum ExchangeGeneration;
    for (const ExchangeGeneration each : {kV1, kV2, kV3}) {
      if (generation != ToString(each)) continue;
      contract.generation = each;
      found = true;
    }
    if (!is_address || !found) {
      return ConfigError("fills.exchanges: \"" + entry +
                         "\" is no contract such as "
                         "0xe111180000d2663c0091e4f400237545b87b996b=v2");
    }
    std::erase_if(exchanges, [&](const auto& each) { return each.address == address; });
    exchanges.push_back(std::move(contract));
  }
  return exchanges;
}

Result<FillsFrom> FillsFromOf(const Config& config, std::span<const ExchangeContract> exchanges) {
  const std::string& text = config.fills_from;
  if (text == "genesis") {
    std::uint64_t first = UINT64_MAX;
    for (const auto& exchange : exchanges) first = std::min(first, exchange.first_block);
    return FillsFrom(first);
  }
  if (std::uint64_t block = 0; ReadNumber(text, block)) return FillsFrom(block);
  if (const auto age = ParseDuration(text)) return FillsFrom(*age);
  if (const auto time = ParseApiTime(text)) return FillsFrom(*time);
  return ConfigError("fills.from: \"" + text +
                     "\" is no block, no date such as 2026-04-28, no time ago such as 24h, and not "
                     "genesis");
}

Result<FillIngesterOptions> OptionsOf(RunMode mode,
                                      const Config& config,
                                      std::span<const ExchangeContract> exchanges) {
  auto from = FillsFromOf(config, exchanges);
  if (!from) return std::move(from).error();
  FillIngesterOptions options{.once = mode != RunMode::kForever,
                              .backfill = config.fills_backfill,
                              .live = config.fills_live,
                              .live_interval = config.fills_live_interval,
                              .from = *from,
                              .from_setting = config.fills_from,
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
  std::unique_ptr<ChainSource> OpenChain(const Environment& environment);

  std::vector<std::string> urls_;
  std::vector<ExchangeContract> exchanges_;
  std::unique_ptr<RateStore> rates_;
  std::vector<std::unique_ptr<RequestPacer>> pacers_;  ///< One a node.
  std::unique_ptr<StreamWriter> streams_;
  std::unique_ptr<FillStore> store_;
  std::unique_ptr<FillIngester> ingester_;
};

std::unique_ptr<ChainSource> FillsRole::OpenChain(const Environment& environment) {
  std::vector<OwnEndpoint> endpoints;
  for (std::size_t i = 0; i < urls_.size(); ++i) {
    OwnEndpoint own{.http = OpenPacedHttp(environment, *pacers_[i])};
    own.endpoint = std::make_unique<ChainEndpoint>(
        ChainEndpoint::Options{urls_[i], environment.config.request_timeout, exchanges_},
        *own.http);
    endpoints.push_back(std::move(own));
  }
  return std::make_unique<ChainSource>(std::move(endpoints));
}

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
  const Config& config = environment.config;
  auto role = std::make_unique<FillsRole>();
  auto urls = NodesOf(config);
  if (!urls) return std::move(urls).error();
  role->urls_ = std::move(*urls);
  auto exchanges = ExchangesOf(config);
  if (!exchanges) return std::move(exchanges).error();
  role->exchanges_ = std::move(*exchanges);
  auto options = OptionsOf(mode, config, role->exchanges_);
  if (!options) return std::move(options).error();
  auto rates = place.OpenRates();
  if (!rates) return std::move(rates).error();
  role->rates_ = std::move(*rates);
  for (const std::string& url : role->urls_) {
    const auto parts = ParseUrl(url);
    role->pacers_.push_back(MakeNodePacer(
        "rpc/" + (parts ? parts->hosts : std::string("node")), environment, *role->rates_));
  }
  auto streams = claim.OpenWriter();
  if (!streams) return std::move(streams).error();
  role->streams_ = std::move(*streams);
  if (auto status = MakeGroups(place); !status) return std::move(status).error();
  role->store_ = std::make_unique<FillStore>(*role->streams_, environment.clock);
  role->ingester_ = std::make_unique<FillIngester>(
      std::move(*options),
      [role = role.get(), &environment] { return role->OpenChain(environment); },
      *role->store_,
      environment.events,
      environment.clock,
      JitterSeed());
  return role;
}

}  // namespace

bool HasChain(const Config& config) {
  return !config.rpc_url.empty() || config.gamma_url == Config().gamma_url;
}

Status RunFillIngester(RunMode mode,
                       const Environment& environment,
                       Streams& streams,
                       std::stop_token stop) {
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
