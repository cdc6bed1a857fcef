#pragma once

#include "base/result.h"
#include "ports/http_client.h"

namespace polyhouse {

/// What an answer of a listing means by its status, before its body is read. Success: read it as a
/// page. kTransient: 408, 425, 429, 5xx, and 401 and 403, which is how Cloudflare blocks a client
/// for a while. kRejected: any other status; the request itself is at fault (422: a cursor or
/// parameter it does not take).
Status ClassifyResponse(const HttpResponse& response);

}  // namespace polyhouse
