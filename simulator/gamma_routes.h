#pragma once

#include <string>

#include "misbehaviour.h"
#include "request.h"
#include "response.h"
#include "simulation.h"

namespace polyhouse {

/// The Gamma API: listings and lookups of markets and events.
class GammaRoutes final {
 public:
  GammaRoutes(Simulation& simulation, Misbehaviour& misbehaviour)
      : simulation_(simulation), misbehaviour_(misbehaviour) {}

  /// Answers a request and writes its route's template to `route`; 404 when there is no such route.
  Response Handle(const Request& request, std::string& route);

 private:
  struct Route;

  Response Answer(const Request& request, const Route& route, const std::optional<Fault>& fault);
  Response AnswerListing(const Request& request,
                         const Route& route,
                         const std::optional<Fault>& fault);
  Response AnswerLookup(const Route& route);

  Simulation& simulation_;
  Misbehaviour& misbehaviour_;
};

}  // namespace polyhouse
