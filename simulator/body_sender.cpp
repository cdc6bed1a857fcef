#include "body_sender.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "base/clock.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kLongestStall{120};
constexpr milliseconds kStopCheck{100};
constexpr std::size_t kSlowParts = 20;
constexpr milliseconds kSlowPause{50};

}  // namespace

BodyPart BodySender::Next(char* buffer, std::size_t room) {
  if (response_.more) return NextStreamed(buffer, room);
  const std::size_t size = response_.body.size();
  const bool stops_halfway =
      response_.delivery == Delivery::kCut || response_.delivery == Delivery::kStall;
  const std::size_t end = stops_halfway ? size / 2 : size;
  if (sent_ >= end) {
    if (response_.delivery == Delivery::kStall) WaitForClientToGiveUp();
    return {stops_halfway ? BodyState::kBroken : BodyState::kEnd, 0};
  }
  std::size_t part = std::min(room, end - sent_);
  if (response_.delivery == Delivery::kSlow) {
    if (sent_ > 0) Pause();
    part = std::min(part, size / kSlowParts + 1);
  }
  return Copy(buffer, part);
}

BodyPart BodySender::NextStreamed(char* buffer, std::size_t room) {
  while (sent_ == response_.body.size()) {
    if (!has_more_) return {BodyState::kEnd, 0};
    response_.body.clear();
    sent_ = 0;
    has_more_ = response_.more(response_.body);
  }
  return Copy(buffer, std::min(room, response_.body.size() - sent_));
}

BodyPart BodySender::Copy(char* buffer, std::size_t size) {
  std::memcpy(buffer, response_.body.data() + sent_, size);
  sent_ += size;
  return {BodyState::kMore, size};
}

void BodySender::WaitForClientToGiveUp() {
  const auto deadline = SteadyNow() + kLongestStall;
  while (SteadyNow() < deadline && !stop_.stop_requested()) {
    pollfd watched{socket_, POLLRDHUP, 0};
    if (poll(&watched, 1, static_cast<int>(kStopCheck.count())) > 0) return;
  }
}

void BodySender::Pause() {
  SystemClock clock;
  clock.SleepFor(kSlowPause, stop_);
}

}  // namespace polyhouse
