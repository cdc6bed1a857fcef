#pragma once

#include <microhttpd.h>

#include <optional>
#include <string>
#include <string_view>

#include "doors/browser_guard.h"

namespace polyhouse {

/// The socket of a connection, as SlowClients knows it; -1 when it has none.
int DescriptorOf(MHD_Connection* connection);

/// A request that is answered without a look at what it asks for.
struct RequestRefusal {
  unsigned status = 0;
  std::string sentence;
};

/// Refuses requests whose length can be read in two ways (two Content-Length headers, or one beside
/// Transfer-Encoding): what one reader takes for the body of the first, another takes for a second
/// request. So are headers whose name is followed by white space. The connection must be closed
/// after the answer.
std::optional<RequestRefusal> CheckFraming(MHD_Connection* connection);

/// What a path is for. A browser may open a page by a link on another site, and nothing else.
enum class PathUse { kData, kPage };

/// Refuses requests of web pages (browser_guard.h). `http_version`: "HTTP/1.1".
std::optional<RequestRefusal> CheckSource(MHD_Connection* connection,
                                          std::string_view http_version,
                                          const ListeningPlace& place,
                                          PathUse use = PathUse::kData);

}  // namespace polyhouse
