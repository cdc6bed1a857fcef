#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "app/environment.h"

namespace polyhouse {

/// What to do while a server does not answer.
enum class Patience {
  kFail,     ///< Say so: a person waits.
  kAWhile,   ///< Try again for the setting schema.retry_for.
  kForever,  ///< Try again with growing pauses: a role outlives its server.
};

/// Whom to wait for: "Redis" or "ClickHouse", and how long.
struct AwaitedServer {
  std::string_view name;
  Patience patience = Patience::kFail;
};

/// Does `work`, which needs the server; with patience again and again while its errors are
/// transient. Other errors come out, and kStopping when `stop` was requested during a pause.
Status WaitForServer(const Environment& environment,
                     AwaitedServer server,
                     const std::function<Status()>& work,
                     std::stop_token stop);

}  // namespace polyhouse
