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
  /// Answers a request and writes its route's template to `route`; 404 when there is no such route.
  Response Handle(const Request& request, std::string& route);

 private:
  Response AnswerListing(const Request& request, const std::optional<Fault>& fault);

  Simulation& simulation_;
  Misbehaviour& misbehaviour_;
};

}  // namespace polyhouse
