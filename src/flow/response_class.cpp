#include "flow/response_class.h"

#include "base/one_line.h"

namespace polyhouse {
namespace {

/// Blocks are lifted after minutes, not after a backoff's first step.
constexpr std::chrono::seconds kBlockedWait{5};

/// As much of a foreign body as a log line should hold.
constexpr std::size_t kShown = 160;

}  // namespace

bool SaysNotFound(const HttpResponse& response) {
  const auto begin = response.body.find_first_not_of(" \t\r\n");
  return response.status == 404 && begin != std::string::npos && response.body[begin] == '{';
}

Status ClassifyResponse(const HttpResponse& response) {
  const int status = response.status;
  if (status == 200) return Ok();
  const std::string message =
      "the API answered HTTP " + std::to_string(status) + ": " + OneLine(response.body, kShown);
  if (status == 401 || status == 403) {
    return Error{ErrorKind::kTransient, message, response.retry_after.value_or(kBlockedWait)};
  }
  if (status == 408 || status == 425 || status == 429 || status >= 500) {
    return Error{ErrorKind::kTransient, message, response.retry_after};
  }
  // Of what was asked for the API refuses a cursor, a parameter or an offset with these.
  if (status == 400 || status == 422) return RejectedError(message);
  return TransientError(message + " (if this goes on, check --gamma-url)");
}

}  // namespace polyhouse
