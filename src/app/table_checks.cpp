#include "app/table_checks.h"

#include <algorithm>
#include <array>
#include <random>
#include <span>

#include "checks/table_answer.h"
#include "codec/timestamp.h"

namespace polyhouse {
namespace {

constexpr const char* kPolymarketClob = "https://clob.polymarket.com";
/// What would say that something was not read or not stored. All else is for polyhouse verify: rows
/// may change while the proof is made. What has a dead letter is missing from its table and yet not
/// lost, so with dead letters the tables alone cannot say what is.
constexpr std::array kProofKinds = {
    kHoleFound, kLostStreamFound, kMissingMarketFound, kLostRowFound, kMissingRecordFound};
constexpr std::size_t kProofKindsBesideDeadLetters = 2;

CheckedListing Checked(const IngestedListing& ingested, const Config& config) {
  CheckedListing listing{.type = ingested.type};
  if (config.*ingested.refresh.on) listing.refresh_interval = config.*ingested.refresh.interval;
  // The lane gives up at its next look after that time.
  if (config.*ingested.settle.on && config.settle_give_up.count() > 0) {
    listing.give_up = config.settle_give_up + 2 * (config.*ingested.settle.interval);
  }
  return listing;
}

/// The highest id that the discover lane of markets has seen.
Result<std::uint64_t> NewestId(Streams& streams) {
  const auto admin = streams.OpenAdmin();
  if (!admin) return admin.error();
  const auto states = (*admin)->States();
  if (!states) return states.error();
  const auto newest = states->find(kMarketListing.names.Key(kNewestIdState));
  return newest == states->end() ? 0 : IdNumber(newest->second);
}

/// A market that has changed at the API within this time may be on its way: that of a round of the
/// lanes that keep rows up to date, doubled.
std::chrono::milliseconds LagOf(const Config& config) {
  std::chrono::milliseconds lag{0};
  if (config.markets_refresh) lag += 2 * config.markets_refresh_interval;
  if (config.markets_settle) lag += 2 * config.markets_settle_interval;
  return lag;
}

}  // namespace

Retrier MakeRetrier(const Environment& environment,
                    std::string_view source,
                    std::string_view what) {
  const Config& config = environment.config;
  const telemetry::LaneName name{source, what};
  return Retrier(
      {{config.retry_base, config.retry_cap}, config.give_up_after},
      [&events = environment.events, name](const Error& error, auto wait) {
        events.RequestRetried(name, error, wait);
      },
      environment.clock,
      std::random_device()(),
      [&events = environment.events, name] { events.RequestAnswered(name); });
}

void KeptRun::End(const Findings& findings,
                  bool repaired,
                  TableAccess& tables,
                  std::stop_token stop) const {
  const auto took = environment_.clock.Steady() - begun_;
  const CheckRun run{.name = name_,
                     .ended_at = environment_.clock.Now(),
                     .took = std::chrono::duration_cast<std::chrono::milliseconds>(took),
                     .repaired = repaired};
  const auto kept = KeepCheckRun(run, findings, tables.client(), std::move(stop));
  if (!kept) environment_.events.CheckNotKept(name_, kept.error());
}

Status VerifyTables(std::uint64_t sample,
                    const Environment& environment,
                    Streams& streams,
                    TableAccess& tables,
                    Retrier& retrier,
                    Findings& findings,
                    RepairPlan& plan,
                    std::stop_token stop) {
  findings = Findings();
  plan = RepairPlan();
  const auto admin = streams.OpenAdmin();
  if (!admin) return admin.error();
  const auto markets = PacedListing::Open(kIngestedMarkets, environment, streams);
  if (!markets) return markets.error();
  const auto events = PacedListing::Open(kIngestedEvents, environment, streams);
  if (!events) return events.error();
  SampleCheck markets_sample((*markets)->listing(), tables.client(), retrier, environment.clock);
  SampleCheck events_sample((*events)->listing(), tables.client(), retrier, environment.clock);
  const Config& config = environment.config;
  Verification verification(
      {.markets = Checked(kIngestedMarkets, config),
       .events = Checked(kIngestedEvents, config),
       .twice = HasRedis(config) ? StoredTwice::kNote : StoredTwice::kWrong,
       .keeps_fills = config.fills_keep_raw,
       .sample = sample,
       .second_look = config.verify_second_look},
      {tables.client(), **admin, &markets_sample, &events_sample, environment.clock});
  return verification.Run(findings, plan, std::move(stop));
}

Result<std::string> WitnessUrl(const Config& config) {
  if (!config.clob_url.empty()) return config.clob_url;
  if (config.gamma_url == Config().gamma_url) return std::string(kPolymarketClob);
  return ConfigError(
      "there is no witness to compare with: the Gamma API of these settings is not Polymarket's "
      "own, so say with --clob-url where the CLOB's listing is");
}

Result<std::unique_ptr<WitnessCheck>> WitnessCheck::Open(const Environment& environment,
                                                         Streams& streams,
                                                         Retrier& retrier) {
  const auto url = WitnessUrl(environment.config);
  if (!url) return url.error();
  std::unique_ptr<WitnessCheck> check(new WitnessCheck(environment, retrier));
  const auto newest_id = NewestId(streams);
  if (!newest_id) return newest_id.error();
  check->newest_id_ = *newest_id;
  auto http = PacedHttp::Open(kClobRoute, environment, streams);
  if (!http) return std::move(http).error();
  check->http_ = std::move(*http);
  auto listing = PacedListing::Open(kIngestedMarkets, environment, streams);
  if (!listing) return std::move(listing).error();
  check->listing_ = std::move(*listing);
  check->clob_ =
      std::make_unique<ClobListing>(*url, environment.config.request_timeout, check->http_->http());
  check->gamma_ =
      std::make_unique<MarketLookup>(check->listing_->listing(), retrier, environment.clock);
  return check;
}

Reconciliation WitnessCheck::Comparison(TableAccess& tables) {
  return Reconciliation({.newest_id = newest_id_, .lag = LagOf(environment_.config)},
                        {*clob_, *gamma_, tables.client(), tables.client(), retrier_});
}

Status WitnessCheck::Run(TableAccess& tables, Findings& findings, std::stop_token stop) {
  findings = Findings();
  // Above what was read before, even if the clock was set back since: the newest version is shown.
  const auto newest = AskNumber(tables.client(), "SELECT max(version) FROM clob_markets", stop);
  if (!newest) return newest.error();
  const auto now = environment_.clock.Now().time_since_epoch().count();
  version_ = std::max(static_cast<std::uint64_t>(now), *newest + 1);
  Reconciliation comparison = Comparison(tables);
  if (auto status = comparison.ReadWitness(version_, findings, stop); !status) return status;
  return comparison.Compare(version_, findings, std::move(stop));
}

Status WitnessCheck::CompareAgain(TableAccess& tables, Findings& findings, std::stop_token stop) {
  findings.ForgetFindings();
  return Comparison(tables).Compare(version_, findings, std::move(stop));
}

Status ProveBackfill(const std::vector<const IngestedListing*>& listings,
                     const Environment& environment,
                     Streams& streams,
                     TableAccess& tables,
                     Findings& findings,
                     std::stop_token stop) {
  const KeptRun run(kProofRun, environment);
  Retrier retrier = MakeRetrier(environment, "gamma", "proof");
  RepairPlan plan;
  auto status = VerifyTables(
      environment.config.proof_sample, environment, streams, tables, retrier, findings, plan, stop);
  if (!status) return status;
  if (!findings.WrongOf(kNotDrainedFound).empty()) {
    return TransientError("what was read is not in the tables yet: is a writer at work?");
  }
  const bool has_letters = !findings.WrongOf(kDeadLettersFound).empty();
  const auto kinds_of_proof =
      std::span(kProofKinds).first(has_letters ? kProofKindsBesideDeadLetters : kProofKinds.size());
  findings.KeepKinds(kinds_of_proof);
  std::uint64_t wrong = findings.wrong_count();
  bool has_witness = false;
  const bool has_markets =
      std::find(listings.begin(), listings.end(), &kIngestedMarkets) != listings.end();
  if (has_markets && WitnessUrl(environment.config)) {
    Findings witness;
    Retrier patience = MakeRetrier(environment, "clob", "proof");
    const auto check = WitnessCheck::Open(environment, streams, patience);
    if (!check) return check.error();
    status = (*check)->Run(tables, witness, stop);
    if (!status && status.error().kind != ErrorKind::kTransient) return status;
    if (!status) environment.events.WitnessAway(status.error());
    has_witness = status.has_value();
    witness.KeepKinds(kinds_of_proof);
    wrong += witness.wrong_count();
    findings.Merge(witness);
  }
  const auto writer = streams.OpenToolWriter();
  if (!writer) return writer.error();
  AppendTransaction proof{.stream = StreamName(std::string(Market::kStream))};
  std::string text = FormatTime(environment.clock.Now()) +
                     (wrong == 0 ? " clean" : " " + std::to_string(wrong) + " wrong");
  if (wrong == 0 && has_markets && !has_witness) text += " without a witness";
  for (const IngestedListing* listing : listings) {
    const IngesterNames& names = listing->names();
    const std::uint64_t in_no_table = findings.FactOf(InNoTable(names.stream));
    const std::string but = wrong == 0 && in_no_table > 0
                                ? " but for " + std::to_string(in_no_table) + " records in no table"
                                : "";
    proof.set.emplace_back(names.Key(kProofState), text + but);
    environment.events.BackfillProved(names.ingester, wrong, in_no_table);
  }
  status = (*writer)->Append(proof);
  if (status) run.End(findings, /*repaired=*/false, tables, stop);
  return status;
}

}  // namespace polyhouse
