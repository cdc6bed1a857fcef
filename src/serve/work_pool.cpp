#include "serve/work_pool.h"

#include <utility>

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kLookAround{100};

}  // namespace

WorkPool::WorkPool(std::size_t threads, std::chrono::milliseconds patience) : patience_(patience) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this](std::stop_token stop) { Run(std::move(stop)); });
  }
  late_ = std::jthread([this](const std::stop_token& stop) { TellLate(stop); });
}

void WorkPool::TellLate(const std::stop_token& stop) {
  SystemClock clock;
  while (!stop.stop_requested()) {
    clock.SleepFor(kLookAround, stop);
    std::vector<Work> late;
    {
      const std::lock_guard lock(mutex_);
      while (!waiting_.empty() && SteadyNow() - waiting_.front().since > patience_) {
        late.push_back(std::move(waiting_.front().work));
        waiting_.pop_front();
      }
    }
    for (const Work& work : late) work(true);
  }
}

void WorkPool::Finish() {
  late_.request_stop();
  if (late_.joinable()) late_.join();
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
  std::deque<Waiting> left;
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    left.swap(waiting_);
  }
  for (const Waiting& waiting : left) waiting.work(true);
}

void WorkPool::Add(Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (!finished_) {
      waiting_.push_back({SteadyNow(), std::move(work)});
      changed_.notify_one();
      return;
    }
  }
  work(true);
}

void WorkPool::Run(std::stop_token stop) {
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [&] { return !waiting_.empty(); });
    if (stop.stop_requested()) return;
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    next.work(SteadyNow() - next.since > patience_);
  }
}

}  // namespace polyhouse
