#pragma once

#include <atomic>
#include <string>

#include "request.h"
#include "response.h"
#include "simulation.h"

namespace polyhouse {

/// The Gamma API: listings and lookups of markets and events.
class GammaRoutes final {
 public:
  explicit GammaRoutes(Simulation& simulation) : simulation_(simulation) {}

  /// Answers a request and writes its route's template to `route`; 404 when there is no such route.
  Response Handle(const Request& request, std::string& route);

 private:
  struct Route;

  Response Answer(const Request& request, const Route& route, const std::optional<Fault>& fault);
  Response AnswerListing(const Request& request,
                         const Route& route,
                         const std::optional<Fault>& fault);
  Response AnswerLookup(const Route& route);
  Response Misbehave(Response response, FaultKind kind);

  Simulation& simulation_;
  std::atomic<std::uint64_t> truncations_ = 0;
};

}  // namespace polyhouse
