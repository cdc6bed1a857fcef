#pragma once

#include <string>
#include <string_view>

#include "serve/web_message.h"

namespace polyhouse {

/// Why a request of the page's JSON has no answer.
enum class WebError {
  kBadRequest,
  kUnauthorized,
  kForbidden,
  kNotFound,
  kMethod,
  kDeadline,
  kTooLarge,
  kBusy,
  kUnavailable,
};

/// {"error":{"code":…,"message":…,"hint":…}} with its status; kBusy says when to come again.
WebAnswer ErrorAnswer(WebError error, std::string_view message, std::string_view hint = {});

WebAnswer JsonAnswer(std::string json);

/// Whether a path is one of the page's, which a person opens, and no data or health.
bool IsPagePath(std::string_view path);

}  // namespace polyhouse
