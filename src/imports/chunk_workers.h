#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/result.h"
#include "imports/chunk_reader.h"

namespace polyhouse {

/// Threads that store chunks while the next is read. The first failure stops all.
class ChunkWorkers {
 public:
  /// Stores one chunk; `worker` counts from 0. Called on the workers' threads.
  using Work = std::function<Status(const Chunk& chunk, std::size_t worker, std::stop_token stop)>;

  ChunkWorkers(std::size_t workers, Work work, std::stop_token stop);
  ~ChunkWorkers();
  ChunkWorkers(const ChunkWorkers&) = delete;
  ChunkWorkers& operator=(const ChunkWorkers&) = delete;

  /// Waits until a worker is free to take it. False when there is no use any more.
  bool Give(Chunk chunk);
  /// Waits until everything is stored. The first failure, or kStopping.
  Status Finish();

 private:
  void Run(std::size_t worker);

  Work work_;
  std::stop_source stop_;  ///< Of the work: the caller's stop, or a failure.
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Chunk> waiting_;
  bool is_last_ = false;
  std::size_t idle_ = 0;
  std::optional<Error> failure_;
  std::stop_callback<std::function<void()>> on_stop_;
  std::vector<std::jthread> threads_;
};

}  // namespace polyhouse
