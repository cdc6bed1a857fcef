#pragma once

#include "chain/rpc_routes.h"
#include "request.h"
#include "response.h"
#include "simulation.h"

namespace polyhouse {

/// What /simulator/ shows and changes of the chain.
class ChainControl final {
 public:
  /// `seed` is that of the faults of endpoints set while running.
  ChainControl(Simulation& simulation, RpcRoutes& rpc, std::uint64_t seed)
      : simulation_(simulation), rpc_(rpc), seed_(seed) {}

  static bool Handles(const Request& request);
  Response Handle(const Request& request);

 private:
  Response State();
  /// A line for each log that `append` writes one of.
  Response Truth(const Request& request, void (*append)(std::string&, const PlacedLog&));
  /// Every wallet in a fill, and what nodes say of it.
  Response Addresses(const Request& request);
  /// What the trades of planned markets come to.
  Response Answers(const Request& request);
  Response Mine(const Request& request);
  Response Reorganise(const Request& request);
  Response ReplaceEndpoint(const Request& request);

  Simulation& simulation_;
  RpcRoutes& rpc_;
  std::uint64_t seed_;
};

}  // namespace polyhouse
