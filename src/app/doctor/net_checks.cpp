#include "app/doctor/net_checks.h"

#include <optional>

#include "adapters/http/curl_http_client.h"
#include "app/chain_access.h"
#include "app/doctor/judgements.h"
#include "app/ingested_listing.h"
#include "app/table_checks.h"
#include "app/version.h"
#include "base/url.h"
#include "checks/clob_listing.h"
#include "flow/fills/chain_source.h"
#include "flow/fills/first_block.h"
#include "flow/listing/listing.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kToConnect{4'000};
constexpr milliseconds kToAnswer{6'000};
constexpr std::chrono::seconds kToStall{3};

/// A connection of a check's own, which remembers what time it is at the other end.
class AskedHttp {
 public:
  explicit AskedHttp(Clock& clock)
      : http_(MakeCurlHttpClient(
            {.user_agent = "polyhouse/" + std::string(kVersion),
             .connect_timeout = kToConnect,
             .stall_timeout = kToStall,
             .on_date = [this, &clock](Timestamp theirs) { ahead_ = theirs - clock.Now(); }},
            clock)) {}
  AskedHttp(const AskedHttp&) = delete;
  AskedHttp& operator=(const AskedHttp&) = delete;

  HttpClient& http() { return *http_; }
  /// By how much their clock is ahead of ours; empty before they have said so.
  std::optional<milliseconds> ahead() const { return ahead_; }

 private:
  std::optional<milliseconds> ahead_;
  std::unique_ptr<HttpClient> http_;
};

std::string FixFor(const std::string& flag) {
  return "See whether this machine reaches it (curl -sSv URL): name resolution, firewall, proxy "
         "(https_proxy); or correct " +
         flag + ".";
}

std::uint64_t VersionOf(Timestamp now) {
  return static_cast<std::uint64_t>(now.time_since_epoch().count());
}

std::string Answered(const std::string& url, std::size_t records, SteadyTime started) {
  const auto took = std::chrono::duration_cast<milliseconds>(SteadyNow() - started);
  return WithoutPasswords(url) + " answered with " + std::to_string(records) + " records in " +
         std::to_string(took.count()) + " ms";
}

Checkups CheckListing(const IngestedListing& ingested,
                      const Environment& environment,
                      const std::stop_token& stop) {
  const Config& config = environment.config;
  const std::string name = "api " + std::string(ingested.names().ingester);
  AskedHttp own(environment.clock);
  const auto listing = ingested.type.Make({.base_url = config.gamma_url,
                                           .page_size = config.page_size,
                                           .request_timeout = kToAnswer,
                                           .legacy_offset = config.pagination == "offset"},
                                          own.http());
  const auto started = SteadyNow();
  const auto page = listing->Fetch({.version = VersionOf(environment.clock.Now())}, stop);
  Checkups checkups;
  if (!page) {
    checkups.push_back(FailedBy(name, page.error(), FixFor("--gamma-url")));
  } else if (page->records() == 0) {
    checkups.push_back(Failed(name,
                              WithoutPasswords(config.gamma_url) + " answered with no record",
                              "Correct --gamma-url: a listing is never empty."));
  } else if (!page->bad.empty()) {
    checkups.push_back(Warned(name,
                              Answered(config.gamma_url, page->records(), started) + ", of which " +
                                  std::to_string(page->bad.size()) + " cannot be read",
                              "They become dead letters (polyhouse dlq list): look whether there "
                              "is a newer polyhouse."));
  } else {
    checkups.push_back(Passed(name, Answered(config.gamma_url, page->records(), started)));
  }
  // Both listings come from one machine, or nearly.
  if (own.ahead() && &ingested == &kIngestedMarkets) {
    checkups.push_back(JudgeClock("api clock", "the API's", *own.ahead()));
  }
  return checkups;
}

Checkups CheckClob(const std::string& url,
                   const Environment& environment,
                   const std::stop_token& stop) {
  AskedHttp own(environment.clock);
  ClobListing clob(url, kToAnswer, own.http());
  const auto started = SteadyNow();
  const auto page = clob.Fetch("", VersionOf(environment.clock.Now()), stop);
  if (page) return {Passed("clob", Answered(url, page->records(), started))};
  // Only reconcile needs it, and the proof at a backfill's end.
  Checkup checkup = FailedBy("clob", page.error(), FixFor("--clob-url"));
  checkup.verdict = Verdict::kWarn;
  return {checkup};
}

/// That there was no time for all of it is a warning.
Checkup UnlessTimeWasUp(Checkup failed, const std::stop_token& stop) {
  if (stop.stop_requested()) failed.verdict = Verdict::kWarn;
  return failed;
}

/// The oldest fills that are wanted: whether this node still has them.
Checkup CheckHistory(const std::string& name,
                     const OwnEndpoint& node,
                     std::uint64_t first,
                     const std::string& from,
                     const std::stop_token& stop) {
  const auto fetched = node.endpoint->Fetch({first, first}, stop);
  if (fetched) {
    return Passed(name, "has block " + std::to_string(first) + " (fills.from = " + from + ")");
  }
  Checkup checkup =
      FailedBy(name,
               fetched.error(),
               "Name a node with all of the chain's logs (an archive node) in --rpc-url, or begin "
               "later with --fills-from.");
  checkup.found = "no logs of block " + std::to_string(first) +
                  ", from which fills.from = " + from + " wants fills: " + checkup.found;
  return UnlessTimeWasUp(std::move(checkup), stop);
}

/// A node as it is asked here: over a connection of its own, with no pace.
OwnEndpoint OpenNode(const std::string& url,
                     const std::vector<ExchangeContract>& exchanges,
                     const std::shared_ptr<AskedHttp>& own) {
  OwnEndpoint node{.http = {own, &own->http()}};
  node.endpoint = std::make_unique<ChainEndpoint>(
      ChainEndpoint::Options{.url = url, .timeout = kToAnswer, .exchanges = exchanges}, *node.http);
  return node;
}

Checkups CheckNode(const std::string& name,
                   const std::string& url,
                   const Environment& environment,
                   const std::stop_token& stop) {
  const Config& config = environment.config;
  const auto exchanges = ExchangesOf(config);
  const auto wanted =
      exchanges ? WantedPlacesOf(config, *exchanges) : Result<WantedPlaces>(exchanges.error());
  const auto own = std::make_shared<AskedHttp>(environment.clock);
  const OwnEndpoint node = OpenNode(url, exchanges.value_or(std::vector<ExchangeContract>()), own);
  const std::string fix = FixFor("--rpc-url (POLYGON_RPC_URL)");
  const auto head = node.endpoint->Head(stop);
  if (!head) return {FailedBy(name, head.error(), fix)};
  const auto block = node.endpoint->Header(*head, stop);
  if (!block) return {FailedBy(name, block.error(), fix)};
  if (!*block) {
    return {Failed(name,
                   node.endpoint->host() + " has no block " + std::to_string(*head) +
                       ", which it says is its newest",
                   fix)};
  }
  const auto now = environment.clock.Now();
  const Timestamp made(std::chrono::seconds((*block)->time));
  Checkups checkups = {JudgeHead(name, node.endpoint->host(), *head, now - made)};
  // The settings' check has said what is wrong with these.
  if (!wanted || !config.fills_backfill) return checkups;
  std::vector<OwnEndpoint> alone;
  alone.push_back(OpenNode(url, *exchanges, own));
  ChainSource chain(std::move(alone));
  const auto first = FirstBlockOf(wanted->from, *head, now, chain, stop);
  if (!first) {
    checkups.push_back(UnlessTimeWasUp(FailedBy(name + " history", first.error(), fix), stop));
  } else {
    checkups.push_back(CheckHistory(name + " history", node, *first, config.fills_from, stop));
  }
  return checkups;
}

}  // namespace

std::vector<NetCheck> NetChecks(const Environment& environment) {
  const Config& config = environment.config;
  std::vector<NetCheck> checks;
  for (const IngestedListing* listing : IngestedListings()) {
    checks.emplace_back([&environment, listing](const std::stop_token& stop) {
      return CheckListing(*listing, environment, stop);
    });
  }
  if (const auto url = WitnessUrl(config)) {
    checks.emplace_back([&environment, url = *url](const std::stop_token& stop) {
      return CheckClob(url, environment, stop);
    });
  }
  if (!HasChain(config)) {
    checks.emplace_back([](const std::stop_token&) -> Checkups {
      return {Passed("node", "none is named: no fills and trades are read")};
    });
    return checks;
  }
  const auto urls = NodesOf(config);
  if (!urls) {
    checks.emplace_back([error = urls.error()](const std::stop_token&) -> Checkups {
      return {FailedBy("node", error, "Correct --rpc-url (POLYGON_RPC_URL).")};
    });
    return checks;
  }
  for (std::size_t i = 0; i < urls->size(); ++i) {
    const std::string name = "node " + std::to_string(i + 1);
    checks.emplace_back([&environment, name, url = (*urls)[i]](const std::stop_token& stop) {
      return CheckNode(name, url, environment, stop);
    });
  }
  return checks;
}

}  // namespace polyhouse
