#include "imports/chunk_workers.h"

#include <utility>

namespace polyhouse {

ChunkWorkers::ChunkWorkers(std::size_t workers, Work work, std::stop_token stop)
    : work_(std::move(work)), on_stop_(std::move(stop), [this] { stop_.request_stop(); }) {
  for (std::size_t i = 0; i < workers; ++i) threads_.emplace_back([this, i] { Run(i); });
}

ChunkWorkers::~ChunkWorkers() {
  stop_.request_stop();
}

bool ChunkWorkers::Give(Chunk chunk) {
  std::unique_lock lock(mutex_);
  // Only to a worker that is free: what waits is memory.
  const bool is_free =
      changed_.wait(lock, stop_.get_token(), [&] { return !waiting_ && idle_ > 0; });
  if (!is_free) return false;
  waiting_ = std::move(chunk);
  changed_.notify_all();
  return true;
}

Status ChunkWorkers::Finish() {
  {
    const std::lock_guard lock(mutex_);
    is_last_ = true;
  }
  changed_.notify_all();
  threads_.clear();
  if (failure_) return *failure_;
  return stop_.stop_requested() ? Status(StoppingError()) : Ok();
}

void ChunkWorkers::Run(std::size_t worker) {
  const std::stop_token stop = stop_.get_token();
  for (;;) {
    std::unique_lock lock(mutex_);
    ++idle_;
    changed_.notify_all();
    changed_.wait(lock, stop, [&] { return waiting_ || is_last_; });
    --idle_;
    if (stop.stop_requested() || !waiting_) return;
    const Chunk chunk = std::move(*std::exchange(waiting_, std::nullopt));
    lock.unlock();
    const Status status = work_(chunk, worker, stop);
    if (status) continue;
    lock.lock();
    if (!failure_) failure_ = status.error();
    stop_.request_stop();
    return;
  }
}

}  // namespace polyhouse
