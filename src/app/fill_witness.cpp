#include "app/fill_witness.h"

#include "app/chain_access.h"
#include "app/paced_clients.h"
#include "app/table_checks.h"
#include "checks/node_witness.h"
#include "checks/trade_witness.h"

namespace polyhouse {
namespace {

constexpr const char* kPolymarketData = "https://data-api.polymarket.com";

Status CompareWithNodes(const FillSample& sample,
                        const Environment& environment,
                        Streams& streams,
                        TableReader& tables,
                        Findings& findings,
                        std::vector<BlockRange>& again,
                        const std::stop_token& stop) {
  const auto access = ChainAccess::Open(environment, streams);
  if (!access) return access.error();
  std::vector<OwnEndpoint> endpoints;
  WitnessNodes nodes;
  for (std::size_t node = 0; node < (*access)->nodes(); ++node) {
    endpoints.push_back((*access)->OpenOne(node));
    nodes.push_back(endpoints.back().endpoint.get());
  }
  Retrier retrier = MakeRetrier(environment, "rpc", "reconcile");
  return NodeWitness(std::move(nodes), tables, retrier)
      .Compare(sample.ranges, sample.seed, findings, again, stop);
}

Status CompareWithData(const FillSample& sample,
                       const std::string& url,
                       const Environment& environment,
                       Streams& streams,
                       TableReader& tables,
                       Findings& findings,
                       std::vector<BlockRange>& again,
                       const std::stop_token& stop) {
  const auto http = PacedHttp::Open(kDataRoute, environment, streams);
  if (!http) return http.error();
  TradeListing listing(url, environment.config.request_timeout, (*http)->http());
  Retrier retrier = MakeRetrier(environment, "data-api", "reconcile");
  return TradeWitness(listing, tables, retrier)
      .Compare(sample.markets, sample.seed, findings, again, stop);
}

}  // namespace

std::optional<std::string> DataUrl(const Config& config) {
  if (!config.data_url.empty()) return config.data_url;
  if (config.gamma_url == Config().gamma_url) return std::string(kPolymarketData);
  return std::nullopt;
}

Status CompareFills(const FillSample& sample,
                    const Environment& environment,
                    Streams& streams,
                    TableAccess& tables,
                    Findings& findings,
                    std::vector<BlockRange>& again,
                    const std::stop_token& stop) {
  const auto data_url = DataUrl(environment.config);
  if (!HasChain(environment.config) && !data_url) {
    return ConfigError(
        "there is no witness of fills: say with --rpc-url where nodes of the chain are, or with "
        "--data-url where the Data API is");
  }
  const bool has_fills = environment.config.fills_keep_raw;
  if (!has_fills && !data_url) {
    return ConfigError(
        "fills.keep_raw=false keeps no fills that a node could be compared with: say with "
        "--data-url where the Data API is, a witness of trades");
  }
  findings = Findings();
  again.clear();
  if (HasChain(environment.config) && has_fills && sample.ranges > 0) {
    auto status =
        CompareWithNodes(sample, environment, streams, tables.client(), findings, again, stop);
    if (!status) return status;
  }
  if (!data_url || sample.markets == 0) return Ok();
  return CompareWithData(
      sample, *data_url, environment, streams, tables.client(), findings, again, stop);
}

}  // namespace polyhouse
