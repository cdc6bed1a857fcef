#pragma once

#include "base/result.h"
#include "ports/http_client.h"

namespace polyhouse {

/// What an answer of a listing means by its status, before its body is read. Success: read it as a
/// page. kRejected: 400 and 422, with which the API refuses a cursor or a parameter. kTransient:
/// any other status: 408, 425, 429, 5xx, 401 and 403, which is how Cloudflare blocks a client for a
/// while, and those that say nothing about the request, such as the 404 of a wrong URL.
Status ClassifyResponse(const HttpResponse& response);

}  // namespace polyhouse
