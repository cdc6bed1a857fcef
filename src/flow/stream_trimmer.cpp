#include "flow/stream_trimmer.h"

namespace polyhouse {

StreamTrimmer::StreamTrimmer(StreamAdmin& admin,
                             StreamName stream,
                             telemetry::PipelineEvents& events)
    : admin_(admin), stream_(std::move(stream)), events_(events) {
  thread_ = std::jthread([this](std::stop_token stop) { Run(std::move(stop)); });
}

StreamTrimmer::~StreamTrimmer() {
  thread_.request_stop();
  thread_.join();
  Trim();
}

void StreamTrimmer::Wake() {
  {
    const std::lock_guard lock(mutex_);
    due_ = true;
  }
  woken_.notify_one();
}

void StreamTrimmer::Run(std::stop_token stop) {
  while (true) {
    std::unique_lock lock(mutex_);
    if (!woken_.wait(lock, stop, [this] { return due_; })) return;
    due_ = false;
    lock.unlock();
    Trim();
  }
}

void StreamTrimmer::Trim() {
  const auto removed = admin_.Trim(stream_);
  if (removed) events_.EntriesTrimmed(stream_.value(), *removed);
}

}  // namespace polyhouse
