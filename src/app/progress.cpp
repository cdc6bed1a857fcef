#include "app/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/clock.h"

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kRepaint{250};
/// Before this share is done, an estimate of the rest would be a guess.
constexpr double kMinShare = 0.02;

}  // namespace

std::string Amount(std::uint64_t number, std::string_view what) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits + " " + std::string(what);
}

std::string TimeLeft(double share, std::chrono::milliseconds elapsed) {
  if (share < kMinShare || share >= 1) return {};
  const auto seconds =
      static_cast<long>(static_cast<double>(elapsed.count()) / 1000 * (1 - share) / share);
  if (seconds < 60) return ", about " + std::to_string(seconds + 1) + " s left";
  return ", about " + std::to_string(seconds / 60 + 1) + " min left";
}

std::string ProgressLine(const telemetry::Counts& counts, std::chrono::milliseconds elapsed) {
  std::uint64_t pages = 0;
  std::uint64_t records = 0;
  double share = 1;
  for (const auto& [name, ingester] : counts.ingesters) {
    pages += ingester.pages;
    records += ingester.records;
    share = std::min(share, ingester.backfill_share);
  }
  std::uint64_t rows = 0;
  for (const auto& [name, table] : counts.tables) rows += table.rows;
  const auto rate =
      rows * 1000 / static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed.count(), 1));
  return Amount(pages, "pages") + ", " + Amount(records, "records read") + ", " +
         Amount(rows, "rows stored") + ", " + Amount(rate, "rows/s") + TimeLeft(share, elapsed);
}

Progress::Progress(telemetry::Log& log, const telemetry::PipelineEvents& events)
    : Progress(log, [&events](std::chrono::milliseconds elapsed) {
        return ProgressLine(events.Snapshot(), elapsed);
      }) {}

Progress::Progress(telemetry::Log& log, Line line) : log_(log), line_(std::move(line)) {
  if (isatty(STDERR_FILENO) == 0) return;
  painter_ = std::jthread([this](std::stop_token done) {
    SystemClock clock;
    const auto started = SteadyNow();
    while (!done.stop_requested()) {
      const auto elapsed =
          std::chrono::duration_cast<std::chrono::milliseconds>(SteadyNow() - started);
      log_.SetStatusLine(line_(elapsed));
      clock.SleepFor(kRepaint, done);
    }
    log_.SetStatusLine("");
  });
}

Progress::~Progress() = default;

}  // namespace polyhouse
