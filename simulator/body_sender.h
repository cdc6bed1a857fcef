#pragma once

#include <cstddef>
#include <stop_token>
#include <string>

#include "response.h"

namespace polyhouse {

enum class BodyState { kMore, kEnd, kBroken };

/// The next bytes of a body, or that there are none.
struct BodyPart {
  BodyState state = BodyState::kMore;
  std::size_t size = 0;
};

/// Hands a body out in parts, in the response's manner of delivery: it may stop half-way or take
/// its time.
class BodySender final {
 public:
  /// `response` outlives the sender; `socket` is watched for the client giving up.
  BodySender(Response& response, int socket, std::stop_token stop)
      : response_(response), socket_(socket), stop_(std::move(stop)) {}

  /// Fills at most `room` bytes of `buffer`. Blocks as long as the delivery wants it to.
  BodyPart Next(char* buffer, std::size_t room);

 private:
  BodyPart NextStreamed(char* buffer, std::size_t room);
  BodyPart Copy(char* buffer, std::size_t size);
  void WaitForClientToGiveUp();
  void Pause();

  Response& response_;
  int socket_;
  std::stop_token stop_;
  std::size_t sent_ = 0;
  bool has_more_ = true;
};

}  // namespace polyhouse
