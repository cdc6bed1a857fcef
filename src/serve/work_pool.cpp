#include "serve/work_pool.h"

#include <utility>

namespace polyhouse {

WorkPool::WorkPool(std::size_t threads, std::chrono::milliseconds patience) : patience_(patience) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this](std::stop_token stop) { Run(std::move(stop)); });
  }
}

void WorkPool::Finish() {
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
