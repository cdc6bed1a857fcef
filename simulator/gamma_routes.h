#pragma once

#include <string>

#include "answer_cache.h"
#include "misbehaviour.h"
#include "request.h"
#include "response.h"
#include "simulation.h"

namespace polyhouse {

/// The Gamma API: listings and lookups of markets and events.
class GammaRoutes final {
 public:
  GammaRoutes(Simulation& simulation, Misbehaviour& misbehaviour, AnswerCache& cache)
      : simulation_(simulation), misbehaviour_(misbehaviour), cache_(cache) {}

  /// The template of a request's route, such as `/markets/{id}`; "unknown" when there is none.
  static std::string RouteOf(const Request& request);
  /// Answers a request; 404 when there is no such route.
  Response Handle(const Request& request);

 private:
  struct Route;

  Response Answer(const Request& request, const Route& route, const std::optional<Fault>& fault);
  Response AnswerListing(const Request& request,
                         const Route& route,
                         const std::optional<Fault>& fault);
  Response AnswerLookup(const Request& request, const Route& route);
  Response AnswerAgain(const Route& route, AnswerCache::Hit hit);

  Simulation& simulation_;
  Misbehaviour& misbehaviour_;
  AnswerCache& cache_;
};

}  // namespace polyhouse
