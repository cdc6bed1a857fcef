#include "flow/write/stream_trimmer.h"

#include "base/clock.h"

namespace polyhouse {
namespace {

constexpr std::chrono::seconds kSaveInterval{3};

}  // namespace

StreamTrimmer::StreamTrimmer(StreamAdmin& admin, Target target, telemetry::PipelineEvents& events)
    : admin_(admin), target_(std::move(target)), events_(events) {
  thread_ = std::jthread([this](std::stop_token stop) { Run(std::move(stop)); });
}

StreamTrimmer::~StreamTrimmer() {
  thread_.request_stop();
  thread_.join();
  saved_at_.reset();
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
  SavePosition();
  const auto removed = admin_.Trim(target_.stream);
  if (removed) events_.EntriesTrimmed(target_.stream.value(), *removed);
}

void StreamTrimmer::SavePosition() {
  if (target_.positions == nullptr) return;
  if (saved_at_ && SteadyNow() - *saved_at_ < kSaveInterval) return;
  const auto mark = admin_.LowWaterMark(target_.stream, target_.group);
  if (!mark || !*mark || *mark == saved_) return;
  const auto status = target_.positions->Save(target_.stream, target_.group, **mark);
  // A store that is away is asked again after the interval, not with each batch.
  saved_at_ = SteadyNow();
  if (status) saved_ = *mark;
}

}  // namespace polyhouse
