#include "app/streams.h"

#include "app/embedded_streams.h"

namespace polyhouse {

Result<std::unique_ptr<Streams>> Streams::Open(const Environment& environment,
                                               const std::vector<std::string>& roles) {
  return OpenEmbeddedStreams(environment, roles);
}

}  // namespace polyhouse
