#include "flow/response_class.h"

#include <algorithm>

namespace polyhouse {
namespace {

/// Blocks are lifted after minutes, not after a backoff's first step.
constexpr std::chrono::seconds kBlockedWait{5};

std::string Excerpt(const std::string& body) {
  constexpr std::size_t kShown = 160;
  std::string shown = body.substr(0, kShown);
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return shown;
}

}  // namespace

Status ClassifyResponse(const HttpResponse& response) {
  const int status = response.status;
  if (status == 200) return Ok();
  const std::string message =
      "the API answered HTTP " + std::to_string(status) + ": " + Excerpt(response.body);
  if (status == 401 || status == 403) {
    return Error{ErrorKind::kTransient, message, response.retry_after.value_or(kBlockedWait)};
  }
  if (status == 408 || status == 425 || status == 429 || status >= 500) {
    return Error{ErrorKind::kTransient, message, response.retry_after};
  }
  return RejectedError(message);
}

}  // namespace polyhouse
