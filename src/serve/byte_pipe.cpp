#include "serve/byte_pipe.h"

#include <algorithm>
#include <utility>

namespace polyhouse {

void BytePipe::WakeReader() {
  if (std::exchange(paused_, false) && resume_) resume_();
}

bool BytePipe::Write(std::string_view bytes) {
  std::unique_lock lock(mutex_);
  drained_.wait(lock, [&] { return closed_ || bytes_.size() - read_ < kRoom; });
  if (closed_) return false;
  bytes_ += bytes;
  WakeReader();
  return true;
}

void BytePipe::End() {
  const std::lock_guard lock(mutex_);
  if (at_end_ == State::kNothingYet) at_end_ = State::kEnd;
  WakeReader();
}

void BytePipe::Break() {
  const std::lock_guard lock(mutex_);
  if (at_end_ == State::kNothingYet) at_end_ = State::kBroken;
  WakeReader();
}

BodySource::Piece BytePipe::Read(char* buffer,
                                 std::size_t room,
                                 const std::function<void()>& pause) {
  const std::lock_guard lock(mutex_);
  if (closed_) return {State::kBroken};
  const std::size_t size = std::min(room, bytes_.size() - read_);
  if (size > 0) {
    std::copy_n(bytes_.data() + read_, size, buffer);
    read_ += size;
    if (read_ == bytes_.size() || read_ >= kRoom) {
      bytes_.erase(0, read_);
      read_ = 0;
    }
    drained_.notify_one();
    return {State::kMore, size};
  }
  if (at_end_ != State::kNothingYet) return {at_end_};
  paused_ = true;
  pause();
  return {State::kNothingYet};
}

void BytePipe::Bind(std::function<void()> resume) {
  const std::lock_guard lock(mutex_);
  resume_ = std::move(resume);
}

void BytePipe::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  drained_.notify_all();
  WakeReader();
}

}  // namespace polyhouse
