#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "answer_cache.h"
#include "chain/chain_control.h"
#include "chain/rpc_routes.h"
#include "chain/trades_routes.h"
#include "clob_routes.h"
#include "control_routes.h"
#include "gamma_routes.h"
#include "http_server.h"
#include "simulation.h"
#include "traffic_options.h"

namespace polyhouse {

/// Answers HTTP requests with a simulation. Used from the server's threads.
class SimulatedApi final : public HttpHandler {
 public:
  SimulatedApi(std::unique_ptr<World> world,
               FaultPlan faults,
               Drift drift,
               const TrafficOptions& traffic,
               const ChainOptions& chain,
               RpcRoutes::Specs endpoints);

  Response Handle(const Request& request, std::stop_token stop) override;
  void Finished(const Response& response, Outcome outcome) override;

  /// Waits a moment for responses that are on their way, so that the truth has them.
  void Settle();

  Simulation& simulation() { return simulation_; }

 private:
  Response HandleControl(const Request& request);
  static std::string RouteOf(const Request& request);
  Response Route(const Request& request);
  /// Waits until the request may be answered; a response when it is refused.
  std::optional<Response> Admit(const Request& request,
                                const std::string& route,
                                std::stop_token stop);

  Simulation simulation_;
  RateLimiter limiter_;
  std::chrono::milliseconds latency_;
  Misbehaviour misbehaviour_;
  AnswerCache cache_;
  GammaRoutes gamma_;
  ClobRoutes clob_;
  RpcRoutes rpc_;
  TradesRoutes trades_;
  ChainControl chain_control_;
  ControlRoutes control_;
  std::mutex mutex_;
  std::condition_variable settled_;
  std::size_t under_way_ =
      0;  ///< Listing responses handed to the server whole and not finished yet.
};

}  // namespace polyhouse
