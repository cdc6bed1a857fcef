#include "app/chain_access.h"

#include <algorithm>
#include <array>

#include "app/paced_clients.h"
#include "base/lower_case.h"
#include "base/number_text.h"
#include "base/split.h"
#include "base/url.h"
#include "codec/timestamp.h"
#include "config/units.h"
#include "domain/uint256.h"

namespace polyhouse {
namespace {

/// Public nodes of Polygon that answer eth_getLogs without a key, as of 2026-09.
constexpr std::array<std::string_view, 2> kPublicNodes = {"https://polygon-bor-rpc.publicnode.com",
                                                          "https://polygon.drpc.org"};

/// "ADDRESS=v2"; empty when it is none.
std::optional<ExchangeContract> ParseExchange(std::string_view entry) {
  const auto equals = entry.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  ExchangeContract contract{.address = LowerCase(entry.substr(0, equals))};
  const bool is_address = contract.address.size() == 42 && contract.address.starts_with("0x") &&
                          ParseHex256(std::string_view(contract.address).substr(2)).has_value();
  using enum ExchangeGeneration;
  for (const ExchangeGeneration each : {kV1, kV2, kV3}) {
    if (!is_address || entry.substr(equals + 1) != ToString(each)) continue;
    contract.generation = each;
    return contract;
  }
  return std::nullopt;
}

Result<BlockPlace> ParseBlockPlace(std::string_view setting,
                                   const std::string& text,
                                   std::span<const ExchangeContract> exchanges) {
  if (text == "genesis") {
    std::uint64_t first = UINT64_MAX;
    for (const auto& exchange : exchanges) first = std::min(first, exchange.first_block);
    return BlockPlace(first);
  }
  if (std::uint64_t block = 0; ReadNumber(text, block)) return BlockPlace(block);
  if (const auto age = ParseDuration(text)) return BlockPlace(*age);
  if (const auto time = ParseApiTime(text)) return BlockPlace(*time);
  return ConfigError(std::string(setting) + ": \"" + text +
                     "\" is no block, no date such as 2026-04-28, no time ago such as 24h, and not "
                     "genesis");
}

}  // namespace

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
    auto contract = ParseExchange(entry);
    if (!contract) {
      return ConfigError("fills.exchanges: \"" + entry +
                         "\" is no contract such as "
                         "0xe111180000d2663c0091e4f400237545b87b996b=v2");
    }
    std::erase_if(exchanges, [&](const auto& each) { return each.address == contract->address; });
    exchanges.push_back(std::move(*contract));
  }
  return exchanges;
}

bool HasChain(const Config& config) {
  return !config.rpc_url.empty() || config.gamma_url == Config().gamma_url;
}

Result<WantedPlaces> WantedPlacesOf(const Config& config,
                                    std::span<const ExchangeContract> exchanges) {
  const auto from = ParseBlockPlace("fills.from", config.fills_from, exchanges);
  if (!from) return from.error();
  WantedPlaces wanted{.from = *from};
  if (config.fills_to.empty()) return wanted;
  const auto to = ParseBlockPlace("fills.to", config.fills_to, exchanges);
  if (!to) return to.error();
  wanted.to = *to;
  return wanted;
}

Result<std::unique_ptr<ChainAccess>> ChainAccess::Open(const Environment& environment,
                                                       Streams& streams) {
  std::unique_ptr<ChainAccess> access(new ChainAccess(environment));
  auto urls = NodesOf(environment.config);
  if (!urls) return std::move(urls).error();
  access->urls_ = std::move(*urls);
  auto exchanges = ExchangesOf(environment.config);
  if (!exchanges) return std::move(exchanges).error();
  access->exchanges_ = std::move(*exchanges);
  auto rates = streams.OpenRates();
  if (!rates) return std::move(rates).error();
  access->rates_ = std::move(*rates);
  for (const std::string& url : access->urls_) {
    const auto parts = ParseUrl(url);
    access->pacers_.push_back(MakeNodePacer(
        "rpc/" + (parts ? parts->hosts : std::string("node")), environment, *access->rates_));
  }
  return access;
}

OwnEndpoint ChainAccess::OpenOne(std::size_t node, ChainRows rows) const {
  OwnEndpoint own{.http = OpenPacedHttp(environment_, *pacers_[node])};
  ChainEndpoint::Options options{urls_[node], environment_.config.request_timeout};
  if (rows == ChainRows::kFills) options.exchanges = exchanges_;
  if (rows == ChainRows::kActions) {
    const auto known = KnownActionContracts();
    options.contracts.assign(known.begin(), known.end());
  }
  own.endpoint = std::make_unique<ChainEndpoint>(std::move(options), *own.http);
  return own;
}

std::unique_ptr<ChainSource> ChainAccess::OpenAll(ChainRows rows) const {
  std::vector<OwnEndpoint> endpoints;
  for (std::size_t node = 0; node < nodes(); ++node) endpoints.push_back(OpenOne(node, rows));
  return std::make_unique<ChainSource>(std::move(endpoints));
}

}  // namespace polyhouse
