#include "base/result.h"

namespace polyhouse {

std::string_view ToString(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kTransient:
      return "transient";
    case ErrorKind::kRejected:
      return "rejected";
    case ErrorKind::kMalformed:
      return "malformed";
    case ErrorKind::kConfig:
      return "config";
    case ErrorKind::kStopping:
      return "stopping";
  }
  return "unknown";
}

Error Error::WithContext(std::string_view context) && {
  message = std::string(context) + ": " + message;
  return std::move(*this);
}

Error TransientError(std::string message) {
  return {ErrorKind::kTransient, std::move(message)};
}
Error RejectedError(std::string message) {
  return {ErrorKind::kRejected, std::move(message)};
}
Error MalformedError(std::string message) {
  return {ErrorKind::kMalformed, std::move(message)};
}
Error ConfigError(std::string message) {
  return {ErrorKind::kConfig, std::move(message)};
}
Error StoppingError() {
  return {ErrorKind::kStopping, "Shutdown was requested."};
}

}  // namespace polyhouse
