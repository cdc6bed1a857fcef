#pragma once

#include <stop_token>

namespace polyhouse {

/// Requests a stop of its source when a std::stop_callback calls it.
struct StopRequest {
  std::stop_source source;
  void operator()() { source.request_stop(); }
};

}  // namespace polyhouse
