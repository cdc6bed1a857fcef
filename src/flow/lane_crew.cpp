#include "flow/lane_crew.h"

#include <mutex>
#include <optional>
#include <thread>

#include "base/either_stop.h"
#include "flow/retrier.h"

namespace polyhouse {

Status LaneCrew::UntilSetBack(const std::function<Status(const std::stop_token&)>& work,
                              const std::stop_token& stop) {
  const EitherStop ending(stop, source_.set_back());
  return work(ending.token());
}

Status LaneCrew::LoadPatiently(const std::function<Status()>& load, const std::stop_token& stop) {
  return Load(load, ++next_seed_, stop);
}

Status LaneCrew::Load(const std::function<Status()>& load,
                      std::uint64_t seed,
                      const std::stop_token& stop) {
  Retrier retrier(
      {patience_, give_up_after_},
      [this](const Error& error, auto wait) { events_.ServerAway("streams", error, wait); },
      clock_,
      seed);
  auto status = retrier.Do(load, stop);
  if (status) events_.ServerBack("streams");
  if (status) return status;
  if (status.error().kind == ErrorKind::kStopping && stop.stop_requested()) return Ok();
  if (status.error().kind != ErrorKind::kTransient) return status;
  return GaveUp(std::move(status).error(), give_up_after_);
}

Status LaneCrew::RunJob(Job& job, std::uint64_t seed, const std::stop_token& stop) {
  auto status = Load([&] { return job.lane->Load(); }, ~seed, stop);
  if (!status || stop.stop_requested()) return status;
  LaneRunner runner(*job.lane, job.options, source_, events_, clock_, seed);
  return runner.Run(stop);
}

Status LaneCrew::RunAll(std::vector<Job> jobs, const std::stop_token& stop) {
  if (jobs.size() == 1) return RunJob(jobs.front(), ++next_seed_, stop);
  std::stop_source ending;
  const std::stop_callback on_stop(stop, [&] { ending.request_stop(); });
  std::mutex mutex;
  std::optional<Error> failure;
  {
    std::vector<std::jthread> threads;
    for (Job& job : jobs) {
      threads.emplace_back([&, seed = ++next_seed_] {
        auto status = RunJob(job, seed, ending.get_token());
        if (status) return;
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::move(status).error();
        ending.request_stop();
      });
    }
  }
  if (failure) return *failure;
  return Ok();
}

}  // namespace polyhouse
