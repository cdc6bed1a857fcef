#include "app/streams.h"

#include "app/embedded_streams.h"
#include "app/redis_streams.h"

namespace polyhouse {

Result<std::unique_ptr<Streams>> Streams::Open(const Environment& environment,
                                               const std::vector<std::string>& roles,
                                               std::stop_token stop) {
  if (HasRedis(environment.config)) return OpenRedisStreams(environment, roles, std::move(stop));
  return OpenEmbeddedStreams(environment, roles);
}

}  // namespace polyhouse
