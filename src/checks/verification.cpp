#include "checks/verification.h"

#include <algorithm>

namespace polyhouse {
namespace {

/// Between two looks at streams that are being drained.
constexpr std::chrono::milliseconds kLookAgain{200};
/// However well a writer gets on.
constexpr std::chrono::milliseconds kLongestDrain{120'000};

}  // namespace

Status Verification::Run(Findings& findings, RepairPlan& plan, std::stop_token stop) {
  auto facts = RunOnce(findings, plan, stop);
  if (!facts) return std::move(facts).error();
  if (!findings.IsClean()) {
    tools_.clock.SleepFor(options_.second_look, stop);
    if (stop.stop_requested()) return StoppingError();
    const Findings before = std::move(findings);
    findings = Findings();
    plan = RepairPlan();
    facts = RunOnce(findings, plan, stop);
    if (!facts) return std::move(facts).error();
    findings.KeepOnlyWrongIn(before);
  }
  return Sample(*facts, findings, plan, stop);
}

Result<Verification::Facts> Verification::ReadFacts() {
  Facts facts{.read_at = tools_.clock.Now()};
  auto markets = ReadListingFacts(tools_.streams, options_.markets);
  if (!markets) return std::move(markets).error();
  facts.markets = std::move(*markets);
  auto events = ReadListingFacts(tools_.streams, options_.events);
  if (!events) return std::move(events).error();
  facts.events = std::move(*events);
  const auto states = tools_.streams.States();
  if (!states) return states.error();
  auto fills = FillFactsOf(*states);
  if (!fills) return std::move(fills).error();
  facts.fills = std::move(*fills);
  facts.fills.are_kept = options_.keeps_fills;
  auto actions = FillFactsOf(*states, kActionTable);
  if (!actions) return std::move(actions).error();
  facts.actions = std::move(*actions);
  auto streams = tools_.streams.Overview();
  if (!streams) return std::move(streams).error();
  facts.streams = std::move(*streams);
  return facts;
}

Result<std::uint64_t> Verification::WaitUntilDrained(const Facts& facts,
                                                     const std::stop_token& stop) {
  const SteadyTime last = tools_.clock.Steady() + kLongestDrain;
  SteadyTime deadline = tools_.clock.Steady() + options_.patience;
  std::uint64_t least = UINT64_MAX;
  while (!stop.stop_requested()) {
    const auto streams = tools_.streams.Overview();
    if (!streams) return streams.error();
    const std::uint64_t behind = EntriesBehind(facts.streams, *streams);
    if (behind == 0) return behind;
    const SteadyTime now = tools_.clock.Steady();
    if (behind < least) deadline = now + options_.patience;
    least = std::min(least, behind);
    if (now >= std::min(deadline, last)) return behind;
    tools_.clock.SleepUntil(now + kLookAgain, stop);
  }
  return StoppingError();
}

namespace {

/// Holdings are made of both.
void NoteLag(const FillFacts& fills, const FillFacts& actions, Findings& findings) {
  if (fills.read.empty() || actions.read.empty()) return;
  const std::uint64_t of_fills = fills.read.back().to;
  const std::uint64_t of_actions = actions.read.back().to;
  constexpr std::uint64_t kUnderWay = 100;
  if (of_fills <= of_actions + kUnderWay) return;
  findings.AddNote({"behind the fills",
                    "actions",
                    "fills are read to block " + std::to_string(of_fills) + ", actions to " +
                        std::to_string(of_actions) + ": is actions.enabled off?",
                    "streams"});
}

}  // namespace

Result<Verification::Facts> Verification::RunOnce(Findings& findings,
                                                  RepairPlan& plan,
                                                  const std::stop_token& stop) {
  // First what is known, then until it has reached the tables, then the tables: others may work on,
  // and whatever they add is newer.
  auto facts = ReadFacts();
  if (!facts) return facts;
  const auto behind = WaitUntilDrained(*facts, stop);
  if (!behind) return behind.error();
  CheckDeadLetters(facts->streams,
                   {{options_.markets.names().stream, facts->markets.field_letters},
                    {options_.events.names().stream, facts->events.field_letters}},
                   findings);
  CheckLosses(*facts, findings, plan);
  if (auto status = CheckTables(*facts, findings, plan, stop); !status) {
    return std::move(status).error();
  }
  if (*behind == 0) {
    auto status = CheckPositions(*facts, findings, plan, stop);
    if (status) status = CheckFills(tools_.tables, facts->fills, findings, plan.blocks, stop);
    if (status) {
      status = CheckFills(tools_.tables, facts->actions, findings, plan.action_blocks, stop);
    }
    if (status) NoteLag(facts->fills, facts->actions, findings);
    if (!status) return std::move(status).error();
  } else {
    findings.AddWrong({std::string(kNotDrainedFound),
                       "",
                       std::to_string(*behind) +
                           " entries are not in their tables yet, so rows, ledger and cursors were "
                           "not looked at: run polyhouse write --once or polyhouse up",
                       "streams"});
  }
  return facts;
}

void Verification::CheckLosses(const Facts& facts, Findings& findings, RepairPlan& plan) const {
  const auto check =
      [&](const CheckedListing& listing, const ListingFacts& known, ListingRepair& repair) {
        std::string why = CheckLostStreams(listing, known, facts.streams, findings);
        if (!why.empty()) repair.cursors.read_again = std::move(why);
      };
  check(options_.markets, facts.markets, plan.markets);
  check(options_.events, facts.events, plan.events);
}

Status Verification::CheckTables(const Facts& facts,
                                 Findings& findings,
                                 RepairPlan& plan,
                                 const std::stop_token& stop) {
  auto status = CheckLinks(tools_.tables, facts.markets, facts.events, findings, plan.links, stop);
  if (!status) return status;
  status = CheckDuplicates(
      tools_.tables, options_.markets, options_.twice, findings, plan.markets.rows, stop);
  if (!status) return status;
  return CheckDuplicates(
      tools_.tables, options_.events, options_.twice, findings, plan.events.rows, stop);
}

Result<bool> Verification::IsEmptied(const CheckedListing& listing,
                                     const ListingFacts& known,
                                     const std::stop_token& stop) {
  if (!known.has_begun || known.offset == 0) return false;
  const auto rows = AskNumber(tools_.tables, "SELECT count() FROM " + listing.Table(), stop);
  if (!rows) return rows.error();
  return *rows == 0;
}

Status Verification::CheckPositions(const Facts& facts,
                                    Findings& findings,
                                    RepairPlan& plan,
                                    const std::stop_token& stop) {
  const auto check = [&](const CheckedListing& listing,
                         const ListingFacts& known,
                         ListingRepair& repair) -> Status {
    const auto emptied = IsEmptied(listing, known, stop);
    if (!emptied) return emptied.error();
    if (*emptied) {
      // Of rows and positions there is nothing more to say.
      findings.AddWrong({std::string(kEmptiedFound),
                         listing.Table(),
                         "it is empty, though " + std::to_string(known.offset) +
                             " records were read and stored; --repair makes the ingester read the "
                             "listing again",
                         "tables"});
      repair.cursors.read_again = "found by verify: the table was emptied";
      return Ok();
    }
    auto found = FindLedgerHoles(tools_.tables, known, listing, stop);
    if (!found) return std::move(found).error();
    repair.holes = std::move(*found);
    repair.ranges = known.ranges;
    ReportHoles(repair.holes, findings);
    if (!known.has_begun) {
      findings.AddNote({"no ingester",
                        std::string(listing.names().ingester),
                        "nothing was read into these streams by an ingester, so rows and cursors "
                        "were not looked at",
                        "streams"});
      return Ok();
    }
    RowCheck row_check(tools_.tables, listing, facts.read_at, stop);
    if (auto status = row_check.Check(known.rows, findings, repair.rows); !status) return status;
    return CheckCursors(
        {tools_.tables, tools_.streams, listing}, known, findings, repair.cursors, stop);
  };
  auto status = check(options_.markets, facts.markets, plan.markets);
  return status ? check(options_.events, facts.events, plan.events) : status;
}

Status Verification::Sample(const Facts& facts,
                            Findings& findings,
                            RepairPlan& plan,
                            const std::stop_token& stop) {
  if (options_.sample == 0) return Ok();
  auto status = tools_.markets_sample->Check(options_.markets,
                                             facts.markets.newest_id,
                                             options_.sample,
                                             findings,
                                             plan.markets.rows,
                                             stop);
  if (!status) return status;
  return tools_.events_sample->Check(
      options_.events, facts.events.newest_id, options_.sample, findings, plan.events.rows, stop);
}

}  // namespace polyhouse
