#include "flow/fills/fill_lanes.h"

#include <algorithm>
#include <optional>

namespace polyhouse {
namespace {

/// Blocks below the newest confirmed one whose fills are remembered, for a reorganisation that goes
/// deeper than what counts as confirmed.
constexpr std::uint64_t kRememberedBlocks = 64;

std::uint64_t Below(std::uint64_t block, std::uint64_t blocks) {
  return block - std::min(block, blocks);
}

/// What both lanes do with a range.
class RangeReader {
 public:
  RangeReader(const FillLaneTools& tools, std::string_view lane)
      : tools_(tools), lane_(lane), size_(tools.most_blocks) {}

  std::uint64_t most() const { return size_.size(); }
  const FillLaneTools& tools() const { return tools_; }

  /// Empty when that was too much at once: the next range is smaller.
  Result<std::optional<FetchedRange>> Fetch(const BlockRange& range, const std::stop_token& stop) {
    replacements_ = tools_.store.replacements();
    auto fetched = tools_.chain.Fetch(range, stop);
    if (fetched) {
      size_.Passed(range.size(), fetched->rows());
      return std::optional(std::move(*fetched));
    }
    if (fetched.error().too_much) size_.Refused(range.size());
    if (fetched.error().too_much && range.size() > 1) return std::optional<FetchedRange>();
    return std::move(fetched).error();
  }

  Status Store(FetchedRange fetched, std::uint64_t keep_from) {
    for (const BadLog& bad : fetched.bad) tools_.events.RecordDeadLettered(Name(), bad.error);
    const auto took = fetched.took;
    const auto stored = tools_.store.Store(std::move(fetched), lane_, {keep_from, replacements_});
    if (!stored) return stored.error();
    tools_.events.PageStored(Name(),
                             {.records = stored->rows + stored->bad,
                              .changed = stored->rows,
                              .dead_letters = stored->bad,
                              .took = took});
    return Ok();
  }

 private:
  telemetry::LaneName Name() const { return {tools_.store.source().names().ingester, lane_}; }

  FillLaneTools tools_;
  std::string_view lane_;
  RangeSize size_;
  std::uint64_t replacements_ = 0;  ///< Before the newest range was asked for.
};

class LiveLane final : public Lane {
 public:
  explicit LiveLane(const FillLaneTools& tools) : reader_(tools, "live") {}
  std::string_view name() const override { return "live"; }
  Status Load() override { return Ok(); }
  bool IsDone() const override { return false; }
  Status Restart() override { return Ok(); }

  Result<LaneProgress> Step(std::stop_token stop) override {
    const auto& tools = reader_.tools();
    const auto tip = tools.store.tip();
    if (!tip) return ConfigError("the fills were not prepared");
    const auto head = tools.chain.Head(stop);
    if (!head) return head.error();
    tools.events.HeadSeen(tools.store.source().names().ingester, *head);
    const std::uint64_t confirmed = Below(*head, tools.confirmations);
    if (confirmed <= tip->block) return LaneProgress::kRound;
    const BlockRange range{tip->block + 1, std::min(confirmed, tip->block + reader_.most())};
    auto fetched = reader_.Fetch(range, stop);
    if (!fetched) return std::move(fetched).error();
    if (!*fetched) return LaneProgress::kMore;
    if ((*fetched)->parent_hash != tip->hash) {
      auto status = TakeBackReplaced(tools.chain, tools.store, tools.events, stop);
      if (!status) return std::move(status).error();
      return LaneProgress::kMore;
    }
    if (auto status = reader_.Store(std::move(**fetched), Below(confirmed, kRememberedBlocks));
        !status) {
      return std::move(status).error();
    }
    return range.to < confirmed ? LaneProgress::kMore : LaneProgress::kRound;
  }

 private:
  RangeReader reader_;
};

class FillBackfillLane final : public Lane {
 public:
  explicit FillBackfillLane(const FillLaneTools& tools) : reader_(tools, "backfill") {}
  std::string_view name() const override { return "backfill"; }
  Status Load() override { return Ok(); }
  bool IsDone() const override { return reader_.tools().store.IsDone(); }
  Status Restart() override { return Ok(); }

  Result<LaneProgress> Step(std::stop_token stop) override {
    FillStore& store = reader_.tools().store;
    const auto range = store.Take(reader_.most());
    if (!range) return LaneProgress::kRound;
    auto progress = Read(*range, stop);
    store.Release(*range);
    return progress;
  }

 private:
  Result<LaneProgress> Read(const BlockRange& range, const std::stop_token& stop) {
    auto fetched = reader_.Fetch(range, stop);
    if (!fetched) return std::move(fetched).error();
    if (!*fetched) return LaneProgress::kMore;
    const auto tip = reader_.tools().store.tip();
    const std::uint64_t newest = std::max(range.to, tip ? tip->block : 0);
    if (auto status = reader_.Store(std::move(**fetched), Below(newest, kRememberedBlocks));
        !status) {
      return std::move(status).error();
    }
    return LaneProgress::kPart;
  }

  RangeReader reader_;
};

}  // namespace

Status TakeBackReplaced(ChainSource& chain,
                        FillStore& store,
                        telemetry::PipelineEvents& events,
                        const std::stop_token& stop) {
  const auto take_back = [&](const ChainTip& agreed) -> Status {
    const auto gone = store.TakeBack(agreed);
    if (!gone) return gone.error();
    events.ChainReorganised(agreed.block, *gone);
    return Ok();
  };
  // To the oldest: ranges are read in any order, so a newer one may be of the new chain already.
  std::optional<ChainTip> agreed;
  for (const ChainTip& tip : store.Remembered()) {
    const auto header = chain.Header(tip.block, stop);
    if (!header) return header.error();
    const bool is_same = *header && (*header)->hash == tip.hash;
    if (!is_same) agreed.reset();
    if (is_same && !agreed) agreed = tip;
  }
  if (agreed) return take_back(*agreed);
  // Inside the oldest range that is remembered, or deeper: all that is remembered is read again;
  // what is older stands as it was read.
  const std::uint64_t first = store.FirstRemembered().value_or(store.tip()->block);
  const std::uint64_t block = first - std::min<std::uint64_t>(first, 1);
  const auto header = chain.Header(block, stop);
  if (!header) return header.error();
  if (!*header) return TransientError("no endpoint has block " + std::to_string(block));
  return take_back({block, (*header)->hash});
}

std::unique_ptr<Lane> MakeLiveLane(const FillLaneTools& tools) {
  return std::make_unique<LiveLane>(tools);
}

std::unique_ptr<Lane> MakeFillBackfillLane(const FillLaneTools& tools) {
  return std::make_unique<FillBackfillLane>(tools);
}

}  // namespace polyhouse
