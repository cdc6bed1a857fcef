#pragma once

#include <stop_token>

#include "base/stop_request.h"

namespace polyhouse {

/// Requests a stop when either of two does.
class EitherStop {
 public:
  EitherStop(const std::stop_token& one, const std::stop_token& other)
      : on_one_(one, StopRequest{source_}), on_other_(other, StopRequest{source_}) {}

  std::stop_source& source() { return source_; }
  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::stop_callback<StopRequest> on_one_;
  std::stop_callback<StopRequest> on_other_;
};

}  // namespace polyhouse
