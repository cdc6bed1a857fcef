#include "engine/wall.h"

#include "engine/landlock.h"
#include "engine/system_calls.h"

namespace polyhouse::engine {

std::optional<std::string> BuildWall(const std::string& tables_dir) {
  // The engine looks up in /sys how much memory its container has.
  const auto files = EnterLandlock({.own = {tables_dir}, .readable = {"/sys/fs/cgroup"}});
  const auto calls = ForbidSystemCalls();
  if (files && calls) return std::nullopt;
  if (files) return calls.error().message;
  return files.error().message + (calls ? "" : "; " + calls.error().message);
}

}  // namespace polyhouse::engine
