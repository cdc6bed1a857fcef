#pragma once

#include <string>

#include "misbehaviour.h"
#include "request.h"
#include "response.h"
#include "simulation.h"

namespace polyhouse {

/// The listing of the order book (CLOB) under /clob/, a witness of the markets that Gamma lists.
class ClobRoutes final {
 public:
  ClobRoutes(Simulation& simulation, Misbehaviour& misbehaviour)
      : simulation_(simulation), misbehaviour_(misbehaviour) {}

  static bool IsClob(const Request& request) { return request.path.starts_with("/clob/"); }
  /// The request's route, "unknown" when there is none.
  static std::string RouteOf(const Request& request);
  /// Answers a request; 404 when there is no such route.
  Response Handle(const Request& request);

 private:
  Response AnswerListing(const Request& request, const std::optional<Fault>& fault);

  Simulation& simulation_;
  Misbehaviour& misbehaviour_;
};

}  // namespace polyhouse
