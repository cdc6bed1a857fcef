#include "flow/fills/topic_canary.h"

#include <algorithm>

#include "codec/timestamp.h"

namespace polyhouse {
namespace {

/// Half a minute of the chain.
constexpr std::uint64_t kBlocks = 15;
constexpr std::string_view kAssumption = "topics";

}  // namespace

Result<LaneProgress> TopicCanary::Step(std::stop_token stop) {
  SourceState& source = tools_.store.source();
  const auto tip = tools_.store.tip();
  if (!tip) return LaneProgress::kRound;
  const BlockRange newest{tip->block - std::min(tip->block, kBlocks - 1), tip->block};
  const auto unknown = tools_.chain.UnknownTopics(newest, std::move(stop));
  if (!unknown) return unknown.error();
  std::string finding;
  bool is_new = false;  // One kind may be there all the time, and another come.
  for (const auto& [topic, count] : *unknown) {
    finding += (finding.empty() ? "" : ", ") + std::to_string(count) + " logs of topic " + topic;
    is_new = told_.insert(topic).second || is_new;
  }
  const std::string_view ingester = source.names().ingester;
  if (finding.empty() && !broken_.empty()) tools_.events.AssumptionHolds(ingester, kAssumption);
  if (finding.empty()) told_.clear();
  if (is_new) {
    tools_.events.AssumptionBroken(
        ingester,
        kAssumption,
        finding,
        std::string(ingester) + " of an unknown kind are not read; a newer version may know them");
  }
  broken_.clear();
  std::string text = FormatTime(source.clock().Now());
  if (!finding.empty()) {
    text += "\n" + std::string(kAssumption) + ": " + finding + " in blocks " + ToText(newest);
    broken_.emplace(kAssumption, std::move(finding));
  }
  tools_.events.AssumptionsChecked(ingester, broken_);
  auto status = source.Append({.set = {{source.Key(kCanaryState), text}}});
  if (!status) return std::move(status).error();
  return LaneProgress::kRound;
}

}  // namespace polyhouse
