#include "app/dashboard/quality_page.h"

#include "app/dashboard/envelope.h"
#include "app/progress.h"
#include "base/number_text.h"
#include "base/split.h"
#include "checks/fill_check.h"
#include "codec/timestamp.h"
#include "flow/fills/fill_store.h"
#include "flow/listing/listings.h"
#include "flow/state_keys.h"
#include "pages/page_question.h"

namespace polyhouse {
namespace {

constexpr std::chrono::seconds kFresh{10};

/// How complete a source is, in words.
struct Completeness {
  std::string_view state = "good";
  std::string say;
  std::string proved_at;  ///< Empty: not yet.
  std::string holes = "[]";
  std::string command;
};

Completeness OfListing(const StatusFacts& facts, const IngesterNames& names) {
  Completeness of;
  const std::string proof = StateOf(facts, names, kProofState);
  const std::string backfill = BackfillText(facts, names);
  if (const auto at = Split(proof, ' '); !at.empty() && ParseApiTime(at[0])) of.proved_at = at[0];
  if (proof.ends_with("wrong")) {
    of.state = "bad";
    of.say = "wanting: " + proof;
    of.command = "polyhouse verify --repair";
  } else if (backfill != "done") {
    of.state = "idle";
    of.say = backfill;
  } else {
    of.say = proof.empty() ? "read to its end, not proved yet" : "complete: proved " + proof;
    if (proof.empty()) of.command = "polyhouse verify";
  }
  return of;
}

Completeness OfChain(const StatusFacts& facts, const ChainTable& table) {
  Completeness of;
  const auto fills = FillFactsOf(facts.states, table);
  if (!fills) {
    of.state = "bad";
    of.say = fills.error().message;
    of.command = "polyhouse verify";
    return of;
  }
  for (std::size_t i = 1; i < fills->read.size(); ++i) {
    of.holes.pop_back();
    of.holes += of.holes.size() > 1 ? ",{" : "{";
    AppendField(of.holes, "from", std::to_string(fills->read[i - 1].to + 1));
    AppendField(of.holes, "to", std::to_string(fills->read[i].from - 1));
    AppendField(of.holes, "note", "not read yet");
    of.holes += "}]";
  }
  of.say = fills->unread == 0 ? "complete from block " + std::to_string(fills->read.front().from) +
                                    " to " + std::to_string(fills->read.back().to)
                              : Amount(fills->unread, "blocks are not read yet");
  if (fills->unread > 0) of.state = "idle";
  return of;
}

std::string SourceJson(std::string_view name, const Completeness& of, const std::string& days) {
  std::string json = "{";
  AppendField(json, "name", name);
  AppendField(json, "state", of.state);
  AppendField(json, "say", of.say);
  if (of.proved_at.empty()) {
    json += ",\"proved_at\":null";
  } else {
    AppendField(json, "proved_at", of.proved_at);
  }
  json += ",\"holes\":" + of.holes;
  AppendField(json, "command", of.command);
  return json + ",\"days\":" + (days.empty() ? "[]" : days) + "}";
}

std::uint64_t DeadLettersOf(const StatusFacts& facts) {
  std::uint64_t dead = 0;
  for (const StreamOverview& stream : facts.streams) dead += stream.dead_letters;
  return dead;
}

}  // namespace

bool QualityPage::Read(const char* sql, JsonByName& answer, const std::stop_token& stop) const {
  std::string text;
  const TableQuestion question{
      .sql = PageSql(sql),
      .settings = {{"default_format", "TSVRaw"}, {"max_execution_time", "3"}},
      .on_data = [&](std::string_view data) {
        text += data;
        return true;
      }};
  if (!ask_(question, stop)) return false;
  answer.clear();
  for (const std::string& line : Split(text, '\n')) {
    const auto tab = line.find('\t');
    if (tab != std::string::npos) answer[line.substr(0, tab)] = line.substr(tab + 1);
  }
  return true;
}

QualityPage::Known QualityPage::KnownOf(const std::stop_token& stop) {
  const std::lock_guard lock(mutex_);
  if (asked_ != SteadyTime{} && SteadyNow() - asked_ < kFresh) return known_;
  if (!Read("ledger_days", known_.days, stop)) return known_;
  // A server's tables may be older than runs are kept.
  (void)Read("check_runs", known_.runs, stop);
  asked_ = SteadyNow();
  return known_;
}

WebAnswer QualityPage::Show(const StatusFacts& facts, const std::stop_token& stop) {
  Known known = KnownOf(stop);
  std::string json = "{\"sources\":[";
  const auto add = [&](const IngesterNames& names, const Completeness& of) {
    json += (json.ends_with('[') ? "" : ",") +
            SourceJson(names.ingester, of, known.days[std::string(names.source)]);
  };
  for (const ListingType* listing : Listings())
    add(listing->names, OfListing(facts, listing->names));
  for (const ChainTable& table : {kFillTable, kActionTable}) {
    const auto fills = FillFactsOf(facts.states, table);
    if (!fills || !fills->read.empty()) add(table.names(), OfChain(facts, table));
  }
  json += "]";
  for (const std::string sort : {"verify", "reconcile"}) {
    const std::string& runs = known.runs[sort];
    json += ",\"" + sort + "\":" + (runs.empty() ? "[]" : runs);
  }
  return EnvelopeOf(json + ",\"dead\":" + std::to_string(DeadLettersOf(facts)) + "}", facts.time);
}

std::string QualityNews(const StatusFacts& facts) {
  const auto fills = FillFactsOf(facts.states, kFillTable);
  const std::size_t holes = fills && fills->read.size() > 1 ? fills->read.size() - 1 : 0;
  std::string json = "{";
  AppendField(json, "as_of", FormatTime(facts.time));
  return json + ",\"holes\":" + std::to_string(holes) +
         ",\"dead\":" + std::to_string(DeadLettersOf(facts)) +
         ",\"verify\":null,\"reconcile\":null";
}

}  // namespace polyhouse
