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

Result<Config> ToolConfig(const Environment& environment,
                          std::string_view tool,
                          std::stop_token stop) {
  Config config = environment.config;
  if (!HasRedis(config)) return config;
  const auto streams = Streams::Open(environment, {}, std::move(stop));
  if (!streams) return streams.error();
  config.consumer = (*streams)->consumer() + "-" + std::string(tool);
  return config;
}

}  // namespace polyhouse
