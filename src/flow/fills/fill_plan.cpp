#include "flow/fills/fill_plan.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace polyhouse {
namespace {

constexpr std::uint64_t kSamples = 12;

/// The `offset`-th of the blocks to read and those behind it, at most `most`.
BlockRange RangeAt(std::span<const BlockRange> to_read, std::uint64_t offset, std::uint64_t most) {
  for (const BlockRange& range : to_read) {
    if (offset >= range.size()) {
      offset -= range.size();
      continue;
    }
    const std::uint64_t from = range.from + offset;
    return {from, std::min(range.to, from + most - 1)};
  }
  return to_read.back();
}

/// What was read so far.
class Sample {
 public:
  void Add(const FetchedRange& fetched) {
    ++ranges_;
    blocks_ += fetched.range.size();
    requests_ += fetched.requests;
    bytes_ += fetched.bytes;
    took_ms_ += static_cast<double>(fetched.took.count());
    const double rate =
        static_cast<double>(fetched.fills.size()) / static_cast<double>(fetched.range.size());
    sum_ += rate;
    squares_ += rate * rate;
  }

  FillPlan Extrapolate(std::uint64_t blocks) const {
    const auto all = static_cast<double>(blocks);
    const auto ranges = static_cast<double>(ranges_);
    const auto sampled = static_cast<double>(blocks_);
    FillPlan plan{.blocks = blocks, .sampled_blocks = blocks_};
    const double mean = sum_ / ranges;
    const double variance = std::max(0.0, squares_ / ranges - mean * mean);
    plan.fills = mean * all;
    if (mean > 0) plan.margin = 2 * std::sqrt(variance / ranges) / mean;
    plan.requests = std::ceil(all * static_cast<double>(requests_) / sampled);
    plan.received_bytes = all * static_cast<double>(bytes_) / sampled;
    plan.request_ms = took_ms_ / static_cast<double>(requests_);
    return plan;
  }

 private:
  std::uint64_t ranges_ = 0;
  std::uint64_t blocks_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t bytes_ = 0;
  double took_ms_ = 0;
  double sum_ = 0;  ///< Of fills a block.
  double squares_ = 0;
};

/// A range, in the size that the nodes let through.
Result<FetchedRange> ReadSome(ChainSource& chain,
                              BlockRange range,
                              RangeSize& size,
                              const std::stop_token& stop) {
  while (true) {
    range.to = std::min(range.to, range.from + size.size() - 1);
    auto fetched = chain.Fetch(range, stop);
    if (fetched || !fetched.error().too_much || range.size() == 1) return fetched;
    size.Refused(range.size());
  }
}

}  // namespace

Result<FillPlan> PlanFills(ChainSource& chain,
                           std::span<const BlockRange> to_read,
                           const FillPlanOptions& options,
                           const std::stop_token& stop) {
  std::uint64_t blocks = 0;
  for (const BlockRange& range : to_read) blocks += range.size();
  if (blocks == 0) return FillPlan{};
  RangeSize size(options.most_blocks);
  Sample sample;
  const std::uint64_t samples = std::min(kSamples, (blocks - 1) / options.most_blocks + 1);
  for (std::uint64_t i = 0; i < samples; ++i) {
    const std::uint64_t offset = blocks / samples * i;
    const auto fetched = ReadSome(chain, RangeAt(to_read, offset, options.most_blocks), size, stop);
    if (!fetched) return fetched.error();
    sample.Add(*fetched);
  }
  FillPlan plan = sample.Extrapolate(blocks);
  plan.requests_per_second = options.walkers * 1'000.0 / std::max(0.1, plan.request_ms);
  if (options.requests_per_second > 0) {
    plan.requests_per_second = std::min(plan.requests_per_second, options.requests_per_second);
  }
  plan.seconds = plan.requests / plan.requests_per_second;
  return plan;
}

}  // namespace polyhouse
