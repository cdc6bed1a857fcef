#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "chain/endpoint_spec.h"
#include "chain/rpc_methods.h"
#include "misbehaviour.h"
#include "request.h"
#include "response.h"
#include "simulation.h"

namespace polyhouse {

/// The chain over JSON-RPC: `/rpc`, and `/rpc/1` to `/rpc/9`, which may behave otherwise.
class RpcRoutes final {
 public:
  static constexpr std::size_t kEndpoints = 10;
  using Specs = std::array<EndpointSpec, kEndpoints>;

  RpcRoutes(Simulation& simulation, Misbehaviour& misbehaviour, Specs specs);

  static bool IsRpc(const Request& request);
  /// The request's route, "unknown" when there is none.
  static std::string RouteOf(const Request& request);
  Response Handle(const Request& request);

  /// Lets one endpoint behave otherwise from now on.
  void Replace(std::size_t endpoint, EndpointSpec spec);

 private:
  struct Endpoint {
    EndpointSpec spec;
    std::uint64_t requests = 0;
  };

  /// Counts the request, and says what it meets.
  EndpointView Arrive(std::size_t number, std::optional<Fault>& fault);
  Response Answer(const Request& request, const EndpointView& view, std::optional<FaultKind> fault);

  Simulation& simulation_;
  Misbehaviour& misbehaviour_;
  std::mutex mutex_;
  std::array<Endpoint, kEndpoints> endpoints_;
};

}  // namespace polyhouse
