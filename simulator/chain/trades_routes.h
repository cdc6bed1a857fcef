#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "chain/simulated_chain.h"
#include "misbehaviour.h"
#include "request.h"
#include "response.h"
#include "simulation.h"

namespace polyhouse {

/// The trades of the Data API, version 2, under /data/: what the chain's fills look like there.
class TradesRoutes final {
 public:
  TradesRoutes(Simulation& simulation, Misbehaviour& misbehaviour)
      : simulation_(simulation), misbehaviour_(misbehaviour) {}

  static bool IsData(const Request& request) { return request.path.starts_with("/data/"); }
  /// The request's route, "unknown" when there is none.
  static std::string RouteOf(const Request& request);
  /// Answers a request; 404 when there is no such route.
  Response Handle(const Request& request);

 private:
  struct Query {
    std::vector<std::string> conditions;  ///< Empty: all.
    bool taker_only = true;
    double filter_amount = 0.01;  ///< Dollars below which a trade is hidden.
    std::uint64_t limit = 100;
    FillPlace before;
  };

  Result<Query> Understand(const Request& request) const;
  Response AnswerTrades(const Request& request, bool is_empty);

  Simulation& simulation_;
  Misbehaviour& misbehaviour_;
};

}  // namespace polyhouse
