#include "flow/listing/backfill_plan.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/clock.h"
#include "flow/retrier.h"

namespace polyhouse {
namespace {

constexpr std::uint64_t kWindows = 10;
/// Of one question: a single bad answer is no reason to give up.
constexpr int kAttempts = 5;
constexpr std::size_t kMostIds = 100;
/// First and last pages of ranges that are not full: measured on listings of 20,000 to 200,000.
constexpr std::uint64_t kExtraPerWalker = 6;

/// Asks and measures.
class Asker {
 public:
  Asker(Listing& listing, std::uint64_t version, std::stop_token stop)
      : listing_(listing), version_(version), stop_(std::move(stop)) {}

  Result<ListingPage> Ask(PageRequest request) {
    const auto ask = [&] {
      request.version = version_++;
      const auto started = SteadyNow();
      auto page = listing_.Fetch(request, stop_);
      const std::chrono::duration<double, std::milli> took = SteadyNow() - started;
      if (page) took_.push_back(took.count());
      return page;
    };
    return TryTimes(kAttempts, ask, stop_);
  }

  double MedianMs() {
    if (took_.empty()) return 0;
    const auto middle = took_.begin() + static_cast<std::ptrdiff_t>(took_.size() / 2);
    std::nth_element(took_.begin(), middle, took_.end());
    return *middle;
  }

 private:
  Listing& listing_;
  std::uint64_t version_;
  std::stop_token stop_;
  std::vector<double> took_;
};

Result<std::uint64_t> CountOf(Asker& asker, OpenState half, const std::vector<std::string>& ids) {
  const auto page = asker.Ask({.state = half, .ids = ids});
  if (!page) return page.error();
  for (const ListedRow& row : page->rows) {
    if (std::find(ids.begin(), ids.end(), row.id) == ids.end()) {
      return RejectedError("the API ignores the ids it was asked for, so nothing can be estimated");
    }
  }
  return page->records();
}

Result<std::uint64_t> NewestId(Asker& asker) {
  std::uint64_t newest = 0;
  for (const OpenState half : {OpenState::kOpen, OpenState::kClosed}) {
    const auto page = asker.Ask({.state = half, .order = ListingOrder::kNewestFirst});
    if (!page) return page.error();
    for (const ListedRow& row : page->rows) newest = std::max(newest, IdNumber(row.id));
  }
  return newest;
}

/// Two standard errors of the sum that is estimated from these counts, as a share of it.
double MarginOf(const std::vector<double>& counts) {
  const double n = static_cast<double>(counts.size());
  const double mean = std::accumulate(counts.begin(), counts.end(), 0.0) / n;
  if (mean == 0 || n < 2) return 0;
  double squares = 0;
  for (const double count : counts) squares += (count - mean) * (count - mean);
  return 2 * std::sqrt(squares / (n - 1) / n) / mean;
}

}  // namespace

Result<BackfillPlan> PlanBackfill(Listing& listing,
                                  const BackfillPlanOptions& options,
                                  std::uint64_t version,
                                  std::stop_token stop) {
  BackfillPlan plan;
  Asker asker(listing, version, std::move(stop));
  const auto newest = NewestId(asker);
  if (!newest) return newest.error();
  plan.newest_id = *newest;
  const std::uint64_t window = std::min(kMostIds, options.page_size);
  std::uint64_t open = 0;
  std::uint64_t closed = 0;
  std::vector<double> counts;
  const std::uint64_t step = std::max(window, plan.newest_id / kWindows);
  for (std::uint64_t start = 1; start <= plan.newest_id; start += step) {
    std::vector<std::string> ids;
    for (std::uint64_t id = start; id < start + window && id <= plan.newest_id; ++id) {
      ids.push_back(std::to_string(id));
    }
    const auto open_here = CountOf(asker, OpenState::kOpen, ids);
    if (!open_here) return open_here.error();
    const auto closed_here = CountOf(asker, OpenState::kClosed, ids);
    if (!closed_here) return closed_here.error();
    open += *open_here;
    closed += *closed_here;
    plan.sampled_ids += ids.size();
    counts.push_back(static_cast<double>(*open_here + *closed_here));
  }
  const auto all = [&](std::uint64_t found) {
    if (plan.sampled_ids == 0) return std::uint64_t{0};
    return static_cast<std::uint64_t>(
        std::llround(static_cast<double>(found) * static_cast<double>(plan.newest_id) /
                     static_cast<double>(plan.sampled_ids)));
  };
  plan.open = all(open);
  plan.closed = all(closed);
  plan.margin = MarginOf(counts);
  const std::uint64_t records = plan.open + plan.closed;
  const std::uint64_t left = records > options.read_before ? records - options.read_before : 0;
  plan.requests = left / options.page_size + 1 + options.walkers * kExtraPerWalker;
  plan.answer_ms = asker.MedianMs();
  const double by_latency = options.walkers * 1000.0 / std::max(1.0, plan.answer_ms);
  plan.requests_per_second = options.requests_per_second > 0
                                 ? std::min(options.requests_per_second, by_latency)
                                 : by_latency;
  plan.seconds = static_cast<double>(plan.requests) / plan.requests_per_second;
  return plan;
}

}  // namespace polyhouse
