#pragma once

#include "base/result.h"
#include "ports/http_client.h"

namespace polyhouse {

/// What an answer of a listing means by its status, before its body is read. Success: read it as a
/// page. kRejected: 400 and 422, with which the API refuses a cursor or a parameter. kTransient:
/// any other status: 408, 425, 429, 5xx, 401 and 403, which is how Cloudflare blocks a client for a
/// while, and those that say nothing about the request, such as the 404 of a wrong URL.
Status ClassifyResponse(const HttpResponse& response);

/// Whether this answer to a question for one record says that there is none: a 404 with a JSON
/// object. Another body, such as HTML or "404 page not found", is of something in front of the API
/// and says nothing about the record.
bool SaysNotFound(const HttpResponse& response);

}  // namespace polyhouse
